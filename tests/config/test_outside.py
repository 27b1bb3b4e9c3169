import pytest

from brummer.config.outside import (
    from_environment,
    from_flags,
    from_options,
    parse_option,
)
from brummer.config.source import Problem, Typed
from brummer.config.text import KeyPath


@pytest.mark.parametrize(
    ("variable", "path"),
    [
        ("BRUM_MCP_PORT", ("mcp_port",)),
        ("BRUM_EVENTBUS__WORKER_POOL_SIZE", ("eventbus", "worker_pool_size")),
        ("BRUM_SCRIPTS__WEB__GRACE", ("scripts", "web", "grace")),
        ("BRUM_SCRIPTS__myWeb__GRACE", ("scripts", "myWeb", "grace")),
        ("BRUM_SCRIPTS__WEB__ENV__API_URL", ("scripts", "web", "env", "API_URL")),
        ("BRUM_PLUGINS__DISABLED", ("plugins", "disabled")),
    ],
)
def test_a_variable_names_a_key(variable: str, path: KeyPath) -> None:
    (assignment,) = from_environment({variable: "8"})

    assert assignment.path == path
    assert assignment.value == Typed("8")
    assert str(assignment.origin) == variable


def test_other_variables_are_no_settings() -> None:
    others = {"BRUM_PLUGINS": "", "BRUM_STRICT_PLUGINS": "1", "BRUMMER_ID": "x"}

    assert list(from_environment(others | {"PATH": "/bin"})) == []


def test_a_flag_is_known_as_it_was_typed() -> None:
    (assignment,) = from_flags({"tui.mouse": (False, "--no-mouse")})

    assert (assignment.path, assignment.value) == (("tui", "mouse"), False)
    assert str(assignment.origin) == "--no-mouse"


@pytest.mark.parametrize(
    ("option", "path", "text"),
    [
        ("mcp_port=8", ("mcp_port",), "8"),
        ("eventbus.queue_sizes = [1,2,3]", ("eventbus", "queue_sizes"), "[1,2,3]"),
        ("proxy_url=http://x/?a=b", ("proxy_url",), "http://x/?a=b"),
        ("lantern.colour=red", ("plugins", "lantern", "colour"), "red"),
        ("scripts.dev:web.grace=3", ("scripts", "dev:web", "grace"), "3"),
        ('scripts."a.b".grace=3', ("scripts", "a.b", "grace"), "3"),
        ("scripts.x.command={ echo; }", ("scripts", "x", "command"), "{ echo; }"),
        ("proxy_url=", ("proxy_url",), ""),
    ],
)
def test_an_option_names_a_key_and_a_value(
    option: str, path: KeyPath, text: str
) -> None:
    assert parse_option(option) == (path, Typed(text, toml=True))


def test_a_table_in_an_option_is_taken_apart() -> None:
    problems: list[Problem] = []

    found = list(from_options(['scripts.x.env={A="1", B="2"}'], problems))

    assert [(one.path[3], one.value) for one in found] == [("A", "1"), ("B", "2")]
    assert problems == []


@pytest.mark.parametrize("option", ["mcp_port", "", "=8", " =8"])
def test_an_option_without_a_key_or_a_value_is_a_problem(option: str) -> None:
    problems: list[Problem] = []

    assert list(from_options([option], problems)) == []
    assert "takes KEY=VALUE" in str(problems[0])


def test_a_slip_in_a_tables_name_makes_no_plugin_of_it() -> None:
    with pytest.raises(ValueError, match="did you mean eventbus"):
        parse_option("evntbus.worker_pool_size=8")


def test_a_plugin_may_be_called_almost_like_a_table() -> None:
    path, _ = parse_option("plugins.evntbus.x=8")

    assert path == ("plugins", "evntbus", "x")


def test_the_value_of_an_option_is_not_part_of_its_name() -> None:
    (assignment,) = from_options(["scripts.x.env.TOKEN=hunter2"], [])

    assert str(assignment.origin) == "-o scripts.x.env.TOKEN"
