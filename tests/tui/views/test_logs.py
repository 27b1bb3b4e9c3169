"""One log over the whole screen."""

import pytest

from brummer.model.process import ProcessStatus
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    for name in ("web", "api"):
        process = fake.add_process(name)
        fake.print(process.id, f"{name} is up")
    stage = Stage(fake)
    stage.press("3")
    return stage


def body(stage: Stage) -> list[str]:
    """Return the lines of the log."""
    return [line for line in stage.lines()[2:-1] if line]


def test_all_processes_are_shown_first(stage: Stage) -> None:
    assert stage.lines()[1].startswith("-- all | following | 2 lines")
    assert [line.split()[0] for line in body(stage)] == ["web", "api"]


def test_brackets_go_round_through_all_and_each(stage: Stage) -> None:
    seen = []
    for _ in range(4):
        seen.append(stage.lines()[1].split()[1])
        stage.press("]")

    assert seen == ["all", "web", "api", "all"]

    stage.press("[", "[")
    assert stage.lines()[1].split()[1] == "api" if seen[-1] == "web" else "all"


def test_all_come_back_with_one_key(stage: Stage) -> None:
    stage.press("]", "A")

    assert stage.lines()[1].startswith("-- all")


def test_the_title_says_how_the_process_is(stage: Stage) -> None:
    stage.press("]")
    stage.fake.change(
        next(iter(stage.fake.processes())),
        status=ProcessStatus.FAILED,
        exit_code=3,
        reason="was killed by SIGSEGV",
    )

    title = stage.lines()[1]

    assert title.startswith("-- web | failed 3 |")
    assert "was killed by SIGSEGV" in title


def test_a_restart_goes_on_with_the_log_of_the_new_run(stage: Stage) -> None:
    stage.press("]", "r")
    newest = list(stage.fake.processes())[-1]
    stage.fake.print(newest, "again")

    assert body(stage)[-1].endswith("again")


def test_a_shell_line_that_is_started_here_shows_its_log(stage: Stage) -> None:
    stage.press("$", *"ls", "enter")

    assert "[3Logs]" in stage.lines()[0]
    assert stage.lines()[1].startswith("-- ls")


def test_the_wheel_scrolls(stage: Stage) -> None:
    stage.frame.mouse_event(stage.size, "mouse press", 4, 4, 5, focus=True)

    assert "PAUSED" in stage.lines()[1]
