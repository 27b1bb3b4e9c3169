"""Tests of the commands that enter Brummer in MCP clients."""

import json
from pathlib import Path
from typing import Any

import pytest

from brummer.errors import BrummerError
from tests.app.conftest import Bench


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with Cursor in it, and no program on the PATH."""
    made = tmp_path / "home"
    (made / ".cursor").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.setenv("PATH", str(made))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return made


def run(bench: Bench, command: str, **arguments: object) -> Any:
    return bench.application().instance.run(command, **arguments).result(20)


def test_clients_are_listed_as_json_has_them(bench: Bench, home: Path) -> None:
    rows = run(bench, "mcp.clients")["clients"]

    (cursor,) = (row for row in json.loads(json.dumps(rows)) if row["installed"])
    assert cursor["client"] == "cursor"
    assert cursor["entry"] == "none"
    assert cursor["file"] == str(home / ".cursor" / "mcp.json")


def test_an_entry_comes_and_goes(bench: Bench, home: Path) -> None:
    file = home / ".cursor" / "mcp.json"

    entered = run(bench, "mcp.install", client="cursor")
    is_there = file.exists()
    gone = run(bench, "mcp.remove", client="cursor", scope="user")

    assert entered["action"] == "added"
    assert entered["file"] == str(file)
    assert isinstance(entered["remarks"], list)
    assert is_there
    assert gone["action"] == "removed"
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"client": "cursr"}, "did you mean cursor"),
        ({"client": "cursor", "scope": "world"}, "user or project"),
        ({"client": "zed"}, "does not seem to be installed"),
    ],
)
def test_what_cannot_be_done_is_told(
    bench: Bench, home: Path, arguments: dict[str, str], problem: str
) -> None:
    with pytest.raises(BrummerError, match=problem):
        run(bench, "mcp.install", **arguments)

    assert not (home / ".cursor" / "mcp.json").exists()
