"""Logs of runs that are over, on the screen."""

import pytest

from brummer.core.instance import EarlierRun
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import Stage


def add_run(
    stage: Stage, name: str, *, started: float, ended: float | None = EPOCH
) -> FakeInstance:
    """Add a run in which two processes have printed two lines each."""
    past = FakeInstance()
    for script in ("old", "older"):
        process = past.add_process(script)
        past.print(process.id, f"{script} one", f"{script} two")
    row = EarlierRun(name, started, ended, 2, 8192)
    stage.fake.earlier[name] = row, past
    return past


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    fake.print(fake.add_process("web").id, "web is up")
    stage = Stage(fake)
    stage.press("3")
    return stage


@pytest.fixture
def opened(stage: Stage) -> Stage:
    """The stage with the log of a run that is over."""
    add_run(stage, "r1", started=EPOCH - 3600)
    choose(stage)
    stage.press("enter")
    return stage


def choose(stage: Stage) -> None:
    stage.press(":", *"earlier run", "enter")


def title(stage: Stage) -> str:
    return stage.lines()[1]


def body(stage: Stage) -> list[str]:
    return [line for line in stage.lines()[2:-1] if line]


def test_runs_are_offered_the_newest_first(stage: Stage) -> None:
    add_run(stage, "r1", started=EPOCH - 7200)
    add_run(stage, "r2", started=EPOCH - 3600, ended=None)

    choose(stage)

    offered = [line for line in stage.lines() if "2 processes, 8K" in line]
    assert len(offered) == 2
    assert "killed" in offered[0]
    assert "killed" not in offered[1]


def test_without_earlier_runs_that_is_said(stage: Stage) -> None:
    choose(stage)

    assert "there are no files of earlier runs" in stage.lines()[-1]


def test_a_run_shows_what_all_its_processes_printed(opened: Stage) -> None:
    assert title(opened).startswith("-- all | run of 20")
    assert [line.split()[-2:] for line in body(opened)] == [
        ["old", "one"],
        ["old", "two"],
        ["older", "one"],
        ["older", "two"],
    ]


def test_a_run_has_processes_of_its_own(opened: Stage) -> None:
    opened.press("]")
    assert title(opened).startswith("-- old-1 | run of")
    assert len(body(opened)) == 2

    opened.press("]", "]")
    assert title(opened).startswith("-- all | run of")

    opened.press("]", "A")
    assert len(body(opened)) == 4


def test_a_run_is_searched_and_filtered_like_any_log(opened: Stage) -> None:
    opened.press("&", *"two", "enter")
    assert [line.split()[-1] for line in body(opened)] == ["two", "two"]

    opened.press("/", *"older", "enter")
    assert "/older 1 of 1" in title(opened)


def test_escape_leads_back_to_what_goes_on(opened: Stage) -> None:
    opened.press("esc")

    assert title(opened).startswith("-- all | following")
    assert body(opened)[-1].endswith("web is up")


def test_escape_ends_the_search_first(opened: Stage) -> None:
    opened.press("/", *"two", "enter", "esc")
    assert "run of" in title(opened)
    assert "/two" not in title(opened)

    opened.press("esc")
    assert "run of" not in title(opened)


def test_marks_of_one_run_are_none_in_another(opened: Stage) -> None:
    opened.press("k", "m")
    assert "1 mark" in title(opened)

    opened.press("esc")

    assert "mark" not in title(opened)


def test_selected_lines_of_a_run_are_copied(opened: Stage) -> None:
    opened.press("k", "v", "k", "y")

    assert "2 lines" in opened.lines()[-1]


def test_a_run_is_written_to_a_file_by_brumctl(opened: Stage) -> None:
    opened.press("W")

    assert "brumctl logs --run" in opened.lines()[-1]


def test_a_log_that_is_asked_for_elsewhere_is_that_of_now(opened: Stage) -> None:
    opened.press("2", "enter")

    assert title(opened).startswith("-- web | running")


def test_more_lines_of_a_run_than_can_be_copied_are_refused(stage: Stage) -> None:
    past = add_run(stage, "r1", started=EPOCH)
    past.print(next(iter(past.processes())), *map(str, range(6_000)))
    choose(stage)
    stage.press("enter", "g", "v", "G", "y")

    assert stage.copied == []
    assert "6,004 lines of an earlier run are too many" in stage.lines()[-1]


def test_a_run_that_is_gone_is_told(stage: Stage) -> None:
    add_run(stage, "r1", started=EPOCH)
    choose(stage)
    del stage.fake.earlier["r1"]

    stage.press("enter")

    assert "there is no run 'r1' any more" in stage.lines()[-1]
