"""The source around the place of an error."""

import pytest

from brummer.errors import BrummerError
from tests.support.finding import trace
from tests.support.instance import EPOCH
from tests.tui.stage import WIDE, Stage
from tests.tui.troubled import troubled


@pytest.fixture
def stage() -> Stage:
    return troubled()


def test_the_source_stands_below_the_frames(stage: Stage) -> None:
    lines = stage.lines()

    marked = lines.index(" >   12 | line 12 of web-1")
    assert lines[marked + 1] == f"        | {' ' * 16}^"
    assert lines[marked - 1] == "     11 | line 11 of web-1"


def test_in_a_wide_screen_the_source_stands_beside_them(stage: Stage) -> None:
    stage.size = WIDE

    lines = stage.lines()

    assert any("findUser" in line and "| line 8 of web-1" in line for line in lines)
    assert "KIND" in lines[1]
    assert "TypeError" in lines[2]


def test_a_file_that_was_changed_since_is_named(stage: Stage) -> None:
    stage.fake.answers["source.read"] = {
        "path": "/srv/shop/a.js",
        "first": 12,
        "lines": ["\tx"],
        "modified": EPOCH + 6,
        "problem": "",
    }

    stage.press("e", "E")

    assert "the file was changed since" in stage.screen()


def test_what_cannot_be_read_is_told(stage: Stage) -> None:
    stage.fake.answers["source.read"] = BrummerError("no worker")

    stage.press("e", "E")

    assert "src/db/user.js: no worker" in stage.screen()


def reads(stage: Stage) -> int:
    """Return how often source was read to be shown."""
    return sum(
        name == "source.read" and fields["around"] != 0
        for name, fields in stage.commands()
    )


def test_source_is_read_once_for_a_place(stage: Stage) -> None:
    for _ in range(5):
        stage.lines()

    assert reads(stage) == 1


def test_source_is_read_anew_when_the_error_comes_again(stage: Stage) -> None:
    old = stage.fake.findings()[-1]
    soon = trace("web-1", line=10, count=8, last_seen=EPOCH + 6)
    stage.fake.replace_finding(old, soon)
    stage.lines()
    early = reads(stage)
    stage.fake.replace_finding(soon, trace("web-1", count=9, last_seen=EPOCH + 8))
    stage.lines()

    assert (early, reads(stage)) == (1, 2)


def test_source_is_read_anew_after_it_was_in_an_editor(stage: Stage) -> None:
    stage.press("o")

    assert reads(stage) == 2
