import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brummer.config.edit import set_key, unset_key
from brummer.config.source import Typed
from brummer.config.text import KeyPath
from brummer.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a file that is not there yet."""
    return tmp_path / ".brum.toml"


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        pytest.param(
            "", ("mcp_port",), 8, "mcp_port = 8\n", id="the first key of a file"
        ),
        pytest.param(
            "# mine\n", ("mcp_port",), 8, "# mine\nmcp_port = 8\n", id="only a comment"
        ),
        pytest.param(
            "# mine\n\n# colours\n[tui]\n",
            ("mcp_port",),
            8,
            "# mine\n\nmcp_port = 8\n\n# colours\n[tui]\n",
            id="the first key before a table with a comment",
        ),
        pytest.param(
            "no_mcp = true  # why\n\n# colours\n[tui]\n",
            ("mcp_port",),
            8,
            "no_mcp = true  # why\nmcp_port = 8\n\n# colours\n[tui]\n",
            id="a key behind the last one",
        ),
        pytest.param(
            "mcp_port=7 # why\nno_mcp  =  true\n",
            ("mcp_port",),
            8,
            "mcp_port=8 # why\nno_mcp  =  true\n",
            id="a key that is there",
        ),
        pytest.param(
            "[tui]\n# fast\nframe_rate = 5\n\n# next\n[eventbus]\n",
            ("tui", "mouse"),
            False,
            "[tui]\n# fast\nframe_rate = 5\nmouse = false\n\n# next\n[eventbus]\n",
            id="a key of a table with a comment behind it",
        ),
        pytest.param(
            "[tui]\nmouse = true",
            ("eventbus", "queue_sizes"),
            [1, 2, 3],
            "[tui]\nmouse = true\n\n[eventbus]\nqueue_sizes = [1, 2, 3]\n",
            id="a new table",
        ),
        pytest.param(
            "tui.mouse = true\n# next\n[eventbus]\n",
            ("tui", "frame_rate"),
            5,
            "tui.mouse = true\ntui.frame_rate = 5\n# next\n[eventbus]\n",
            id="a table of keys with dots",
        ),
        pytest.param(
            "tui = {mouse = true}\n",
            ("tui", "frame_rate"),
            5,
            "tui = {mouse = true,frame_rate = 5}\n",
            id="a table in line",
        ),
        pytest.param(
            "[scripts.web]\ntty = true\n",
            ("scripts", "web", "env", "A"),
            'é"\n',
            '[scripts.web]\ntty = true\nenv.A = "é\\"\\n"\n',
            id="a variable of a script",
        ),
        pytest.param(
            "[scripts.web]\ntty = true\n",
            ("scripts", "dev:web", "tty"),
            False,
            '[scripts.web]\ntty = true\n\n[scripts."dev:web"]\ntty = false\n',
            id="a new script with a name that needs quotes",
        ),
        pytest.param(
            "[plugins.a]\nx = 1\n[tui]\n[plugins.a.b]\n",
            ("plugins", "a", "y"),
            2,
            "[plugins.a]\nx = 1\ny = 2\n[tui]\n[plugins.a.b]\n",
            id="a table in pieces",
        ),
        pytest.param(
            "[[plugins.a.rules]]\nx = 1\n",
            ("plugins", "a", "y"),
            2,
            "[[plugins.a.rules]]\nx = 1\n\n[plugins.a]\ny = 2\n",
            id="a table with an array of tables",
        ),
        pytest.param(
            "[tui]\r\nmouse = true\r\n",
            ("tui", "frame_rate"),
            5,
            "[tui]\r\nmouse = true\r\nframe_rate = 5\r\n",
            id="lines that end as on Windows",
        ),
        pytest.param(
            "\ufeffno_mcp = true\n",
            ("mcp_port",),
            8,
            "\ufeffno_mcp = true\nmcp_port = 8\n",
            id="a mark at the beginning",
        ),
        pytest.param(
            "", ("tui", "mouse"), Typed("off"), "[tui]\nmouse = false\n", id="typed"
        ),
        pytest.param(
            "",
            ("resources", "max_goroutines"),
            99,
            "[resources]\nmax_threads = 99\n",
            id="an old name",
        ),
    ],
)
def test_one_key_is_set_and_the_rest_stays(
    file: Path, before: str, path: KeyPath, value: object, after: str
) -> None:
    file.write_bytes(before.encode())

    set_key(file, path, value)

    assert file.read_bytes().decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (
            "mcp_port = 1 # x\n# y\nno_mcp = true\n",
            ("mcp_port",),
            "# y\nno_mcp = true\n",
        ),
        ("[tui]\nmouse = true\n# y\n", ("tui", "mouse"), "[tui]\n# y\n"),
        ("tui = {mouse = true}\n", ("tui", "mouse"), "tui = {}\n"),
        ("tui.mouse = true\nno_mcp = true\n", ("tui", "mouse"), "no_mcp = true\n"),
        ("[scripts.a]\n[scripts.b]\n", ("scripts", "a"), "[scripts.b]\n"),
        ("# nothing\n", ("mcp_port",), "# nothing\n"),
        ("nonsense = 1\nno_mcp = true\n", ("nonsense",), "no_mcp = true\n"),
    ],
)
def test_one_key_is_taken_out_and_the_rest_stays(
    file: Path, before: str, path: KeyPath, after: str
) -> None:
    file.write_text(before)

    unset_key(file, path)

    assert file.read_text() == after


@pytest.mark.parametrize(
    ("before", "path", "value", "problem"),
    [
        ("", ("mcp_prt",), 8, "unknown key or table mcp_prt; did you mean mcp_port?"),
        ("", ("mcp_port",), 99999, "takes a whole number from 0 to 65535"),
        ("", ("tui",), 8, "it is a table"),
        ("", ("scripts", "web"), {}, "scripts.web is no key that can be set"),
        ("", ("ai_coders", "x"), 8, "ai_coders.x is no key that can be set"),
        ("a = ", ("mcp_port",), 8, ".brum.toml:1:5: invalid value"),
        ("plugins.a.b = 1", ("plugins", "a", "b", "c"), 8, "plugins.a.b is no table"),
        ("plugins.a.b = [1]", ("plugins", "a", "b", "c"), 8, "plugins.a.b is no table"),
        ("plugins.a.b.c = 1", ("plugins", "a", "b"), 8, "plugins.a.b is a table there"),
    ],
)
def test_what_cannot_be_changed_stays_as_it_is(
    file: Path, before: str, path: KeyPath, value: object, problem: str
) -> None:
    file.write_text(before)

    with pytest.raises(ConfigError) as caught:
        set_key(file, path, value)

    assert problem in str(caught.value)
    assert str(caught.value).startswith(str(file))
    assert file.read_text() == before


def test_a_folder_in_the_files_place_is_told(file: Path) -> None:
    file.mkdir()

    with pytest.raises(ConfigError, match="cannot be changed: it is not a file"):
        set_key(file, ("mcp_port",), 8)


def test_a_value_in_the_way_of_a_folder_is_told(file: Path) -> None:
    file.write_text("")

    with pytest.raises(ConfigError, match="cannot be changed: "):
        set_key(file / "brum.toml", ("mcp_port",), 8)


NAMES = st.sampled_from(["a", "b", "c d"])
TREES = st.dictionaries(
    NAMES,
    st.recursive(
        st.integers(0, 9),
        lambda inner: st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a document that says something in one of the ways there are."""
    lines: list[str] = []
    for name, tree in draw(TREES).items():
        kind = draw(st.sampled_from(["header", "dots", "inline"]))
        lines += written(("plugins", "p", name), tree, kind)
    blocks = sorted(lines, key=lambda line: line.startswith("["))
    return "\n# a comment\n".join(blocks) + "\n"


def written(path: KeyPath, tree: Any, kind: str) -> list[str]:
    """Return the blocks that say *tree* in the way of *kind*."""
    *tables, name = (f'"{one}"' for one in path)
    if not isinstance(tree, dict):
        return [f"{'.'.join(tables)}.{name} = {tree}"]
    if kind == "inline":
        return [f"{'.'.join(tables)}.{name} = {inline(tree)}"]
    if kind == "dots":
        inner = [written((*path, key), one, kind) for key, one in tree.items()]
        return list(chain.from_iterable(inner))
    keys = [f'"{key}" = {inline(one)}' for key, one in tree.items()]
    return ["\n".join([f"[{'.'.join(tables)}.{name}]", *keys])]


def inline(tree: Any) -> str:
    """Return *tree* as a value."""
    if not isinstance(tree, dict):
        return str(tree)
    inner = [f'"{key}" = {inline(one)}' for key, one in tree.items()]
    return f"{{{', '.join(inner)}}}"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=documents(), path=st.lists(NAMES, min_size=1, max_size=3))
def test_a_change_is_made_as_asked_or_not_at_all(
    file: Path, text: str, path: list[str]
) -> None:
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    file.write_text(text)
    full = ("plugins", "p", *path)

    try:
        set_key(file, full, 42)
    except ConfigError:
        assert file.read_text() == text
        return

    assert at(tomllib.loads(file.read_text()), full) == 42
    assert file.read_text().count("# a comment") == text.count("# a comment")
    unset_key(file, full)
    if at(before, full) is None:
        assert pruned(tomllib.loads(file.read_text())) == pruned(before)


def at(tree: Any, path: KeyPath) -> Any:
    """Return what is at *path*, ``None`` if nothing is."""
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def pruned(tree: Any) -> Any:
    """Return *tree* without empty tables."""
    if not isinstance(tree, dict):
        return tree
    inner = {name: pruned(one) for name, one in tree.items()}
    return {name: one for name, one in inner.items() if one != {}}
