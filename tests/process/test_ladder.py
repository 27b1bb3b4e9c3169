import signal

from brummer.model.process import ProcessId
from brummer.process.ladder import Ladder, Listener
from brummer.process.loop import Loop
from brummer.process.system import Relative
from tests.process.fakes import FakeChild, FakeSystem
from tests.support.clock import FakeClock


class Scene:
    """One ladder, and all that its listener hears, with the time."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.loop = Loop(self.clock)
        self.system = system = FakeSystem()
        self.child = FakeChild(system, ProcessId("web-1"), next(system.pids))
        self.shown: list[str] = []
        self.over: list[tuple[Relative, ...]] = []
        listener = Listener(show=self.shown.append, over=self.over.append)
        self.ladder = Ladder(self.child, self.loop, listener)

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.loop.step()


def test_who_obeys_is_gone_at_the_first_look() -> None:
    scene = Scene()

    scene.ladder.begin(signal.SIGINT, 5.0)
    scene.play(0.35)

    assert scene.child.signals == [signal.SIGINT]
    assert scene.over == [()]
    assert not scene.shown


def test_nobody_is_blamed_before_the_first_look() -> None:
    scene = Scene()
    scene.child.ignore_signals()

    scene.ladder.begin(signal.SIGTERM, 5.0)
    scene.play(0.25)
    early = list(scene.shown)
    scene.play(0.1)

    assert not early
    assert scene.shown == ["ignores SIGTERM: node (pid 100)"]


def test_news_are_looked_at_without_delay() -> None:
    scene = Scene()
    left = scene.child.fork("esbuild", obedient=False)
    scene.ladder.begin(signal.SIGTERM, 5.0)
    scene.play(3.0)

    scene.child.die(left)
    scene.ladder.look()

    assert scene.over == [()]


def test_looks_are_about_a_second_apart() -> None:
    scene = Scene()
    scene.child.ignore_signals()

    scene.ladder.begin(signal.SIGTERM, 60.0)
    scene.play(10.0)

    assert 10 <= len(scene.shown) <= 12


def test_the_deadline_is_kept_and_killing_ends_at_once() -> None:
    scene = Scene()
    scene.child.ignore_signals()

    scene.ladder.begin(signal.SIGTERM, 2.0)
    scene.play(1.95)
    kind = scene.child.kills
    scene.play(0.15)

    assert kind == 0
    assert scene.child.kills == 1
    assert scene.ladder.killed
    assert scene.over == [()]


def test_a_second_kill_adds_nothing() -> None:
    scene = Scene()

    scene.ladder.kill()
    scene.ladder.kill()
    scene.play(1.0)
    scene.ladder.kill()

    assert scene.child.kills == 1
    assert scene.over == [()]


def test_after_its_end_nothing_is_looked_at_or_killed() -> None:
    scene = Scene()
    scene.ladder.begin(signal.SIGTERM, 2.0)
    scene.play(1.0)

    scene.ladder.look()
    scene.play(10.0)

    assert scene.over == [()]
    assert scene.child.kills == 0


def test_who_cannot_be_looked_at_is_not_taken_for_gone() -> None:
    scene = Scene()
    scene.child.immortal = True
    scene.system.troubles["family"] = OSError("no descriptors left")

    scene.ladder.kill()
    scene.play(5.2)

    assert scene.over == [(Relative(100, "unseen"),)]
    assert scene.child.signals.count(signal.SIGKILL) > 1
