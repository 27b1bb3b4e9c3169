import pytest

from brummer.config.schema import FREE, Key, Retired, Table, find, keys, misplaced
from brummer.config.text import KeyPath


@pytest.mark.parametrize(
    "path",
    [
        ("mcp_port",),
        ("eventbus", "queue_sizes"),
        ("scripts", "dev:web", "grace"),
        ("scripts", "web", "env", "NODE_ENV"),
        ("plugins", "disabled"),
    ],
)
def test_a_setting_is_found_by_its_path(path: KeyPath) -> None:
    found, node = find(path)

    assert found == path
    assert isinstance(node, Key)


@pytest.mark.parametrize("path", [(), ("tui",), ("scripts", "web"), ("plugins", "x")])
def test_a_table_is_found_by_its_path(path: KeyPath) -> None:
    assert isinstance(find(path)[1], Table)


def test_an_old_name_is_found_under_the_new_one() -> None:
    path, node = find(("resources", "max_goroutines"))

    assert path == ("resources", "max_threads")
    assert isinstance(node, Key)


def test_what_a_plugin_has_is_its_own_business() -> None:
    assert find(("plugins", "lantern", "colours", "warm"))[1] is FREE


def test_what_the_original_program_had_is_known() -> None:
    assert isinstance(find(("ai_coders", "providers", "x"))[1], Retired)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("mcp_prt",), "unknown key or table mcp_prt; did you mean mcp_port?"),
        (("evntbus", "x"), "unknown key or table evntbus; did you mean eventbus?"),
        (
            ("proxy_server", "max_clients"),
            "unknown key max_clients in [proxy_server]; did you mean max_ws_clients?",
        ),
        (
            ("max_entries",),
            "unknown key or table max_entries; did you mean log_store.max_entries?",
        ),
        (
            ("tui", "zzz"),
            "unknown key zzz in [tui]; there are theme, unicode, mouse, frame_rate",
        ),
        (
            ("mcp_port", "x"),
            "mcp_port is no table; it takes a whole number from 0 to 65535",
        ),
        (("scripts", "a\nb"), '"a\\U0000000ab" is no name for a script'),
        (("scripts", ""), '"" is no name for a script'),
        (("scripts", "web", "env", "A=B"), '"A=B" is no name for a variable'),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(path: KeyPath, message: str) -> None:
    with pytest.raises(ValueError, match=r"unknown|no ") as caught:
        find(path)

    assert str(caught.value) == message


def test_a_value_in_the_place_of_a_table_may_be_a_slip_of_the_pen() -> None:
    error = misplaced(("plugins", "disabeld"), ["a"])

    assert str(error) == (
        "plugins.disabeld is ['a'], but it is a table; did you mean disabled?"
    )


def test_nobody_is_pointed_at_what_has_no_use() -> None:
    with pytest.raises(ValueError, match="there are") as caught:
        find(("qqq",))

    assert "ai_coders" not in str(caught.value)


def test_every_key_is_found_at_its_own_path() -> None:
    assert all(find(path) == (path, key) for path, key in keys())
