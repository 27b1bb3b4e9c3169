"""Tests of what the palette offers to do with MCP clients."""

from collections.abc import Sequence

import pytest

from brummer.errors import BrummerError
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Return a board over an instance in which nothing runs."""
    return Stage(FakeInstance())


def client(name: str, entry: str, *, installed: bool = True) -> dict[str, object]:
    return {
        "client": name,
        "title": name.title(),
        "installed": installed,
        "scope": "user",
        "entry": entry,
        "file": f"/home/ada/.{name}",
    }


def opened(stage: Stage, rows: Sequence[dict[str, object]]) -> str:
    stage.fake.answers["mcp.clients"] = {"clients": list(rows)}
    stage.press(":", *"set up mcp", "enter")
    stage.lines()
    return stage.screen()


def test_the_palette_lists_what_can_be_done_with_each_client(stage: Stage) -> None:
    shown = opened(
        stage,
        [
            client("cursor", "none"),
            client("codex", "outdated"),
            client("zed", "current"),
            client("junie", "none", installed=False),
            client("goose", "unreadable"),
        ],
    )

    assert "enter Brummer in Cursor" in shown
    assert "bring Brummer up to date in Codex" in shown
    assert "take Brummer out of Codex" in shown
    assert "take Brummer out of Zed" in shown
    assert "Junie" not in shown
    assert "Goose" not in shown


def test_what_is_chosen_is_done_and_told(stage: Stage) -> None:
    stage.fake.answers["mcp.install"] = {
        "title": "Cursor",
        "action": "added",
        "file": "/home/ada/.cursor",
        "remarks": ["it may be gone soon"],
    }
    opened(stage, [client("cursor", "none")])

    stage.press("enter")

    assert stage.commands()[-1] == (
        "mcp.install",
        {"client": "cursor", "scope": "user"},
    )
    said = "entered in Cursor: /home/ada/.cursor; it may be gone soon"
    assert said in stage.lines()[-1]


def test_why_it_could_not_be_done_is_told(stage: Stage) -> None:
    stage.fake.answers["mcp.remove"] = BrummerError("its folder is read-only")
    opened(stage, [client("cursor", "current")])

    stage.press("enter")
    stage.lines()

    assert "its folder is read-only" in stage.lines()[-1]


def test_where_no_client_is_there_that_is_said(stage: Stage) -> None:
    shown = opened(stage, [client("cursor", "none", installed=False)])

    assert "no MCP client is installed" in shown
