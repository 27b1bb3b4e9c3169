import signal

import pytest

from brummer.model.process import ProcessId
from brummer.process.charge import Charge, End, Observer
from brummer.process.loop import Loop
from brummer.process.system import Relative
from tests.process.fakes import FakeChild, FakeSystem
from tests.support.clock import FakeClock

WEB = ProcessId("web-1")


class Scene:
    """One charge, and all that its observer hears."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.loop = Loop(self.clock)
        self.system = FakeSystem()
        self.child = FakeChild(self.system, WEB, next(self.system.pids))
        self.heard: list[object] = []
        observer = Observer(
            ended=self.heard.append,
            left=lambda family: self.heard.append(("left", len(family))),
            blocked=self.heard.append,
            overdue=lambda: self.heard.append("overdue"),
            gone=lambda survivors: self.heard.append(("gone", survivors)),
        )
        self.charge = Charge(self.child, self.loop, observer)
        self.system.exited = lambda _: self.charge.exited()
        self.system.drained = lambda _: self.charge.drained()

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.loop.step()


def test_exit_and_end_of_output_make_an_end_in_either_order() -> None:
    first, second = Scene(), Scene()
    second.system.drains = False

    first.child.exit(3)
    second.charge.drained()
    second.child.exit(3)

    assert first.heard == second.heard == [End(3, 0.0, ()), ("gone", ())]


def test_notices_that_come_twice_count_once() -> None:
    scene = Scene()
    scene.child.exit(0)

    for _ in range(2):
        scene.charge.exited()
        scene.charge.drained()

    assert len(scene.heard) == 2


def test_an_exit_without_a_code_is_none() -> None:
    scene = Scene()

    scene.charge.drained()
    scene.charge.exited()

    assert scene.charge.code is None
    assert not scene.heard


def test_the_time_a_child_ran_ends_with_its_exit() -> None:
    scene = Scene()
    scene.system.drains = False

    scene.play(2.0)
    scene.child.exit(0)
    scene.play(3.0)
    scene.charge.drained()

    assert scene.charge.seconds == pytest.approx(2.0)
    assert scene.heard[0] == End(0, scene.charge.seconds, ())


def test_output_that_does_not_end_is_waited_for_so_long_and_no_longer() -> None:
    scene = Scene()
    scene.system.drains = False

    scene.child.exit(0)
    scene.play(4.9)
    before = list(scene.heard)
    scene.play(0.2)

    assert not before
    assert scene.heard == ["overdue", End(0, 0.0, ()), ("gone", ())]


def test_leftovers_are_looked_at_ever_more_rarely() -> None:
    scene = Scene()
    scene.child.fork("daemon")

    scene.child.exit(0)
    scene.play(200.0)

    assert 5 < scene.heard.count(("left", 1)) < 12


def test_nobody_is_let_go_on_a_look_that_failed() -> None:
    scene = Scene()
    scene.system.troubles["family"] = OSError("no /proc")

    scene.child.exit(0)
    scene.play(1.0)
    early = ("gone", ()) in scene.heard
    scene.system.troubles.clear()
    scene.play(2.0)

    assert not early
    assert scene.heard[-1] == ("gone", ())


@pytest.mark.parametrize("call", ["signal", "kill", "family", "close"])
def test_a_system_that_fails_does_not_keep_a_stop_from_its_end(call: str) -> None:
    scene = Scene()
    scene.system.troubles[call] = OSError("not permitted")

    scene.charge.end(15, 1.0)
    scene.play(7.0)

    assert isinstance(scene.heard[-1], tuple)
    assert scene.heard[-1][0] == "gone"


def test_a_stop_learns_of_an_exit_that_nobody_told() -> None:
    scene = Scene()
    scene.system.exited = lambda _: None

    scene.charge.end(15, 5.0)
    scene.play(1.0)

    assert scene.charge.code == 143
    assert scene.heard == [("gone", ())]


def test_a_kill_is_repeated_while_somebody_is_born() -> None:
    scene = Scene()
    scene.child.immortal = True
    scene.charge.kill()
    scene.play(1.0)

    scene.child.immortal = False
    scene.play(1.0)

    assert scene.child.signals.count(signal.SIGKILL) > 2
    assert scene.heard[-1] == ("gone", ())


def test_survivors_are_told_and_their_records_kept() -> None:
    scene = Scene()
    scene.child.immortal = True

    scene.charge.kill()
    scene.play(5.1)

    assert scene.heard[-1] == ("gone", (Relative(100, "node"),))
    assert scene.child.is_left
    assert not scene.child.is_closed
    assert not scene.charge.keeps_forking


def test_who_forks_as_fast_as_it_is_killed_is_told_from_who_hangs() -> None:
    scene = Scene()
    scene.child.forks = True

    scene.charge.kill()
    scene.play(2.0)
    forking = scene.charge.keeps_forking
    scene.child.forks = False
    scene.play(2.0)

    assert forking
    assert str(scene.heard[-2]).startswith("forks as fast as it is killed: chain")
    assert scene.heard[-1] == ("gone", ())


def test_what_is_gone_is_neither_ended_nor_killed_again() -> None:
    scene = Scene()
    scene.child.exit(0)

    scene.charge.end(15, 1.0)
    scene.charge.kill()
    scene.play(2.0)

    assert not scene.child.signals
    assert not scene.child.kills
