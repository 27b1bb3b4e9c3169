"""Tests of what Brummer does about its own use of the machine."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from brummer.config.settings import ResourceSettings
from brummer.core.guard import Guard
from brummer.core.health import HealthTable
from brummer.core.lock import MeasuredLock
from brummer.core.resources import INTEREST, Duties, ResourceMonitor
from brummer.core.threads import Role, spawn
from brummer.model.event import Event, ThresholdCrossed
from brummer.model.health import HealthLevel
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock
from tests.support.contention import contend
from tests.support.wait import LIMIT, wait_until

#: Every Python process uses more than this, and none more than that.
LITTLE = 1
MUCH = 1_000_000


class Desk:
    """A monitor whose time a test turns, and what it did."""

    def __init__(self, **settings: Any) -> None:
        self.clock = FakeClock()
        self.events: list[Event] = []
        self.shed = 0
        self.looks = 0
        self.health = HealthTable(self.clock)
        self.lock = MeasuredLock("registry")
        defaults = ResourceSettings(
            memory_limit_mb=MUCH, max_threads=1000, monitoring_interval_ms=10_000
        )
        self.monitor = ResourceMonitor(
            replace(defaults, **settings),
            Duties(
                members=self._members,
                publish=self.events.append,
                sheds=(self._shed,),
                locks=(self.lock,),
            ),
            Guard(self.health, self.events.append),
            self.clock,
        )

    def _members(self) -> Mapping[ProcessId, Sequence[int]]:
        self.looks += 1
        return {}

    def _shed(self) -> None:
        self.shed += 1

    def crossed(self) -> list[str]:
        """Return the names of the thresholds that were crossed."""
        return [e.name for e in self.events if isinstance(e, ThresholdCrossed)]


def test_little_memory_is_no_reason_to_do_anything() -> None:
    desk = Desk()

    desk.monitor.step()

    assert desk.crossed() == []
    assert desk.shed == 0
    assert desk.monitor.reading.memory > 0


def test_too_much_memory_is_given_back_and_told() -> None:
    desk = Desk(memory_limit_mb=LITTLE)

    desk.monitor.step()

    assert desk.crossed() == ["memory", "memory, critical"]
    assert desk.shed == 1
    assert desk.health.get("memory").level is not HealthLevel.HEALTHY


def test_a_threshold_is_told_once_and_memory_shed_at_every_look() -> None:
    desk = Desk(memory_limit_mb=LITTLE)

    for _ in range(3):
        desk.monitor.step()
        desk.clock.advance(10)

    assert desk.crossed() == ["memory", "memory, critical"]
    assert desk.shed == 3


def test_too_many_threads_are_told() -> None:
    desk = Desk(max_threads=0)

    desk.monitor.step()

    assert desk.crossed() == ["threads"]


def test_a_role_with_more_threads_than_it_may_have_is_told_once() -> None:
    desk = Desk()
    leave = threading.Event()
    threads = [spawn(Role.PUMP, lambda: leave.wait(LIMIT)) for _ in range(3)]

    for _ in range(2):
        desk.monitor.step()
        desk.clock.advance(10)
    leaked = desk.monitor.reading.leaked
    leave.set()
    for thread in threads:
        thread.join(LIMIT)
    desk.monitor.step()

    assert desk.crossed() == ["threads: pump"]
    assert leaked == 2
    assert desk.monitor.reading.leaked == 0


def test_a_lock_that_kept_somebody_waiting_is_told_once() -> None:
    desk = Desk()
    contend(desk.lock)

    for _ in range(3):
        desk.monitor.step()
        desk.clock.advance(60)

    assert desk.crossed() == ["lock wait: registry"]


def test_looks_keep_their_interval() -> None:
    desk = Desk(memory_limit_mb=LITTLE)

    for _ in range(10):
        desk.monitor.step()
        desk.clock.advance(1)

    assert desk.shed == 1


def test_nothing_is_measured_while_nobody_asks() -> None:
    desk = Desk()

    for _ in range(5):
        desk.monitor.step()
        desk.clock.advance(5)

    assert desk.looks == 0


def test_asking_keeps_the_samples_coming_for_a_while() -> None:
    desk = Desk()
    desk.monitor.usage()

    for _ in range(int(2 * INTEREST)):
        desk.monitor.step()
        desk.clock.advance(1)

    assert 3 <= desk.looks <= 4


def test_a_duty_that_raises_stops_no_other() -> None:
    desk = Desk(memory_limit_mb=LITTLE)
    ticks = []

    def bad() -> None:
        raise ValueError("bad tick")

    duties = Duties(
        members=dict, publish=desk.events.append, ticks=(bad, lambda: ticks.append(1))
    )
    guard = Guard(desk.health, desk.events.append)
    settings = ResourceSettings(memory_limit_mb=MUCH)
    monitor = ResourceMonitor(settings, duties, guard, desk.clock)

    monitor.step()

    assert ticks == [1]
    assert "bad tick" in desk.health.get("monitor").error


def test_the_thread_ticks_and_ends() -> None:
    desk = Desk()
    ticked = threading.Event()
    duties = Duties(members=dict, publish=desk.events.append, ticks=(ticked.set,))
    guard = Guard(desk.health, desk.events.append)
    monitor = ResourceMonitor(ResourceSettings(), duties, guard, desk.clock)
    monitor.open()

    assert ticked.wait(10)
    monitor.close()

    wait_until(lambda: not any("monitor" in t.name for t in threading.enumerate()))


def test_in_fallback_mode_whoever_asks_measures() -> None:
    desk = Desk(fallback_mode=True)
    desk.monitor.open()

    assert desk.monitor.reading.memory > 0

    desk.monitor.close()
