"""Lines of a log for elsewhere."""

import time
from concurrent.futures import Future
from typing import Any

import pytest

from brummer.core.newfile import TakenError
from brummer.errors import BrummerError
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage

CLOCK = time.strftime("%H:%M:%S", time.localtime(EPOCH))
DATE = time.strftime("%Y%m%d-%H%M%S", time.localtime(EPOCH))

#: What the commands are asked for when nothing is filtered.
ALL = {"every": (), "some": (), "never": ()}


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    web = fake.add_process("web").id
    fake.print(web, *(f"line {n}" for n in range(9)), time=EPOCH)
    fake.print(web, "\x1b[31mred\x1b[0m", time=EPOCH)
    fake.answers["logs.copy"] = {"text": "some text", "lines": 3}
    fake.answers["logs.export"] = {"path": "/srv/shop/a.txt", "lines": 10}
    stage = Stage(fake)
    stage.press("3")
    return stage


def last_call(stage: Stage) -> tuple[str, dict[str, Any]]:
    name, arguments = stage.commands()[-1]
    return name, arguments


def test_the_last_line_is_copied_as_text(stage: Stage) -> None:
    stage.press("y")

    assert stage.copied == ["red"]
    assert "sent to the clipboard: 1 line" in stage.lines()[-1]


def test_the_current_line_is_copied(stage: Stage) -> None:
    stage.press("k", "k", "y")

    assert stage.copied == ["line 7"]


def test_a_copy_says_when_and_by_whom_on_request(stage: Stage) -> None:
    stage.press("Y", "]", "Y")

    assert stage.copied == [f"[{CLOCK}] web: red", f"[{CLOCK}] red"]


def test_an_empty_log_has_nothing_to_copy() -> None:
    stage = Stage(FakeInstance())

    stage.press("3", "y")
    told = stage.lines()[-1]
    stage.press("v")

    assert "the line is not there" in told
    assert "there are no lines" in stage.lines()[-1]
    assert stage.copied == []


def test_selected_lines_stand_out(stage: Stage) -> None:
    def lit() -> int:
        canvas = stage.frame.render(stage.size, focus=True)
        rows = canvas.content()
        return sum(
            any(a == "select" and b"line" in data for a, _, data in row) for row in rows
        )

    stage.press("k", "v", "k", "k")
    selected = lit()
    stage.press("v")

    assert (selected, lit()) == (3, 0)


def test_selected_lines_are_copied_and_selected_no_more(stage: Stage) -> None:
    stage.press("k", "v", "k", "k", "y")

    arguments = {"labels": False, "process": "", "first": 6, "stop": 9, **ALL}
    assert last_call(stage) == ("logs.copy", arguments)
    assert stage.copied == ["some text"]
    assert "sent to the clipboard: 3 lines" in stage.lines()[-1]

    stage.press("y")
    assert stage.copied[1:] == ["line 6"]


def test_a_selection_goes_on_to_the_end_that_is_followed(stage: Stage) -> None:
    stage.press("]", "k", "v", "G")
    stage.fake.print(next(iter(stage.fake.processes())), "new")
    stage.press("Y")

    name, arguments = last_call(stage)
    assert (name, arguments["labels"]) == ("logs.copy", True)
    assert (arguments["process"], arguments["first"]) == ("web-1", 8)
    assert arguments["stop"] == 11


def test_another_log_has_no_selection(stage: Stage) -> None:
    stage.press("v", "]", "y")

    assert stage.copied == ["red"]


def test_only_lines_that_are_shown_are_copied(stage: Stage) -> None:
    stage.press("&")
    stage.type("level>=warn")
    stage.press("enter", "W", "enter")

    _, arguments = last_call(stage)
    assert arguments["every"] == ("level>=warn",)


def test_the_whole_log_is_written_to_the_file_that_is_named(stage: Stage) -> None:
    stage.press("W")
    asked = stage.lines()[-1]
    stage.press("enter")

    assert f"all-{DATE}.txt" in asked
    arguments = {"path": f"all-{DATE}.txt", "overwrite": False, "process": ""}
    assert last_call(stage) == (
        "logs.export",
        {**arguments, "first": 0, "stop": 0, **ALL},
    )
    assert "10 lines in /srv/shop/a.txt" in stage.lines()[-1]


def test_selected_lines_are_written(stage: Stage) -> None:
    stage.press("]", "k", "v", "k", "W")
    asked = stage.lines()[-1]
    stage.press("ctrl u")
    stage.type("some.html")
    stage.press("enter")

    _, arguments = last_call(stage)
    assert "write 2 lines to" in asked
    assert (arguments["path"], arguments["process"]) == ("some.html", "web-1")
    assert (arguments["first"], arguments["stop"]) == (7, 9)


def test_a_name_of_a_process_is_no_path(stage: Stage) -> None:
    stage.fake.add_process("../db:migrate\x1b")

    stage.press("]", "]", "W")

    assert f"..-db-migrate--{DATE}.txt" in stage.lines()[-1]


def test_no_name_writes_nothing(stage: Stage) -> None:
    stage.press("W", "ctrl u")
    stage.type(" !")
    stage.press("enter")

    assert stage.commands() == []


def test_a_file_that_is_there_is_overwritten_on_request(stage: Stage) -> None:
    stage.fake.answers["logs.export"] = TakenError("a.txt exists already")
    stage.press("W", "enter")
    told = stage.lines()[-1]
    stage.press("W", "ctrl u")
    stage.type("a.txt!")

    stage.press("enter")

    assert "a.txt exists already; W and the name with ! behind it" in told
    _, arguments = last_call(stage)
    assert (arguments["path"], arguments["overwrite"]) == ("a.txt", True)


def test_what_goes_wrong_is_told(stage: Stage) -> None:
    stage.fake.answers["logs.export"] = BrummerError("cannot write a.txt: disk full")

    stage.press("W", "enter")

    assert "cannot write a.txt: disk full" in stage.lines()[-1]
    assert "overwrites" not in stage.lines()[-1]


def test_writing_goes_on_while_other_things_are_done(stage: Stage) -> None:
    writing: Future[object] = Future()
    stage.fake.answers["logs.export"] = writing
    stage.press("W", "enter", "k", "1")

    writing.set_result({"path": "/srv/shop/b.txt", "lines": 1})

    assert "1 line in /srv/shop/b.txt" in stage.lines()[-1]
