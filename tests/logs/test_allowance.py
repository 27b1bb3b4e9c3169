"""Time that a task may take."""

import pytest

from brummer.logs.allowance import MOST, SHARE, Allowance
from tests.support.clock import FakeClock


def taken(clock: FakeClock, allowance: Allowance, seconds: float) -> float:
    """Return what a task takes that is never done and has so much time."""
    took, end = 0.0, clock.monotonic() + seconds
    while clock.monotonic() < end:
        if allowance.begin():
            clock.advance(0.01)
            took += 0.01
            allowance.end()
        else:
            clock.advance(0.01)
    return took


def test_a_burst_is_done_at_once() -> None:
    clock = FakeClock()

    assert taken(clock, Allowance(clock), MOST) == pytest.approx(MOST, abs=0.02)


def test_a_task_without_an_end_takes_its_share() -> None:
    clock = FakeClock()
    allowance = Allowance(clock)
    taken(clock, allowance, 10)

    assert taken(clock, allowance, 100) == pytest.approx(100 * SHARE, rel=0.05)


def test_one_that_took_far_too_long_may_go_on_soon() -> None:
    clock = FakeClock()
    allowance = Allowance(clock)
    allowance.begin()
    clock.advance(1000)
    allowance.end()

    assert allowance.begin()


def test_who_waits_may_go_on() -> None:
    clock = FakeClock()
    allowance = Allowance(clock)
    while allowance.begin():
        clock.advance(1)
        allowance.end()

    clock.advance(2)

    assert allowance.begin()
