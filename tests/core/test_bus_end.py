"""Tests of the end of the event bus: what waits, what hangs, what comes late."""

import threading
from functools import partial

import pytest

from brummer.core.bus import EventBus
from brummer.model.event import (
    Event,
)
from tests.core.traffic import Gate, MakeBus, run_all
from tests.support.event import IdleStep, Step, UrgentStep
from tests.support.wait import LIMIT


def test_closing_delivers_what_waits(make_bus: MakeBus) -> None:
    bus = make_bus()
    seen: list[Step] = []
    bus.subscribe(Step, seen.append, name="all")
    for number in range(400):
        bus.publish(Step(source="a", number=number))

    is_clean = bus.close()

    assert is_clean
    assert len(seen) == 400


def test_a_closed_bus_refuses_and_counts(make_bus: MakeBus) -> None:
    bus = make_bus()
    seen: list[Step] = []
    bus.subscribe(Step, seen.append, name="all")
    bus.close()

    answers = [bus.publish(Step()), bus.publish(Step())]

    assert answers == [False, False]
    assert bus.metrics().refused == 2
    assert seen == []


def test_closing_twice_and_at_once_is_harmless(make_bus: MakeBus) -> None:
    bus = make_bus()
    bus.subscribe(Step, lambda _: None, name="any")
    bus.publish(Step())
    answers: list[bool] = []

    run_all(4, lambda _: answers.append(bus.close()))

    assert answers == [True] * 4
    assert bus.close()


def test_closing_does_not_wait_forever(make_bus: MakeBus, gate: Gate) -> None:
    bus = make_bus()
    bus.subscribe(Step, gate.receive, name="stuck")
    bus.publish(Step(source="a", number=0))
    assert gate.entered.wait(LIMIT)
    bus.publish(Step(source="a", number=1))

    is_clean = bus.close(timeout=0.05)
    gate.open()

    assert not is_clean
    assert sum(bus.metrics().dropped) == 1


def test_closing_again_succeeds_once_the_hung_one_is_back(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(worker_pool_size=1)
    seen: list[Event] = []
    bus.subscribe(UrgentStep, gate.receive, name="stuck")
    bus.subscribe(IdleStep, seen.append, name="starved")
    bus.publish(UrgentStep())
    assert gate.entered.wait(LIMIT)
    # Its drainer waits for the only thread, and is cancelled with the pool.
    bus.publish(IdleStep())

    is_clean = bus.close(timeout=0.05)
    gate.open()

    assert not is_clean
    assert bus.close()
    assert seen == []
    assert sum(bus.metrics().dropped) == 1


def meet_the_end(bus: EventBus, begun: threading.Barrier, number: int) -> None:
    """Close the bus, if we are the first of several, or publish meanwhile."""
    begun.wait()
    if number == 0:
        bus.close()
        return
    for n in range(50):
        bus.publish(IdleStep(source=f"p{number}", number=n))


@pytest.mark.usefixtures("hasty")
def test_every_event_that_meets_the_end_is_handled_or_counted(
    make_bus: MakeBus,
) -> None:
    for _ in range(20):
        bus = make_bus(queue_sizes=(5_000, 5_000, 5_000), worker_pool_size=2)
        bus.subscribe(IdleStep, lambda _: None, name="plain")
        bus.subscribe(Step, lambda _: None, name="keyed")

        run_all(4, partial(meet_the_end, bus, threading.Barrier(4, timeout=LIMIT)))

        # One that was refused would have been delivered twice.
        metrics = bus.metrics()
        assert metrics.queued == (0, 0, 0)
        counted = metrics.handled + sum(metrics.dropped) + 2 * metrics.refused
        assert counted == 300
