import json
import math
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brummer.config.explain import as_json, as_text, to_toml
from brummer.config.load import load, survey
from brummer.config.schema import Key, keys, script_keys
from brummer.config.text import dotted


def test_every_key_is_shown_with_its_default(project: Path) -> None:
    text = as_text(load(project, environment={}), project)

    for path, key in keys():
        assert f"# {path[-1]} = {to_toml(key.default)}  # default\n" in text
    assert tomllib.loads(text).keys() >= {"eventbus", "tui", "plugins"}


def test_a_key_that_is_set_has_its_source_above_it(home: Path, project: Path) -> None:
    (project / ".brum.toml").write_text("\nmcp_port = 1\n")
    (home / ".brum.toml").write_text("no_mcp = true\n")
    (home.parent / ".brum.toml").write_text("no_proxy = true\n")

    loaded = load(
        project, environment={"BRUM_PROXY_PORT": "2"}, options=["tui.mouse=off"]
    )

    text = as_text(loaded, project)
    assert "# Source: ./.brum.toml:2\nmcp_port = 1\n" in text
    assert "# Source: ~/.brum.toml:1\nno_mcp = true\n" in text
    assert f"# Source: {home.parent}/.brum.toml:1\nno_proxy = true\n" in text
    assert "# Source: BRUM_PROXY_PORT\nproxy_port = 2\n" in text
    assert "# Source: -o tui.mouse\nmouse = false\n" in text
    assert "#   ./.brum.toml (read)\n" in text


def test_scripts_and_plugins_are_shown_whole(project: Path) -> None:
    (project / ".brum.toml").write_text(
        '[scripts."dev:web"]\ncommand = "x"\nenv.A = "1"\n[plugins.x]\na.b = [1]\n'
    )

    text = as_text(load(project, environment={}), project)

    assert '[scripts."dev:web"]\n# Source: ./.brum.toml:2\ncommand = "x"\n' in text
    assert '# Source: ./.brum.toml:3\nenv.A = "1"\n' in text
    assert "[plugins.x]\n# Source: ./.brum.toml:5\na.b = [1]\n" in text
    assert "# tty = true  # default\n" in text


def test_secrets_are_masked_for_people_and_programs(project: Path) -> None:
    (project / ".brum.toml").write_text(
        '[scripts.web.env]\nAPI_TOKEN = "hunter2"\nDB_PASSWORD = "hunter2"\nA = "1"\n'
        '[plugins.x]\napi_key = "hunter2"\n'
    )
    loaded = load(project, environment={})

    assert "hunter2" not in as_text(loaded, project)
    assert "hunter2" not in json.dumps(as_json(loaded))
    assert 'env.API_TOKEN = "****"' in as_text(loaded, project)
    assert 'env.A = "1"' in as_text(loaded, project)


def test_nothing_in_it_reaches_the_terminal_as_a_command(project: Path) -> None:
    folder = project / "a\x1b]0;b"
    folder.mkdir()
    (folder / ".brum.toml").write_text(
        'proxy_url = "\\u001b[2J\\u009b\\u202e"\n[plugins."\\u001b"]\n"\\u0007" = 1\n'
    )

    text = as_text(load(folder, environment={}), folder.parent)

    assert text.replace("\n", "").isprintable()
    assert tomllib.loads(text)["proxy_url"] == "\x1b[2J\x9b\u202e"


def test_programs_get_everything_as_json(project: Path) -> None:
    (project / ".brum.toml").write_text(
        "mcp_port = 1\nuse_robust_networking = true\nzzz = 1\n"
        "[plugins.x]\nwhen = 2026-11-21\nlimit = inf\nlist = [{ a = 1 }]\n"
    )

    answer = json.loads(json.dumps(as_json(survey(project, environment={}))))

    shown = answer["settings"]
    source = f"{project}/.brum.toml"
    assert shown["mcp_port"] == {"value": 1, "kind": "file", "source": f"{source}:1"}
    assert shown["no_mcp"] == {"value": False, "kind": "default", "source": "default"}
    assert shown["plugins.x.when"]["value"] == "2026-11-21"
    assert shown["plugins.x.limit"]["value"] == "inf"
    assert shown["plugins.x.list"]["value"] == [{"a": 1}]
    assert answer["files"][0] == {"path": source, "state": "read"}
    assert len(answer["notices"]) == len(answer["problems"]) == 1


@pytest.mark.parametrize(
    "value",
    [
        True,
        -1,
        1e16,
        math.inf,
        "",
        'a"b\\c\n\t\x7f\x9bé\U0001f600',
        [1, [2]],
        {"a b": {"c": []}},
        [],
        {},
        datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
    ],
    ids=repr,
)
def test_a_value_is_written_in_one_printable_line(value: object) -> None:
    written = to_toml(value)

    assert written.isprintable()
    assert tomllib.loads(f"a = {written}") == {"a": value}


#: Nothing secret: what is masked is not read back.
NAMES = st.text(st.sampled_from("abdé.:-_ \"'#"), min_size=1, max_size=6).filter(
    lambda name: name == name.strip()
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FLOATS = st.floats(allow_nan=False)
FREE = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | TEXTS
    | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=6,
)


def values(key: Key) -> st.SearchStrategy[object]:
    """Return a strategy for what *key* may be."""
    low, high = key.limits.get("minimum", 0), key.limits.get("maximum", 0)
    whole = st.integers(int(low), int(high))
    if choices := key.limits.get("choices"):
        return st.sampled_from(choices)
    if isinstance(key.default, tuple):
        three = st.lists(whole, min_size=3, max_size=3)
        return three if high else st.lists(TEXTS, max_size=3)
    by_type: dict[type, st.SearchStrategy[object]] = {
        bool: st.booleans(),
        int: whole,
        float: st.floats(low, high),
        str: TEXTS,
    }
    return by_type[type(key.default)]


def tables(found: Mapping[tuple[str, ...], Key]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for assignments to some of the keys, by dotted name."""
    return st.fixed_dictionaries(
        {}, optional={dotted(path): values(key) for path, key in found.items()}
    )


PLUGIN = st.dictionaries(NAMES, FREE, max_size=3)
#: Those of a readiness are right or wrong together, not each by itself.
SCRIPT_KEYS = {path: key for path, key in script_keys() if path[0] != "ready"}
SCRIPTS = st.dictionaries(
    NAMES,
    st.tuples(tables(SCRIPT_KEYS), st.dictionaries(NAMES, TEXTS, max_size=2)),
    max_size=2,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(
    known=tables(dict(keys())),
    scripts=SCRIPTS,
    plugins=st.dictionaries(
        NAMES, st.dictionaries(NAMES, FREE, max_size=3), max_size=2
    ),
)
def test_what_is_explained_is_read_back_as_it_was(
    project: Path, known: dict[str, Any], scripts: Any, plugins: dict[str, Any]
) -> None:
    lines = [f"{name} = {to_toml(value)}" for name, value in known.items()]
    for name, (table, variables) in scripts.items():
        start = dotted(("scripts", name))
        lines += [f"{start}.{key} = {to_toml(one)}" for key, one in table.items()]
        lines.append(f"{start}.env = {to_toml(variables)}")
    lines += [
        f"{dotted(('plugins', name))} = {to_toml(table)}"
        for name, table in plugins.items()
        if name != "disabled"
    ]
    (project / ".brum.toml").write_text("\n".join(lines), "utf-8")
    before = load(project, environment={}).settings

    (project / ".brum.toml").write_text(
        as_text(load(project, environment={}), project), "utf-8"
    )

    assert load(project, environment={}).settings == before
