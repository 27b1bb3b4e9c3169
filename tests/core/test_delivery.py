"""Tests of what receivers may do: raise, take long, be interrupted."""

import threading
from collections import Counter
from concurrent.futures import Future

import pytest

from brummer.core.health import HealthTable
from brummer.model.event import (
    ComponentFailed,
    Event,
    HealthChanged,
    ThresholdCrossed,
)
from brummer.model.health import HealthLevel
from tests.core.traffic import MakeBus
from tests.support.event import Step
from tests.support.wait import LIMIT, wait_until


@pytest.mark.parametrize(
    "error", [ValueError("bad"), SystemExit(1)], ids=["exception", "exit"]
)
def test_one_that_raises_is_reported_and_goes_on(
    make_bus: MakeBus, health: HealthTable, error: BaseException
) -> None:
    bus = make_bus()
    seen: list[int] = []
    failures: list[ComponentFailed] = []

    def receive(step: Step) -> None:
        if step.number % 2:
            raise error
        seen.append(step.number)

    bus.subscribe(Step, receive, name="moody")
    bus.subscribe(ComponentFailed, failures.append, name="reports")
    for number in range(10):
        bus.publish(Step(source="a", number=number))
    wait_until(lambda: len(failures) == 5)

    assert seen == [0, 2, 4, 6, 8]
    assert {failure.component for failure in failures} == {"moody"}
    assert str(error) in failures[0].cause
    assert health.get("moody").count == 5
    assert bus.metrics().failed == 5


def test_failing_at_being_told_of_failures_comes_to_an_end(
    make_bus: MakeBus, health: HealthTable
) -> None:
    bus = make_bus()
    told: list[type[Event]] = []

    def receive(event: Event) -> None:
        told.append(type(event))
        raise RuntimeError("whatever it is")

    bus.subscribe(Event, receive, name="hopeless")
    bus.publish(Step())
    wait_until(lambda: bus.metrics().handled == bus.metrics().failed >= 4)
    bus.close()

    # The step, its failure, and at most the three levels that it fell.
    assert Counter(told)[ComponentFailed] == 1
    assert Counter(told)[HealthChanged] <= 3
    assert health.get("hopeless").level is not HealthLevel.HEALTHY


def test_a_slow_receiver_is_reported(make_bus: MakeBus) -> None:
    bus = make_bus()
    never = threading.Event()
    crossed: Future[ThresholdCrossed] = Future()
    bus.subscribe(ThresholdCrossed, crossed.set_result, name="reports")
    bus.subscribe(Step, lambda _: never.wait(0.15), name="slow")

    bus.publish(Step())

    event = crossed.result(LIMIT)
    assert event.name == "event processing: slow"
    assert event.value > event.limit == 100


def test_a_slow_reporter_is_not_reported(make_bus: MakeBus) -> None:
    bus = make_bus()
    never = threading.Event()
    reports: list[ThresholdCrossed] = []

    def receive(event: ThresholdCrossed) -> None:
        reports.append(event)
        never.wait(0.15)

    bus.subscribe(ThresholdCrossed, receive, name="reports")
    bus.publish(ThresholdCrossed(name="memory", value=2, limit=1, unit="MB"))
    bus.close()

    assert [event.name for event in reports] == ["memory"]


def test_without_monitoring_nothing_is_measured(make_bus: MakeBus) -> None:
    bus = make_bus(enable_monitoring=False)
    never = threading.Event()
    reports: list[ThresholdCrossed] = []
    bus.subscribe(ThresholdCrossed, reports.append, name="reports")
    bus.subscribe(Step, lambda _: never.wait(0.15), name="slow")

    bus.publish(Step())
    bus.close()

    assert reports == []
    assert [row.slowest for row in bus.metrics().subscribers] == [0.0, 0.0]


def test_an_interrupted_publisher_leaves_the_rest_to_others(
    make_bus: MakeBus,
) -> None:
    bus = make_bus(fallback_mode=True)
    seen: list[int] = []

    def receive(step: Step) -> None:
        seen.append(step.number)
        if step.number == 1:
            raise KeyboardInterrupt

    bus.subscribe(Step, receive, name="interrupted")
    with pytest.raises(KeyboardInterrupt):
        bus.publish(Step(source="a", number=1))
    bus.publish(Step(source="a", number=2))

    assert seen == [1, 2]
