"""Tests of commands whose exit code is an answer, on a system that plays along."""

from collections.abc import Callable
from functools import partial

from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from brummer.process.loop import Loop
from brummer.process.request import Request
from brummer.process.trial import MOST, Trial, Trials
from tests.process.fakes import FakeChild, FakeSystem, launch
from tests.support.clock import FakeClock


class Scene:
    """Trials, what they answered and who is gone."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.loop = Loop(self.clock)
        self.system = FakeSystem()
        self.trials = Trials(self.system, self.loop)
        self.system.exited = partial(self._post, self.trials.exited)
        self.system.drained = partial(self._post, self.trials.drained)
        self.answers: list[tuple[str, str]] = []
        self.gone: list[str] = []

    def _post(self, told: Callable[[ProcessId], None], process: ProcessId) -> None:
        self.loop.post(Request[None](lambda _: told(process)))

    def begin(self, name: str = "db-1~1") -> Trial:
        process = ProcessId(name)
        trial = Trial(
            id=process,
            launch=launch(),
            variables={},
            timeout=2.0,
            answer=lambda problem: self.answers.append((name, problem)),
            gone=lambda: self.gone.append(name),
        )
        self.trials.begin(trial)
        self.play()
        return trial

    def child(self, name: str = "db-1~1") -> FakeChild:
        return self.system.children[ProcessId(name)]

    def play(self, seconds: float = 0.0) -> None:
        self.loop.step()
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.loop.step()


def test_success_lacks_nothing_and_leaves_nothing() -> None:
    scene = Scene()
    scene.begin()

    scene.child().exit(0)
    scene.play()

    assert scene.answers == [("db-1~1", "")]
    assert scene.gone == ["db-1~1"]
    assert scene.child().is_closed


def test_a_failure_is_told_with_its_code() -> None:
    scene = Scene()
    scene.begin()

    scene.child().exit(2)
    scene.play()

    assert scene.answers == [("db-1~1", "exited with 2")]


def test_one_that_takes_too_long_is_killed_with_its_tree() -> None:
    scene = Scene()
    scene.begin()
    scene.child().ignore_signals()
    scene.child().fork("psql", obedient=False)

    scene.play(3.0)

    assert scene.answers == [("db-1~1", "did not end within 2 s")]
    assert scene.system.living() == []
    assert scene.gone == ["db-1~1"]


def test_what_it_leaves_running_is_ended_after_its_answer() -> None:
    scene = Scene()
    scene.begin()
    scene.child().fork("daemon", obedient=False)

    scene.child().exit(0)
    scene.play(1.0)

    assert scene.answers == [("db-1~1", "")]
    assert scene.system.living() == []
    assert scene.gone == ["db-1~1"]


def test_only_so_many_run_at_once() -> None:
    scene = Scene()
    names = [f"db-{number}~1" for number in range(MOST + 1)]
    for name in names:
        scene.begin(name)
    running = len(scene.system.living())

    scene.child(names[0]).exit(0)
    scene.play()

    assert running == MOST
    assert names[-1] in scene.system.children


def test_a_cancelled_one_is_gone_without_an_answer() -> None:
    scene = Scene()
    running = scene.begin()
    for number in range(MOST - 1):
        scene.begin(f"db-{number}~2")
    waiting = scene.begin("db-9~1")

    scene.trials.cancel(running)
    scene.trials.cancel(waiting)
    scene.play(1.0)

    assert scene.answers == []
    assert sorted(scene.gone) == ["db-1~1", "db-9~1"]
    assert "db-9~1" not in scene.system.children


def test_one_that_cannot_be_started_is_told_and_gone() -> None:
    scene = Scene()
    scene.system.troubles["start"] = BrummerError("no file descriptors left")

    scene.begin()

    assert scene.answers == [("db-1~1", "no file descriptors left")]
    assert scene.gone == ["db-1~1"]
