"""Tests of brumctl mcp."""

import json
import os
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from brummer.mcp.install import entry
from brummer.mcp.install.clients import CLIENTS
from tests.cli.conftest import Desk


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, lonely: Desk, tmp_path: Path) -> Path:
    """Return a home with Cursor and Codex in it, and no program on the PATH."""
    for client in CLIENTS.values():
        for template in (*client.user, *client.signs):
            if template.startswith("$"):
                monkeypatch.delenv(template[1:].partition("/")[0], raising=False)
    for name in ("XDG_CONFIG_HOME", "BRUM_MCP_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    made = tmp_path / "home"
    for folder in (".cursor", ".codex"):
        (made / folder).mkdir(parents=True)
    return made


def test_clients_are_listed_with_what_stands_there_for_us(
    lonely: Desk, home: Path
) -> None:
    lonely.ctl("mcp", "install", "cursor")

    said = lonely.ctl("mcp")

    lines = {line.split()[0]: line.split() for line in said.out.splitlines()}
    assert said.code == 0
    assert list(lines)[1:] == list(CLIENTS)
    assert lines["cursor"][1:5] == ["yes", "user", "current", "hub"]
    assert lines["cursor"][5] == str(home / ".cursor" / "mcp.json")
    assert lines["codex"][1:4] == ["yes", "user", "none"]
    assert lines["zed"][1:4] == ["no", "user", "none"]


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(
    lonely: Desk, home: Path
) -> None:
    (home / ".cursor" / "mcp.json").write_text('{\n"a": b}')

    rows = json.loads(lonely.ctl("mcp", "list", "--json").out)

    (row,) = (row for row in rows if row["client"] == "cursor")
    assert row["entry"] == "unreadable"
    assert row["problem"].endswith("mcp.json:2: is not JSON: Expecting value")


def test_what_is_entered_for_a_project_is_listed_as_well(
    lonely: Desk, home: Path
) -> None:
    before = lonely.ctl("mcp", "list").out
    lonely.ctl("mcp", "install", "claude-code", "--scope", "project")

    after = lonely.ctl("mcp", "list").out
    only = lonely.ctl("mcp", "list", "--scope", "project").out

    assert home.is_dir()
    assert "project" not in before
    assert re.search(r"^claude-code +no +project +current +hub ", after, re.MULTILINE)
    assert "user" not in only


def test_an_entry_comes_and_goes(lonely: Desk, home: Path) -> None:
    file = home / ".cursor" / "mcp.json"
    file.write_text('{\n  // mine\n  "mcpServers": {},\n}\n')
    before = file.read_text()

    entered = lonely.ctl("mcp", "install", "cursor")
    between = file.read_text()
    again = lonely.ctl("mcp", "install", "cursor")
    gone = lonely.ctl("mcp", "remove", "cursor")

    assert [said.code for said in (entered, again, gone)] == [0, 0, 0]
    assert entered.out.startswith(f"Cursor: brummer added to {file}\n")
    assert ".bak-" in entered.out
    assert "--mcp" in between
    assert again.out == f"Cursor: brummer is as it should be in {file}\n"
    assert gone.out.startswith(f"Cursor: brummer removed from {file}\n")
    assert file.read_text() == before


def test_the_program_is_entered_with_its_whole_path(lonely: Desk, home: Path) -> None:
    lonely.ctl("mcp", "install", "codex")

    tree = tomllib.loads((home / ".codex" / "config.toml").read_text())
    found = tree["mcp_servers"]["brummer"]
    assert Path(found["command"]).is_absolute()
    assert Path(found["command"]).exists()
    assert found["args"][-1] == "--mcp"


def test_all_are_those_that_are_installed(lonely: Desk, home: Path) -> None:
    said = lonely.ctl("mcp", "install", "all", "--json")

    rows = json.loads(said.out)
    assert said.code == 0
    assert [(row["client"], row["action"]) for row in rows] == [
        ("codex", "added"),
        ("cursor", "added"),
    ]
    assert {str(p.relative_to(home)) for p in home.rglob("*.*") if p.is_file()} >= {
        ".cursor/mcp.json",
        ".codex/config.toml",
    }


@pytest.mark.parametrize(
    "words",
    [
        ["--scope", "user", "install", "cursor", "codex"],
        ["install", "--scope", "user", "cursor", "codex"],
        ["install", "cursor", "--scope", "user", "codex"],
        ["install", "cursor", "codex", "--scope", "user"],
    ],
)
def test_options_may_stand_anywhere(lonely: Desk, home: Path, words: list[str]) -> None:
    said = lonely.ctl("mcp", *words)

    assert said.code == 0
    assert (home / ".cursor" / "mcp.json").exists()
    assert (home / ".codex" / "config.toml").exists()


def test_all_of_none_is_an_error(lonely: Desk, home: Path) -> None:
    for folder in home.iterdir():
        folder.rename(folder.with_suffix(".away"))

    said = lonely.ctl("mcp", "install", "all")

    assert said.code == 1
    assert "no client is installed" in said.err


def test_what_went_wrong_with_one_keeps_none_of_the_others(
    lonely: Desk, home: Path
) -> None:
    (home / ".codex" / "config.toml").write_text("a = 1\nb = [\n")

    said = lonely.ctl("mcp", "install", "codex", "cursor")

    assert said.code == 1
    assert "config.toml:3: is not TOML" in said.out
    assert "[mcp_servers.brummer]" in said.out, "to be put there by hand"
    assert "Cursor: brummer added to" in said.out
    assert (home / ".codex" / "config.toml").read_text() == "a = 1\nb = [\n"


def test_a_client_that_is_not_there_is_entered_on_request(
    lonely: Desk, home: Path
) -> None:
    refused = lonely.ctl("mcp", "install", "zed")
    made = lonely.ctl("mcp", "install", "zed", "--create")

    assert refused.code == 1
    assert "--create" in refused.out
    assert made.code == 0
    assert (home / ".config" / "zed" / "settings.json").exists()


def test_a_dry_run_shows_what_would_change(lonely: Desk, home: Path) -> None:
    said = lonely.ctl("mcp", "install", "cursor", "-n")

    assert said.code == 0
    assert "would be added to" in said.out
    assert '+    "brummer": {' in said.out
    assert not (home / ".cursor" / "mcp.json").exists()


def test_an_address_is_that_of_the_settings(lonely: Desk, home: Path) -> None:
    (lonely.folder / ".brum.toml").write_text("mcp_port = 4321\n")

    said = lonely.ctl("mcp", "install", "cursor", "--http")

    tree = json.loads((home / ".cursor" / "mcp.json").read_text())
    assert tree["mcpServers"]["brummer"] == {
        "url": "http://127.0.0.1:4321/mcp",
        "headers": {"Authorization": "Bearer ${env:BRUMMER_TOKEN}"},
    }
    token = lonely.folder.parent / "state" / "brummer" / "mcp-token"
    assert f"BRUMMER_TOKEN=$(cat {token})" in said.err


def test_or_the_one_that_is_given(lonely: Desk, home: Path) -> None:
    lonely.ctl("mcp", "install", "codex", "--url", "http://127.0.0.1:9/mcp")

    assert (
        'url = "http://127.0.0.1:9/mcp"'
        in (home / ".codex" / "config.toml").read_text()
    )


def test_without_a_fixed_port_there_is_no_fixed_address(
    lonely: Desk, home: Path
) -> None:
    (lonely.folder / ".brum.toml").write_text("mcp_port = 0\n")

    said = lonely.ctl("mcp", "install", "cursor", "--http")

    assert said.code == 2
    assert "--url" in said.err
    assert not (home / ".cursor" / "mcp.json").exists()


def test_who_cannot_keep_a_token_is_refused_an_address(
    lonely: Desk, home: Path
) -> None:
    said = lonely.ctl("mcp", "install", "junie", "--http", "--create")

    assert said.code == 1
    assert "without --http" in said.out
    assert not (home / ".junie").exists()


@pytest.mark.parametrize("name", CLIENTS)
def test_what_would_be_entered_can_be_printed(
    lonely: Desk, home: Path, name: str
) -> None:
    said = lonely.ctl("mcp", "print", name)
    (row,) = json.loads(lonely.ctl("mcp", "print", name, "--json").out)

    assert said.code == 0
    assert row["snippet"].strip() in said.out
    assert row["file"] or row["by_hand"]
    assert "--mcp" in row["snippet"]
    assert home.is_dir()


@pytest.mark.parametrize("name", [c.name for c in CLIENTS.values() if c.own])
def test_a_client_s_own_command_is_told_if_it_does_the_same(
    lonely: Desk, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with_variables = json.loads(lonely.ctl("mcp", "print", name, "--json").out)
    users = Path(os.environ["XDG_RUNTIME_DIR"])
    usual = users / str(os.geteuid())
    usual.mkdir()
    monkeypatch.setattr(entry, "USERS", users)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(usual))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / ".local" / "state"))

    (row,) = json.loads(lonely.ctl("mcp", "print", name, "--json").out)

    (shared,) = json.loads(
        lonely.ctl("mcp", "print", name, "--scope", "project", "--json").out
    )
    words = shlex.split(row["command"])
    assert shared["command"] == "" or "project" in shared["command"]
    assert words[0] in CLIENTS[name].programs
    assert "brummer" in row["command"]
    assert with_variables[0]["command"] == ""
    assert "XDG_RUNTIME_DIR" in with_variables[0]["snippet"]


def test_what_cannot_be_printed_keeps_none_of_the_others(
    lonely: Desk, home: Path
) -> None:
    said = lonely.ctl("mcp", "print", "zed", "cursor", "--http")

    assert said.code == 1
    assert "without --http" in said.out
    assert "127.0.0.1:7777/mcp" in said.out
    assert home.is_dir()


def test_all_of_none_cannot_be_printed_either(lonely: Desk, home: Path) -> None:
    for folder in home.iterdir():
        folder.rename(folder.with_suffix(".away"))

    said = lonely.ctl("mcp", "print", "all")

    assert said.code == 1
    assert "no client is installed" in said.err


def test_a_program_that_may_be_gone_soon_is_told(
    lonely: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = home / ".cache" / "uv" / "archive-v0" / "x" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "brum").write_text("")
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))

    said = lonely.ctl("mcp", "install", "cursor")
    shared = lonely.ctl("mcp", "install", "cursor", "--scope", "project", "--create")
    (row,) = json.loads(lonely.ctl("mcp", "install", "codex", "--json").out)

    assert f"{scripts / 'brum'} is in a cache" in said.err
    # What others start it from is what they find, wherever that is here.
    assert str(scripts) not in shared.err
    assert "is in a cache" in row["remarks"][0]


def test_gemini_s_other_use_of_our_port_is_told(lonely: Desk, home: Path) -> None:
    (home / ".gemini").mkdir()

    said = lonely.ctl("mcp", "install", "gemini")

    assert "port 7777" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["install"],
        ["remove"],
        ["print"],
        ["list", "cursor"],
        ["install", "emacs"],
        ["install", "cursor", "--scope", "world"],
        ["install", "cursor", "--name", "a b"],
        ["install", "cursor", "--url", "http://example.com/mcp"],
        ["install", "cursor", "--url", "http://127.0.0.1.example.com/mcp"],
        ["install", "cursor", "--url", "http://[::1"],
        ["install", "cursor", "--url", "file:///etc/passwd"],
        ["install", "cursor", "--url", "http://example.com\\@127.0.0.1/mcp"],
        ["install", "cursor", "--url", "http://127.0.0.1\n/mcp"],
        ["install", "cursor", "--url", "http://127.0.0.1:77777/mcp"],
        ["nonsense"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    lonely: Desk, home: Path, words: list[str]
) -> None:
    said = lonely.ctl("mcp", *words)

    assert said.code == 2
    assert not list((home / ".cursor").iterdir())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_names_of_clients_are_completed(lonely: Desk, shell: str) -> None:
    assert "claude-desktop" in lonely.ctl("completion", shell).out


def test_the_manual_names_every_client_and_variable() -> None:
    page = (Path(__file__).parents[2] / "man" / "brumctl.1").read_text("utf-8")
    templates = [t for c in CLIENTS.values() for t in (*c.user, *c.signs)]
    variables = {t[1:].partition("/")[0] for t in templates if t.startswith("$")}

    words = set(re.findall(r"[\w-]+", page))

    assert set(CLIENTS) <= words
    assert variables <= words
