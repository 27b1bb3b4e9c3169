import sys
from pathlib import Path

import pytest

from brummer.errors import BrummerError, UsageError
from brummer.plugin.install import (
    Installation,
    Owner,
    distribution,
    examine,
    install_line,
    present,
    remove_line,
    requirement,
    run,
)
from brummer.plugin.report import PluginReport, PluginState

#: As uv 0.13 writes it.
RECEIPT = """
[tool]
requirements = [
    { name = "brummer", extras = ["completion"], specifier = ">=0.1" },
    { name = "brummer-lamp" },
    { name = "Brummer_Lantern", specifier = "==1.2" },
]
python = "3.12"
entrypoints = [
    { name = "brum", install-path = "/home/me/.local/bin/brum", from = "brummer" },
]
"""

LANTERN = PluginReport(
    name="lantern",
    state=PluginState.ON,
    origin="installed",
    distribution="brummer-lantern",
)


def where(owner: Owner) -> Installation:
    return Installation(owner=owner, python="/v/bin/python")


def uv_tool(prefix: Path) -> Installation:
    (prefix / "uv-receipt.toml").write_text(RECEIPT)
    return examine(prefix, "/v/bin/python", is_system=False, has_pip=False)


@pytest.mark.parametrize(
    ("owner", "line"),
    [
        (Owner.UV_TOOL, "uv tool install brummer --with brummer-lantern"),
        (Owner.PIPX, "pipx inject brummer brummer-lantern"),
        (Owner.UV, "uv pip install --python /v/bin/python brummer-lantern"),
        (Owner.PIP, "/v/bin/python -m pip install brummer-lantern"),
    ],
)
def test_the_owner_of_the_environment_installs(owner: Owner, line: str) -> None:
    assert " ".join(install_line("lantern", where(owner))) == line


@pytest.mark.parametrize(
    ("owner", "line"),
    [
        (Owner.UV_TOOL, "uv tool install brummer"),
        (Owner.PIPX, "pipx uninject brummer brummer-lantern"),
        (Owner.UV, "uv pip uninstall --python /v/bin/python brummer-lantern"),
        (Owner.PIP, "/v/bin/python -m pip uninstall --yes brummer-lantern"),
    ],
)
def test_the_owner_of_the_environment_removes(owner: Owner, line: str) -> None:
    assert " ".join(remove_line(LANTERN, where(owner))) == line


def test_uv_is_told_again_what_it_would_forget(tmp_path: Path) -> None:
    line = install_line("torch", uv_tool(tmp_path))

    assert line == (
        "uv",
        "tool",
        "install",
        "brummer[completion]>=0.1",
        "--python",
        "3.12",
        "--with",
        "brummer-lamp",
        "--with",
        "Brummer_Lantern==1.2",
        "--with",
        "brummer-torch",
    )


def test_uv_forgets_the_plugin_that_is_removed(tmp_path: Path) -> None:
    line = remove_line(LANTERN, uv_tool(tmp_path))

    assert line[6:] == ("--with", "brummer-lamp")


def test_a_plugin_that_is_there_is_not_required_twice(tmp_path: Path) -> None:
    line = install_line("lantern", uv_tool(tmp_path))

    assert line[6:] == ("--with", "brummer-lamp", "--with", "brummer-lantern")


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"name": "x"}, "x"),
        ({"name": "x", "git": "https://h/x?rev=1"}, "x @ git+https://h/x?rev=1"),
        ({"name": "x", "url": "https://h/x.whl"}, "x @ https://h/x.whl"),
        ({"name": "x", "path": "/w/x.whl"}, "x @ file:///w/x.whl"),
        ({"name": "x", "editable": "/w/x y"}, "x @ file:///w/x%20y"),
    ],
)
def test_a_requirement_is_repeated_as_it_was(
    entry: dict[str, object], text: str
) -> None:
    assert requirement(entry) == text


def test_pipx_is_recognised_with_its_name_for_the_environment(tmp_path: Path) -> None:
    prefix = tmp_path / "brummer-next"
    prefix.mkdir()
    (prefix / "pipx_metadata.json").touch()

    found = examine(prefix, "python", is_system=False, has_pip=True)

    assert install_line("lantern", found)[:3] == ("pipx", "inject", "brummer-next")


@pytest.mark.parametrize(
    ("is_system", "has_pip", "owner"),
    [
        (False, True, Owner.PIP),
        (False, False, Owner.UV),
        (True, True, Owner.SYSTEM),
    ],
)
def test_other_environments_are_told_apart(
    tmp_path: Path, *, is_system: bool, has_pip: bool, owner: Owner
) -> None:
    found = examine(tmp_path, "python", is_system=is_system, has_pip=has_pip)

    assert found.owner is owner


def test_the_present_installation_is_one_of_them() -> None:
    assert present().python == sys.executable


def test_the_systems_python_is_left_alone() -> None:
    system = where(Owner.SYSTEM)

    with pytest.raises(BrummerError, match="install Brummer with uv tool or pipx"):
        install_line("lantern", system)
    with pytest.raises(BrummerError, match="cannot remove brummer-lantern"):
        remove_line(LANTERN, system)


def test_a_shipped_plugin_can_only_be_disabled() -> None:
    node = PluginReport(name="node", state=PluginState.ON, distribution="brummer")

    with pytest.raises(BrummerError, match=r'disabled = \["node"\].*-P no:node'):
        remove_line(node, where(Owner.PIP))


def test_a_file_is_the_users_own() -> None:
    mine = PluginReport(name="mine", state=PluginState.ON, origin="./mine.py")

    with pytest.raises(BrummerError, match=r"is a file: ./mine\.py"):
        remove_line(mine, where(Owner.PIP))


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("lantern", "brummer-lantern"),
        ("brummer-lantern", "brummer-lantern"),
        ("Brummer_Lantern", "brummer-lantern"),
        ("two.words", "brummer-two-words"),
    ],
)
def test_a_plugin_comes_in_a_distribution_of_its_name(name: str, package: str) -> None:
    assert distribution(name) == package


@pytest.mark.parametrize(
    "name", ["", "--index-url=http://x", "-r", "a b", "x;y", "../x"]
)
def test_what_a_tool_could_take_for_something_else_is_no_name(name: str) -> None:
    with pytest.raises(UsageError, match="is no name"):
        install_line(name, where(Owner.PIP))


def test_a_line_is_shown_before_it_is_run() -> None:
    shown: list[str] = []

    code = run((sys.executable, "-c", "raise SystemExit(3)"), shown.append)

    assert code == 3
    assert shown == [f"{sys.executable} -c 'raise SystemExit(3)'"]


def test_a_tool_that_is_not_there_is_an_error_for_the_user() -> None:
    with pytest.raises(BrummerError, match="cannot run no-such-tool"):
        run(("no-such-tool", "install"), print)
