"""Tests of what is entered for Brummer."""

import os
import sys
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.mcp.install.client import Scope
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import (
    VARIABLE,
    Endpoint,
    Hub,
    hub,
    initial,
    is_fleeting,
    leaves,
    own_command,
)
from brummer.mcp.install.form import entry

URL = "http://127.0.0.1:7777/mcp"
BRUM = Hub(command=("/bin/brum", "--mcp"))

#: What each client is told to start.
STARTED: dict[str, dict[str, object]] = {
    "claude-code": {"type": "stdio", "command": "/bin/brum", "args": ["--mcp"]},
    "claude-desktop": {"command": "/bin/brum", "args": ["--mcp"]},
    "cline": {"command": "/bin/brum", "args": ["--mcp"]},
    "codex": {"command": "/bin/brum", "args": ["--mcp"]},
    "copilot": {
        "type": "local",
        "command": "/bin/brum",
        "args": ["--mcp"],
        "tools": ["*"],
    },
    "cursor": {"command": "/bin/brum", "args": ["--mcp"]},
    "gemini": {"command": "/bin/brum", "args": ["--mcp"]},
    "goose": {
        "type": "stdio",
        "name": "brummer",
        "cmd": "/bin/brum",
        "args": ["--mcp"],
        "description": "What runs in your projects, and what it prints",
        "enabled": True,
        "timeout": 300,
    },
    "jetbrains": {"command": "/bin/brum", "args": ["--mcp"]},
    "junie": {"command": "/bin/brum", "args": ["--mcp"]},
    "opencode": {"type": "local", "command": ["/bin/brum", "--mcp"]},
    "roo-code": {"command": "/bin/brum", "args": ["--mcp"]},
    "vscode": {"type": "stdio", "command": "/bin/brum", "args": ["--mcp"]},
    "windsurf": {"command": "/bin/brum", "args": ["--mcp"]},
    "zed": {"command": "/bin/brum", "args": ["--mcp"]},
}

ENVIRONMENT = {"Authorization": f"Bearer ${{env:{VARIABLE}}}"}
SHELL = {"Authorization": f"Bearer ${{{VARIABLE}}}"}

#: What those are told that can be told an address.
REACHED: dict[str, dict[str, object]] = {
    "claude-code": {"type": "http", "url": URL, "headers": SHELL},
    "codex": {"url": URL, "bearer_token_env_var": VARIABLE},
    "cursor": {"url": URL, "headers": ENVIRONMENT},
    "gemini": {"httpUrl": URL, "headers": SHELL},
    "goose": {
        "type": "streamable_http",
        "name": "brummer",
        "uri": URL,
        "headers": SHELL,
        "env_keys": [VARIABLE],
    },
    "opencode": {
        "type": "remote",
        "url": URL,
        "headers": {"Authorization": f"Bearer {{env:{VARIABLE}}}"},
    },
    "roo-code": {"type": "streamable-http", "url": URL, "headers": ENVIRONMENT},
    "vscode": {"type": "http", "url": URL, "headers": ENVIRONMENT},
    "windsurf": {"serverUrl": URL, "headers": ENVIRONMENT},
}


@pytest.mark.parametrize("name", CLIENTS)
def test_each_client_is_told_in_its_own_words_what_to_start(name: str) -> None:
    client = CLIENTS[name]

    told = {**leaves(client, "brummer", BRUM), **initial(client)}

    assert entry(told) == STARTED[name]


@pytest.mark.parametrize("name", CLIENTS)
def test_and_where_it_answers_if_it_can_keep_the_token(name: str) -> None:
    client = CLIENTS[name]
    if name in REACHED:
        assert entry(leaves(client, "brummer", Endpoint(url=URL))) == REACHED[name]
        return

    with pytest.raises(BrummerError, match="without --http"):
        leaves(client, "brummer", Endpoint(url=URL))


def test_the_variable_of_the_token_is_no_setting() -> None:
    assert not VARIABLE.startswith("BRUM_")


def test_files_of_a_user_have_the_whole_path_and_those_of_a_project_the_name() -> None:
    assert hub(Scope.USER, ("/bin/brum",)).command == ("/bin/brum", "--mcp")
    assert hub(Scope.PROJECT, ("/bin/brum",)).command == ("brum", "--mcp")


def test_variables_that_name_other_folders_than_usual_go_with_it() -> None:
    environment = {
        "HOME": "/home/ada",
        "PATH": "/bin",
        "XDG_RUNTIME_DIR": "/tmp/run",
        "XDG_STATE_HOME": "/home/ada/.local/state",
    }

    found = hub(Scope.USER, ("/bin/brum",), environment)
    usual = hub(
        Scope.USER,
        ("/bin/brum",),
        {"HOME": "/", "XDG_RUNTIME_DIR": f"/run/user/{os.geteuid()}"},
    )

    assert found.environment == {"XDG_RUNTIME_DIR": "/tmp/run"}
    assert usual.environment == {}
    assert hub(Scope.PROJECT, ("/bin/brum",), environment).environment == {}


@pytest.mark.parametrize(
    ("name", "key"), [("cursor", "env"), ("opencode", "environment"), ("goose", "envs")]
)
def test_each_client_has_a_word_for_variables(name: str, key: str) -> None:
    target = Hub(command=("/bin/brum", "--mcp"), environment={"X": "1"})

    assert entry(leaves(CLIENTS[name], "brummer", target))[key] == {"X": "1"}


def program(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    made = folder / "brum"
    made.write_text("#!/bin/sh\n")
    made.chmod(0o755)
    return made


def test_our_own_program_is_the_one_beside_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = program(tmp_path / "own")
    program(tmp_path / "other")
    monkeypatch.setenv("PATH", str(tmp_path / "other"))

    assert own_command(own.parent) == (str(own),)


def test_a_link_to_it_on_the_path_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = program(tmp_path / "own")
    link = tmp_path / "bin" / "brum"
    link.parent.mkdir()
    link.symlink_to(own)
    monkeypatch.setenv("PATH", os.pathsep.join(["/bin", str(link.parent)]))

    assert own_command(own.parent) == (str(link),)


def test_without_a_program_python_starts_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert own_command(tmp_path) == (sys.executable, "-P", "-m", "brummer")


@pytest.mark.parametrize(
    ("program", "is_so"),
    [
        ("/home/ada/.local/bin/brum", False),
        ("/opt/brummer/bin/brum", False),
        ("/home/ada/archive-v0.1/bin/brum", False),
        ("/home/ada/.cache/uv/archive-v0/aBc/bin/brum", True),
        ("/big/uv/builds-v0/.tmpX/bin/python", True),
        ("/Users/ada/Library/Caches/pipx/12ab/bin/brum", True),
        ("/tmp/venv/bin/brum", True),
        ("/var/tmp/venv/bin/brum", True),
    ],
)
def test_a_program_in_a_cache_may_be_gone_soon(program: str, *, is_so: bool) -> None:
    assert is_fleeting(program) == is_so


def test_and_so_may_one_to_which_a_link_leads(tmp_path: Path) -> None:
    own = program(tmp_path / ".cache")
    link = tmp_path / "brum"
    link.symlink_to(own)

    assert is_fleeting(str(link))
