"""Tests of watching whether a process is ready, with a clock turned by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from brummer.model.readiness import Readiness, ReadyBy
from brummer.process.loop import Loop
from brummer.process.vigil import CALM, SLACK, Sighting, Vigil
from tests.support.clock import FakeClock


class Looks:
    """Answers at once, or keeps the question."""

    def __init__(self) -> None:
        self.problem: str | None = "refused"
        self.kept: list[Callable[[str], object]] = []
        self.taken = 0
        self.is_closed = False

    def begin(self, answer: Callable[[str], object]) -> None:
        self.taken += 1
        if self.problem is None:
            self.kept.append(answer)
        else:
            answer(self.problem)

    def close(self, gone: Callable[[], object]) -> bool:
        self.is_closed = True
        self.kept.append(lambda _: gone())
        return True


class Scene:
    """A vigil, its looks and its clock."""

    def __init__(self, **fields: Any) -> None:
        self.clock = FakeClock()
        self.loop = Loop(self.clock)
        self.looks = Looks()
        self.seen: list[Sighting] = []
        fields = {"by": ReadyBy.TCP, "target": "80", **fields}
        readiness = Readiness(**fields)
        self.vigil = Vigil(readiness, self.looks, self.loop, self.seen.append)
        self.vigil.begin()

    def play(self, seconds: float = 0.0) -> None:
        self.loop.step()
        for _ in range(round(seconds * 20)):
            self.clock.advance(0.05)
            self.loop.step()


def test_the_first_look_comes_at_once_or_after_its_delay() -> None:
    prompt, patient = Scene(), Scene(delay=2.0)

    prompt.play()
    patient.play(1.9)

    assert prompt.looks.taken == 1
    assert patient.looks.taken == 0
    patient.play(0.2)
    assert patient.looks.taken == 1


def test_looks_become_rarer_down_to_the_interval() -> None:
    scene = Scene(interval=1.0)

    scene.play(2.0)
    early = scene.looks.taken
    scene.play(10.0)

    assert 4 <= early <= 6
    assert 9 <= scene.looks.taken - early <= 11


def test_what_is_ready_is_told_once_and_looked_at_calmly() -> None:
    scene = Scene()
    scene.play()
    scene.looks.problem = ""
    scene.play(1.0)
    taken = scene.looks.taken

    scene.play(CALM * 2)

    assert scene.seen[-1] == Sighting(ready=True)
    assert scene.seen.count(Sighting(ready=True)) == 1
    assert 1 <= scene.looks.taken - taken <= 2


def test_it_is_no_longer_ready_after_so_many_failures_in_a_row() -> None:
    scene = Scene(failures=3)
    scene.looks.problem = ""
    scene.play(1.0)
    scene.looks.problem = "no answer"
    scene.play(CALM + 0.05)
    after_one = scene.seen[-1]

    scene.play(3.0)
    after_three = scene.seen[-1]
    scene.looks.problem = ""
    scene.play(2.0)

    assert after_one.ready
    assert after_three == Sighting(ready=False, reason="no answer")
    assert scene.seen[-1].ready


@pytest.mark.parametrize("by", [ReadyBy.LOG, ReadyBy.URL])
def test_what_cannot_be_undone_is_not_looked_at_again(by: ReadyBy) -> None:
    scene = Scene(by=by)
    scene.looks.problem = ""

    scene.play(100.0)

    assert scene.looks.taken == 1


def test_a_look_that_hangs_is_told_and_no_second_one_begun() -> None:
    scene = Scene(timeout=1.0)
    scene.looks.problem = None

    scene.play(1.0 + SLACK + 20.0)
    hanging = scene.seen.copy()
    scene.looks.kept[0]("")
    scene.play()

    assert hanging == [Sighting(ready=False, reason="no answer within 1 s")]
    assert scene.looks.taken == 1
    assert scene.seen[-1].ready


def test_who_is_not_ready_within_its_time_is_late_and_may_come_later() -> None:
    scene = Scene(within=5.0)
    scene.play(4.0)
    in_time = scene.seen[-1].is_late

    scene.play(2.0)
    late = scene.seen[-1].is_late
    scene.looks.problem = ""
    scene.play(2.0)

    assert (in_time, late) == (False, True)
    assert scene.seen[-1] == Sighting(ready=True)


def test_a_closed_vigil_looks_no_more_and_hears_no_answer() -> None:
    scene = Scene()
    scene.looks.problem = None
    scene.play()
    gone: list[bool] = []

    has_more = scene.vigil.close(lambda: gone.append(True))
    scene.looks.kept[0]("refused")
    scene.looks.kept[1]("")
    scene.play(20.0)

    assert has_more
    assert gone == [True]
    assert scene.seen == []
    assert scene.looks.taken == 1
    assert not scene.vigil.close(lambda: gone.append(False))
