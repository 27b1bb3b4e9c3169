"""Tests of the time."""

import time

from brummer.core.clock import Clock, SystemClock


def test_the_wall_clock_is_the_systems() -> None:
    clock: Clock = SystemClock()

    before, now, after = time.time(), clock.now(), time.time()

    # The machine's clock may be set back in between, but not by much.
    assert before - 60 <= now <= after + 60


def test_monotonic_time_never_goes_back() -> None:
    clock = SystemClock()

    times = [clock.monotonic() for _ in range(1_000)]

    assert times == sorted(times)
