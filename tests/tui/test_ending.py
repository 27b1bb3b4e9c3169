"""How it ends, and what an earlier end has left."""

from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessStatus
from brummer.tui.ending import leftover_names
from brummer.tui.keymap import Place
from brummer.tui.row import Size
from tests.support.instance import FakeInstance
from tests.tui.stage import Stage


@pytest.fixture
def stage() -> Stage:
    fake = FakeInstance()
    fake.add_process("web")
    fake.add_process("api")
    return Stage(fake)


def test_quitting_asks_and_names_what_runs(stage: Stage) -> None:
    stage.press("q")

    screen = stage.screen()
    assert "2 processes are running" in screen
    assert "  web" in screen
    assert "  api" in screen

    stage.press("enter")
    assert stage.commands() == []
    assert stage.board.place is Place.PROCESSES


def test_quitting_leaves_when_everything_has_ended(stage: Stage) -> None:
    ended: Future[object] = Future()
    stage.fake.answers["app.quit"] = ended

    stage.press("q", "y")
    before = list(stage.asked)
    ended.set_result({})
    stage.frame.refresh()

    assert before == []
    assert stage.asked == ["leave"]


def test_nothing_is_asked_where_nothing_runs() -> None:
    stage = Stage(FakeInstance())

    stage.press("q")

    assert stage.commands() == [("app.quit", {})]
    assert stage.asked == ["leave"]


def test_stopping_shows_who_blocks_and_for_how_long(stage: Stage) -> None:
    stage.fake.answers["app.quit"] = Future()
    stage.press("q", "ctrl c")
    stage.fake.change(
        next(iter(stage.fake.processes())),
        status=ProcessStatus.STOPPING,
        reason="ignores SIGTERM: node (pid 41)",
        deadline=stage.clock.now() + 5,
    )

    screen = stage.screen()
    stage.clock.passed += 2

    assert "stopping 5s" in screen
    assert "ignores SIGTERM: node (pid 41)" in screen
    assert "stopping 3s" in stage.screen()
    assert stage.board.is_ticking


BLOCKED = "ignores SIGTERM: chrome_crashpad_handler_of_the_browser (pid 4711)"


@pytest.mark.parametrize(
    "size", [Size(120, 40), Size(80, 24), Size(60, 16), Size(42, 10)]
)
def test_the_pid_that_blocks_is_in_sight(stage: Stage, size: Size) -> None:
    stage.size = size
    stage.fake.answers["app.quit"] = Future()
    stage.press("q", "y")
    stage.fake.change(
        next(iter(stage.fake.processes())),
        status=ProcessStatus.STOPPING,
        reason=f"{BLOCKED} and 2 others",
        deadline=stage.clock.now() + 5,
    )

    assert "(pid 4711)" in stage.screen()
    assert "kill now" in stage.screen()


def test_in_a_low_box_the_processes_without_room_are_counted(stage: Stage) -> None:
    for number in range(10):
        stage.fake.add_process(f"p{number}")
    stage.size = Size(40, 10)
    stage.fake.answers["app.quit"] = Future()

    stage.press("q", "y")

    screen = stage.screen()
    assert "and 9 more" in screen
    assert "K  kill now" in screen


@pytest.mark.parametrize("key", ["K", "k", "ctrl c"])
def test_the_grace_period_can_be_ended(stage: Stage, key: str) -> None:
    stage.fake.answers["app.quit"] = Future()

    stage.press("q", "y", key)

    assert [name for name, _ in stage.commands()] == ["app.quit", "app.hurry"]
    assert "killing what is left" in stage.screen()


def test_nothing_else_can_be_done_while_everything_stops(stage: Stage) -> None:
    stage.fake.answers["app.quit"] = Future()

    stage.press("q", "y", "n", "S", "1", ":")

    assert stage.board.place is Place.STOPPING
    assert [name for name, _ in stage.commands()] == ["app.quit"]


def test_asked_twice_from_outside_it_hurries(stage: Stage) -> None:
    stage.fake.answers["app.quit"] = Future()

    stage.board.quit()
    stage.board.quit()

    assert [name for name, _ in stage.commands()] == ["app.quit", "app.hurry"]


def test_a_quit_that_fails_says_so_and_goes_on(stage: Stage) -> None:
    stage.fake.answers["app.quit"] = BrummerError("the supervisor is gone")

    stage.press("q", "y")

    assert "cannot quit: the supervisor is gone" in stage.lines()[-1]
    assert stage.board.place is Place.PROCESSES


def test_leftovers_are_offered_for_ending() -> None:
    fake = FakeInstance()
    fake.answers["leftovers.list"] = [{"name": "web", "pid": 4711, "command": "vite"}]
    stage = Stage(fake)

    screen = stage.screen()
    stage.press("y")

    assert "1 process of an earlier Brummer runs still" in screen
    assert "web: vite (pid 4711)" in screen
    assert stage.commands() == [("leftovers.end", {})]


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ((), "what was left over has ended"),
        ([[4711, "vite"]], "1 of what was left over could not be ended"),
    ],
)
def test_whether_leftovers_have_ended_is_told(
    survivors: Sequence[object], words: str
) -> None:
    fake = FakeInstance()
    fake.answers["leftovers.list"] = ["something"]
    fake.answers["leftovers.end"] = {"leftovers": [], "survivors": survivors}
    stage = Stage(fake)

    stage.press("y")

    assert words in stage.lines()[-1]


def test_leftovers_can_be_left_alone() -> None:
    fake = FakeInstance()
    fake.answers["leftovers.list"] = ["something"]
    stage = Stage(fake)

    stage.press("s", "n")

    assert stage.commands() == []
    assert stage.board.place is Place.SCRIPTS


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (None, []),
        ("text", []),
        ([], []),
        (["a"], ["a"]),
        ({"leftovers": ["a"]}, ["a"]),
        ([{"process": "a-1", "name": "node", "pid": 7}], ["a-1 (pid 7)"]),
        ([{"pid": 1}], ["(pid 1)"]),
        ([{"name": "a", "command": "b", "pid": 7}], ["a: b (pid 7)"]),
    ],
)
def test_whatever_is_answered_about_leftovers_is_read(
    answer: object, names: list[str]
) -> None:
    assert leftover_names(answer) == names
