import subprocess
import sys
from pathlib import Path

import pytest

from brummer.errors import UsageError
from brummer.plugin.discovery import (
    Choice,
    Discovery,
    FoundPlugin,
    discover,
    search_path,
)
from brummer.plugin.host import PluginHost
from brummer.plugin.report import PluginState

ROOT = Path(__file__).parents[2]

SOURCE = """
import brummer
from dataclasses import dataclass

@dataclass
class Lamp:
    colour: str = "red"

@brummer.hookimpl
def brummer_report_header():
    return Lamp().colour
"""


def install(site: Path, distribution: str, *names: str, version: str = "1.0") -> None:
    """Write what an installer leaves behind for a distribution with plugins."""
    folder = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
    (folder / "METADATA").write_text(metadata)
    lines = [f"{name} = no_such_module_{name}" for name in names]
    (folder / "entry_points.txt").write_text("\n".join(["[brummer]", *lines]))


def found_in(site: Path, choice: Choice | None = None) -> Discovery:
    return discover(choice or Choice(), [str(site)])


def one(discovery: Discovery, name: str) -> FoundPlugin:
    return next(p for p in discovery.plugins if p.name == name)


def states(discovery: Discovery) -> dict[str, PluginState]:
    return {plugin.name: plugin.report.state for plugin in discovery.plugins}


def test_plugins_are_found_by_their_entry_points(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern", version="2.1")
    install(tmp_path, "brummer", "node")
    (tmp_path / "pytest-9.dist-info").mkdir()

    discovery = found_in(tmp_path)

    lantern, node = (plugin.report for plugin in discovery.plugins)
    assert (lantern.name, lantern.distribution, lantern.version, lantern.origin) == (
        "lantern",
        "brummer-lantern",
        "2.1",
        "installed",
    )
    assert (node.name, node.origin) == ("node", "shipped")


def test_a_plugin_that_is_not_wanted_is_never_imported(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern")
    discovery = found_in(tmp_path, Choice(disabled=frozenset({"lantern"})))
    host = PluginHost(discovery)

    host.load()

    [report] = host.report()
    assert (report.state, report.failures) == (PluginState.OFF, 0)
    assert report.error == "disabled in [plugins]"


@pytest.mark.parametrize(
    ("listed", "disabled", "options", "on"),
    [
        (None, (), (), "abc"),
        ("", (), (), ""),
        ("a, b", (), (), "ab"),
        ("a b", ("b",), (), "a"),
        (None, ("a", "b"), (), "c"),
        (None, (), ("no:a",), "bc"),
        ("", (), ("b",), "b"),
        (None, ("a",), ("a",), "abc"),
        (None, (), ("a", "no:a"), "bc"),
        (None, (), ("no:a", "a"), "abc"),
        ("a", ("b",), ("no:a", "c"), "c"),
    ],
)
def test_lists_and_options_decide_by_name(
    tmp_path: Path,
    listed: str | None,
    disabled: tuple[str, ...],
    options: tuple[str, ...],
    on: str,
) -> None:
    install(tmp_path, "brummer-abc", "a", "b", "c")
    environment = {} if listed is None else {"BRUM_PLUGINS": listed}

    discovery = found_in(tmp_path, Choice.of(environment, disabled, options))

    wanted = [n for n, state in states(discovery).items() if state is PluginState.ON]
    assert "".join(wanted) == on


def test_a_name_in_two_distributions_loads_neither_and_names_both(
    tmp_path: Path,
) -> None:
    install(tmp_path, "brummer-lantern", "lantern")
    install(tmp_path, "lamp-shop", "lantern")

    discovery = found_in(tmp_path)

    [plugin] = discovery.plugins
    assert plugin.report.state is PluginState.BROKEN
    assert "brummer-lantern and lamp-shop" in plugin.report.error


def test_our_own_names_stay_ours(tmp_path: Path) -> None:
    install(tmp_path, "aaa-first", "node")
    install(tmp_path, "brummer", "node")

    [plugin] = found_in(tmp_path).plugins

    assert plugin.report.origin == "shipped"
    assert plugin.report.state is PluginState.ON


def test_a_duplicate_can_be_left_out_like_any_other(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern")
    install(tmp_path, "lamp-shop", "lantern")

    discovery = found_in(tmp_path, Choice(options=("no:lantern",)))

    assert states(discovery) == {"lantern": PluginState.OFF}


def test_a_second_installation_of_the_same_is_hidden_by_the_first(
    tmp_path: Path,
) -> None:
    for number in (1, 2):
        site = tmp_path / str(number)
        install(site, "brummer-lantern", "lantern", version=f"{number}.0")

    discovery = discover(Choice(), [str(tmp_path / "1"), str(tmp_path / "2")])

    [plugin] = discovery.plugins
    assert plugin.report.version == "1.0"


@pytest.mark.parametrize("name", ["disabled", "no:x", "a b", "../x", "9"])
def test_a_name_that_nobody_could_type_is_broken(tmp_path: Path, name: str) -> None:
    install(tmp_path, "brummer-lantern", name)

    [plugin] = found_in(tmp_path).plugins

    assert plugin.report.state is PluginState.BROKEN
    assert "is no name" in plugin.report.error


def test_broken_metadata_is_a_notice_and_hides_nobody(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern")
    broken = tmp_path / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "entry_points.txt").write_bytes(b"[brummer]\nx = \xff\xfe")

    discovery = found_in(tmp_path)

    assert [plugin.name for plugin in discovery.plugins] == ["lantern"]
    assert any("is broken" in notice for notice in discovery.notices)


def test_an_option_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern")

    with pytest.raises(UsageError, match="no such plugin; did you mean lantern"):
        found_in(tmp_path, Choice(options=("lantren",)))


def test_stale_names_in_lists_are_only_noticed(tmp_path: Path) -> None:
    choice = Choice.of({"BRUM_PLUGINS": "gone"}, ["away"], ["no:never"])

    discovery = found_in(tmp_path, choice)

    assert discovery.notices == (
        "BRUM_PLUGINS names plugin 'gone', which is not installed",
        "[plugins] disabled names plugin 'away', which is not installed",
    )


def test_a_file_named_on_the_command_line_is_a_plugin(tmp_path: Path) -> None:
    path = tmp_path / "brummer_lantern.py"
    path.write_text(SOURCE)
    host = PluginHost(discover(Choice(options=(str(path),)), []))

    host.load()

    assert host.report_headers() == ("lantern: red",)
    assert host.report()[0].origin == str(path)


def test_a_file_stands_in_for_an_installed_plugin_of_its_name(tmp_path: Path) -> None:
    install(tmp_path, "brummer-lantern", "lantern")
    path = tmp_path / "lantern.py"
    path.write_text(SOURCE)

    discovery = found_in(tmp_path, Choice(options=(str(path),)))

    assert one(discovery, "lantern").report.origin == str(path)
    assert discovery.notices == (f"{path} stands in for plugin lantern",)


def test_a_file_that_cannot_be_imported_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "gone.py"
    path.write_text("1 / 0")
    host = PluginHost(discover(Choice(options=(str(path),)), []))

    host.load()

    assert "ZeroDivisionError" in host.report()[0].error
    assert f'"{path}", line 1' in host.report()[0].traceback
    assert "brummer_file_gone" not in sys.modules


def test_a_file_with_a_mistake_in_it_is_shown_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "typo.py"
    path.write_text("import brummer\ndef (:\n")
    host = PluginHost(discover(Choice(options=(str(path),)), []))

    host.load()

    assert f'File "{path}", line 2' in host.report()[0].traceback


@pytest.mark.parametrize("name", ["gone.py", "9lives.py", "disabled.py"])
def test_a_file_that_is_none_is_an_error(tmp_path: Path, name: str) -> None:
    if name != "gone.py":
        (tmp_path / name).touch()

    with pytest.raises(UsageError):
        discover(Choice(options=(str(tmp_path / name),)), [])


def test_the_present_folder_is_no_place_to_look_for_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend("")
    monkeypatch.syspath_prepend(".")

    places = [Path(place).resolve() for place in search_path()]

    assert tmp_path.resolve() not in places


def test_a_clone_with_a_trap_in_it_runs_nothing(tmp_path: Path) -> None:
    install(tmp_path, "brummer-trap", "trap")
    entry = tmp_path / "brummer_trap-1.0.dist-info" / "entry_points.txt"
    entry.write_text("[brummer]\ntrap = trap\n")
    (tmp_path / "trap.py").write_text("print('sprung')")
    (tmp_path / "brummer_trap.py").write_text("print('sprung')")
    # The search path begins with the present folder, as for ``python -m brummer``.
    program = (
        "from brummer.plugin.discovery import Choice, discover\n"
        "from brummer.plugin.host import PluginHost\n"
        "host = PluginHost(discover(Choice()))\n"
        "host.load()\n"
        "print([one.name for one in host.report()].count('trap'))\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == "0\n"
