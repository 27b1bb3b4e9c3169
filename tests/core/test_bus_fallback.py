"""Tests of the event bus without threads."""

import threading

from brummer.core.health import HealthTable
from brummer.core.threads import census
from tests.core.traffic import MakeBus, broken
from tests.support.event import Step


def test_in_fallback_mode_the_publisher_delivers(make_bus: MakeBus) -> None:
    bus = make_bus(fallback_mode=True)
    threads: list[threading.Thread] = []
    bus.subscribe(Step, lambda _: threads.append(threading.current_thread()), name="x")

    bus.publish(Step())

    assert threads == [threading.current_thread()]
    assert census() == {}


def test_in_fallback_mode_a_failure_is_no_failure_of_the_publisher(
    make_bus: MakeBus, health: HealthTable
) -> None:
    bus = make_bus(fallback_mode=True)
    seen: list[Step] = []
    bus.subscribe(Step, broken, name="broken")
    bus.subscribe(Step, seen.append, name="whole")

    taken = bus.publish(Step())

    assert taken
    assert seen == [Step()]
    assert health.get("broken").count == 1


def test_in_fallback_mode_events_of_receivers_keep_their_order(
    make_bus: MakeBus,
) -> None:
    bus = make_bus(fallback_mode=True)
    seen: list[int] = []

    def receive(step: Step) -> None:
        if step.number < 100:
            bus.publish(Step(source="a", number=step.number + 1))
        seen.append(step.number)

    bus.subscribe(Step, receive, name="chain")
    bus.publish(Step(source="a", number=0))

    assert seen == list(range(101))
