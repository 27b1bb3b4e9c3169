"""Tests of where clients are, and where they keep their servers."""

from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from brummer.errors import BrummerError
from brummer.mcp.install import NAMES
from brummer.mcp.install.client import Machine, Scope, System
from brummer.mcp.install.clients import CLIENTS
from tests.mcp.install.conftest import Home

VSCODE = {
    System.LINUX: ".config/Code/User",
    System.MACOS: "Library/Application Support/Code/User",
    System.WINDOWS: "AppData/Roaming/Code/User",
}
CLINE = "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
ROO = "globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"

#: Where each client has the user's servers: on Linux, on macOS, on Windows.
PLACES = {
    "claude-code": (".claude.json",) * 3,
    "claude-desktop": (
        ".config/Claude/claude_desktop_config.json",
        "Library/Application Support/Claude/claude_desktop_config.json",
        "AppData/Roaming/Claude/claude_desktop_config.json",
    ),
    "cline": tuple(f"{folder}/{CLINE}" for folder in VSCODE.values()),
    "codex": (".codex/config.toml",) * 3,
    "copilot": (".copilot/mcp-config.json",) * 3,
    "cursor": (".cursor/mcp.json",) * 3,
    "gemini": (".gemini/settings.json",) * 3,
    "goose": (
        ".config/goose/config.yaml",
        ".config/goose/config.yaml",
        "AppData/Roaming/Block/goose/config/config.yaml",
    ),
    "junie": (".junie/mcp/mcp.json",) * 3,
    "opencode": (
        ".config/opencode/opencode.json",
        ".config/opencode/opencode.json",
        "AppData/Roaming/opencode/opencode.json",
    ),
    "roo-code": tuple(f"{folder}/{ROO}" for folder in VSCODE.values()),
    "vscode": tuple(f"{folder}/mcp.json" for folder in VSCODE.values()),
    "windsurf": (".codeium/windsurf/mcp_config.json",) * 3,
    "zed": (
        ".config/zed/settings.json",
        ".config/zed/settings.json",
        "AppData/Roaming/Zed/settings.json",
    ),
}


def user_file(home: Home, name: str) -> Path | None:
    return CLIENTS[name].file(Scope.USER, home.machine, home.project)


def test_the_command_line_knows_every_client_and_no_other() -> None:
    assert tuple(CLIENTS) == NAMES


@pytest.mark.parametrize("name", sorted(PLACES))
@pytest.mark.parametrize("number", range(3), ids=tuple(System))
def test_each_system_has_its_own_places(home: Home, name: str, number: int) -> None:
    system = replace(home, system=tuple(System)[number])

    assert user_file(system, name) == home.home / PLACES[name][number]


@pytest.mark.parametrize("name", NAMES)
def test_files_of_a_project_are_in_the_project(home: Home, name: str) -> None:
    file = CLIENTS[name].file(Scope.PROJECT, home.machine, home.project)

    assert file is None or home.project in file.parents


@pytest.mark.parametrize("name", NAMES)
def test_without_a_file_there_is_a_way_by_hand(home: Home, name: str) -> None:
    client = CLIENTS[name]

    assert (user_file(home, name) is None) == bool(client.by_hand)


@pytest.mark.parametrize(
    ("name", "variable", "value", "place"),
    [
        ("claude-code", "CLAUDE_CONFIG_DIR", "/x/y", "/x/y/.claude.json"),
        ("cline", "CLINE_MCP_SETTINGS_PATH", "/x/c.json", "/x/c.json"),
        ("codex", "CODEX_HOME", "/x", "/x/config.toml"),
        ("copilot", "COPILOT_HOME", "/x", "/x/mcp-config.json"),
        ("goose", "GOOSE_PATH_ROOT", "/x", "/x/config/config.yaml"),
        ("opencode", "OPENCODE_CONFIG", "/x/o.json", "/x/o.json"),
        ("zed", "XDG_CONFIG_HOME", "/x", "/x/zed/settings.json"),
    ],
)
def test_variables_of_clients_count(
    home: Home, name: str, variable: str, value: str, place: str
) -> None:
    home.put(name, b"{}")
    home.environment[variable] = value

    assert user_file(home, name) == Path(place)


@pytest.mark.parametrize("value", ["", "relative"])
def test_a_folder_for_configuration_that_is_not_absolute_counts_not(
    home: Home, value: str
) -> None:
    home.environment["XDG_CONFIG_HOME"] = value

    assert user_file(home, "zed") == home.home / ".config/zed/settings.json"


def test_a_variable_may_begin_at_home(home: Home) -> None:
    home.environment["CODEX_HOME"] = "~/mine"

    assert user_file(home, "codex") == home.home / "mine" / "config.toml"


def test_the_file_that_there_is_comes_first(home: Home) -> None:
    old = home.home / ".codeium" / "mcp_config.json"
    old.parent.mkdir()
    old.write_text("{}")

    assert user_file(home, "windsurf") == old


def test_else_the_folder_that_there_is_does(home: Home) -> None:
    folder = home.home / ".config" / "VSCodium" / "User"
    folder.mkdir(parents=True)

    assert user_file(home, "vscode") == folder / "mcp.json"


def test_a_client_is_installed_if_its_program_is_on_the_path(home: Home) -> None:
    home.programs.add("codex")

    assert CLIENTS["codex"].is_installed(home.machine)
    assert not CLIENTS["cursor"].is_installed(home.machine)


@pytest.mark.parametrize("name", NAMES)
def test_a_client_is_installed_if_its_folder_is_there(home: Home, name: str) -> None:
    client = CLIENTS[name]
    before = client.is_installed(home.machine)

    sign = next(f for f in map(home.machine.path, client.signs) if f is not None)
    sign.mkdir(parents=True)

    assert not before
    assert client.is_installed(home.machine)


def test_claude_code_has_a_file_before_it_has_a_folder(home: Home) -> None:
    (home.home / ".claude.json").write_text("{}")

    assert CLIENTS["claude-code"].is_installed(home.machine)


def test_who_has_no_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)

    with pytest.raises(BrummerError, match="set HOME"):
        Machine.own()


@pytest.mark.parametrize("name", NAMES)
def test_templates_say_no_more_than_they_should(name: str) -> None:
    client = CLIENTS[name]
    templates = [*client.user, *sum(client.elsewhere.values(), ())]

    assert all(t.startswith(("~/", "$", "{support}/", "{config}/")) for t in templates)
    assert not any(PurePath(template).is_absolute() for template in client.project)
