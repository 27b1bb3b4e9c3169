"""All about one error."""

import pytest

from brummer.tui.row import Size
from tests.support.finding import error, trace
from tests.support.instance import FakeInstance
from tests.tui.stage import WIDE, Stage
from tests.tui.troubled import troubled


@pytest.fixture
def stage() -> Stage:
    return troubled()


def test_the_log_around_it_is_shown(stage: Stage) -> None:
    stage.size = WIDE

    shown = [line[14:] for line in stage.lines() if "web says" in line]

    assert shown == [f"web says {n}" for n in range(8, 14)]


def test_walking_through_the_frames_shows_the_source_of_each(stage: Stage) -> None:
    stage.press("tab", "G")

    assert " > src/routes.js:41:18   handler" in stage.screen()
    assert " >   41 | line 41 of web-1" in stage.screen()


def test_enter_opens_the_frames_of_libraries(stage: Stage) -> None:
    stage.size = WIDE

    stage.press("tab", "j", "enter")

    screen = stage.screen()
    assert "6 frames" not in screen
    assert "node_modules/express/6.js:6" in screen
    assert "[4Errors]" in screen
    stage.press("enter")
    assert "[3Logs]" in stage.screen()


def test_a_repeat_leaves_one_where_one_is(stage: Stage) -> None:
    stage.press("tab", "j", "enter", "j")
    old = stage.fake.findings()[-1]
    before = stage.lines()[8:]

    stage.fake.replace_finding(old, trace("web-1", line=10, end=12, count=8))

    assert "8 times" in stage.screen()
    assert stage.lines()[8:] == before


def test_an_error_of_one_line_shows_it_in_the_log() -> None:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.print(web, "before", "\x1b[31mboom\x1b[0m", "after")
    fake.report(error(web, "boom", line=1))
    stage = Stage(fake)

    stage.press("4")

    shown = [line.rpartition(" ")[2] for line in stage.lines() if "14:13:20." in line]
    assert shown == ["before", "boom", "after"]


def test_what_has_left_the_log_says_so() -> None:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.report(error(web, "boom", line=1))
    stage = Stage(fake)

    stage.press("4")

    assert "its lines have left the log" in stage.screen()


def test_causes_tests_and_long_messages_are_told() -> None:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.report(
        error(
            web,
            "Bad: first\nsecond " + "x" * 100,
            causes=tuple(f"Cause{n}: y" for n in range(6)),
            details={"test": "it works"},
        )
    )
    stage = Stage(fake)

    stage.press("4")

    screen = stage.screen()
    assert "test it works" in screen
    assert " second xxx" in screen
    assert " caused by Cause0: y" in screen
    assert " and 2 more causes" in screen


def test_pages_scroll_what_is_below(stage: Stage) -> None:
    stage.size = Size(80, 16)
    before = stage.lines()

    stage.press("page down")
    after = stage.lines()

    assert after[:5] == before[:5]
    assert after[7:] != before[7:]
    stage.press("page up")
    assert stage.lines() == before


def test_a_forgotten_process_is_named_by_its_number() -> None:
    fake = FakeInstance()
    fake.report(error("gone-3", "boom"))
    stage = Stage(fake)

    stage.press("4")

    assert " gone-3" in stage.screen()
    assert stage.fake.processes() == {}
