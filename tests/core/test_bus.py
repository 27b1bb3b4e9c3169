"""Tests of the event bus: what reaches whom, and what gives way."""

import threading
from collections import Counter

import pytest

from brummer.core.health import HealthTable
from brummer.core.threads import Role, census, on
from brummer.errors import BrummerError
from brummer.model.event import (
    Event,
    ScriptsDetected,
    ThresholdCrossed,
)
from tests.core.traffic import Gate, MakeBus, broken
from tests.support.event import STEPS, IdleStep, Step, UrgentStep
from tests.support.wait import LIMIT, wait_until


def test_events_reach_those_who_asked_for_their_class(make_bus: MakeBus) -> None:
    bus = make_bus()
    steps: list[Step] = []
    urgent: list[UrgentStep] = []
    bus.subscribe(Step, steps.append, name="steps")
    bus.subscribe(UrgentStep, urgent.append, name="urgent steps")

    for event in (
        UrgentStep(source="a"),
        Step(source="b"),
        ScriptsDetected(scripts=()),
    ):
        bus.publish(event)
    bus.close()

    assert Counter(steps) == Counter([UrgentStep(source="a"), Step(source="b")])
    assert urgent == [UrgentStep(source="a")]


def test_an_event_that_nobody_wants_is_no_failure(make_bus: MakeBus) -> None:
    bus = make_bus()

    assert bus.publish(Step())
    assert bus.metrics().handled == 0


def test_receivers_run_on_threads_of_the_bus(make_bus: MakeBus) -> None:
    bus = make_bus()
    roles: list[bool] = []
    bus.subscribe(Step, lambda _: roles.append(on(Role.BUS)), name="role")

    bus.publish(Step())
    bus.close()

    assert roles == [True]
    assert census() == {}


def test_there_are_no_more_threads_than_configured(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(worker_pool_size=3)
    for number in range(6):
        bus.subscribe(Step, gate.receive, name=f"subscriber {number}")

    for number in range(50):
        bus.publish(Step(source="a", number=number))
    assert gate.entered.wait(LIMIT)

    assert census()[Role.BUS] <= 3


def test_subscribers_run_side_by_side(make_bus: MakeBus) -> None:
    bus = make_bus(worker_pool_size=4)
    together = threading.Barrier(3, timeout=LIMIT)
    for number in range(3):
        bus.subscribe(Step, lambda _: together.wait(), name=f"subscriber {number}")

    bus.publish(Step())

    assert bus.close()
    assert bus.metrics().failed == 0


def test_urgent_events_overtake_others_that_wait(make_bus: MakeBus, gate: Gate) -> None:
    bus = make_bus()
    bus.subscribe(Step, gate.receive, name="gate")
    bus.publish(Step(source="first"))
    assert gate.entered.wait(LIMIT)

    for number, kind in enumerate(reversed(STEPS)):
        bus.publish(kind(source=f"p{number}"))
    gate.open()
    bus.close()

    kinds = [type(event) for event in gate.seen]
    assert kinds == [Step, UrgentStep, Step, IdleStep]


def test_one_that_hangs_harms_nobody_else(make_bus: MakeBus, gate: Gate) -> None:
    bus = make_bus()
    seen: list[Step] = []
    bus.subscribe(IdleStep, gate.receive, name="stuck")
    bus.subscribe(IdleStep, seen.append, name="lively")

    for number in range(3_000):
        bus.publish(IdleStep(source="a", number=number))
    wait_until(lambda: len(seen) == 3_000)
    metrics = bus.metrics()
    gate.open()

    # Its queue was full two thousand times.  Waiting may have helped once, before
    # the first call began, and then was in vain once.
    stuck = next(row for row in metrics.subscribers if row.name == "stuck")
    lively = next(row for row in metrics.subscribers if row.name == "lively")
    assert 1 <= stuck.blocked <= 2
    assert stuck.dropped[2] > 0
    assert lively.dropped == (0, 0, 0)


def test_waiting_for_one_that_hangs_is_reported_once(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(queue_sizes=(1, 10, 1))
    reports: list[ThresholdCrossed] = []
    bus.subscribe(IdleStep, gate.receive, name="stuck")
    bus.subscribe(ThresholdCrossed, reports.append, name="reports")
    bus.publish(IdleStep(source="a"))
    assert gate.entered.wait(LIMIT)

    for number in range(500):
        bus.publish(IdleStep(source="a", number=number))
    wait_until(lambda: reports)
    gate.open()
    bus.close()

    assert [event.name for event in reports].count("queue block: stuck") == 1
    assert (reports[0].limit, reports[0].unit) == (50, "ms")


def test_a_receiver_that_publishes_never_waits(make_bus: MakeBus, gate: Gate) -> None:
    bus = make_bus(queue_sizes=(1, 1, 1))
    bus.subscribe(IdleStep, gate.receive, name="stuck")

    def pass_on(step: UrgentStep) -> None:
        for number in range(20):
            bus.publish(IdleStep(source=step.source, number=number))

    bus.subscribe(UrgentStep, pass_on, name="relay")
    bus.publish(UrgentStep(source="a"))
    wait_until(lambda: sum(bus.metrics().dropped) >= 18)

    assert bus.metrics().blocked == 0


@pytest.mark.parametrize(
    ("policy", "answers", "kept"),
    [
        ("drop_oldest", [True, True, True], [2, 3]),
        ("drop_newest", [True, True, False], [1, 2]),
        ("drop_low_priority", [True, True, False], [1, 2]),
    ],
)
def test_the_policy_says_what_gives_way(
    make_bus: MakeBus, gate: Gate, policy: str, answers: list[bool], kept: list[int]
) -> None:
    bus = make_bus(backpressure_strategy=policy, queue_sizes=(2, 2, 2))
    bus.subscribe(Step, gate.receive, name="gate")
    bus.publish(Step(source="a", number=0))
    assert gate.entered.wait(LIMIT)

    given_answers = [bus.publish(Step(source="a", number=n)) for n in (1, 2, 3)]
    gate.open()
    bus.close()

    assert given_answers == answers
    assert gate.seen == [Step(source="a", number=n) for n in (0, *kept)]
    assert bus.metrics().dropped == (0, 1, 0)


def test_a_synchronous_publisher_delivers_what_has_no_place(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(
        backpressure_strategy="synchronous", queue_sizes=(2, 2, 2), worker_pool_size=1
    )
    here: list[int] = []
    main = threading.current_thread()

    def receive(step: UrgentStep) -> None:
        if threading.current_thread() is main:
            here.append(step.number)

    bus.subscribe(IdleStep, gate.receive, name="stuck")
    bus.subscribe(UrgentStep, receive, name="urgent")
    # The only thread hangs, so nobody else will deliver anything.
    bus.publish(IdleStep())
    assert gate.entered.wait(LIMIT)

    taken = [bus.publish(UrgentStep(source="a", number=n)) for n in range(6)]

    assert taken == [True] * 6
    assert here == list(range(6))


def test_a_synchronous_publisher_does_not_overtake_one_that_is_at_it(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(backpressure_strategy="synchronous", queue_sizes=(1, 1, 1))
    bus.subscribe(Step, gate.receive, name="gate")
    bus.publish(Step(source="a", number=0))
    assert gate.entered.wait(LIMIT)

    taken = [bus.publish(Step(source="a", number=n)) for n in range(1, 20)]
    gate.open()
    bus.close()

    assert taken == [True] * 19
    assert gate.seen == [Step(source="a", number=n) for n in range(20)]


def test_a_cancelled_subscriber_hears_nothing_more(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus()
    subscription = bus.subscribe(Step, gate.receive, name="gate")
    bus.publish(Step(number=0))
    assert gate.entered.wait(LIMIT)
    for number in range(1, 10):
        bus.publish(Step(number=number))

    subscription.cancel()
    subscription.cancel()
    gate.open()
    bus.publish(Step(number=10))
    bus.close()

    assert gate.seen == [Step(number=0)]


@pytest.mark.parametrize("fallback", [False, True])
def test_what_runs_aside_comes_back_in_a_future(
    make_bus: MakeBus, *, fallback: bool
) -> None:
    bus = make_bus(fallback_mode=fallback)

    good = bus.run_aside(lambda: on(Role.BUS))
    bad = bus.run_aside(broken)

    assert good.result(LIMIT) is not fallback
    assert isinstance(bad.exception(LIMIT), ValueError)


def test_what_hangs_aside_leaves_threads_for_events(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus(worker_pool_size=4)
    seen = threading.Event()
    bus.subscribe(Step, lambda _: seen.set(), name="event")

    futures = [bus.run_aside(lambda: gate.receive(Step())) for _ in range(10)]
    assert gate.entered.wait(LIMIT)
    bus.publish(Step())

    assert seen.wait(LIMIT)
    gate.open()
    for future in futures:
        future.result(LIMIT)


def test_nothing_runs_aside_after_the_end(make_bus: MakeBus) -> None:
    bus = make_bus()
    bus.close()

    future = bus.run_aside(lambda: None)

    assert isinstance(future.exception(LIMIT), BrummerError)


def test_who_cancels_itself_while_it_is_called_is_not_called_again(
    make_bus: MakeBus, gate: Gate
) -> None:
    bus = make_bus()
    seen: list[int] = []

    def receive(step: Step) -> None:
        gate.receive(step)
        seen.append(step.number)
        subscription.cancel()

    subscription = bus.subscribe(Step, receive, name="once")
    for number in range(10):
        bus.publish(Step(source="a", number=number))
    gate.open()
    bus.close()

    assert seen == [0]


def test_a_name_stays_in_the_health_table_while_somebody_has_it(
    make_bus: MakeBus, health: HealthTable
) -> None:
    bus = make_bus()
    one = bus.subscribe(Step, lambda _: None, name="twin")
    other = bus.subscribe(Step, lambda _: None, name="twin")

    one.cancel()
    assert [row.component for row in health.snapshot()] == ["twin"]
    other.cancel()

    assert health.snapshot() == ()


def test_without_more_threads_from_the_system_the_publisher_delivers(
    make_bus: MakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    bus = make_bus()
    seen: list[Step] = []
    bus.subscribe(Step, seen.append, name="all")
    monkeypatch.setattr(threading.Thread, "start", refuse)

    taken = bus.publish(Step(number=1))
    aside = bus.run_aside(lambda: "done")
    monkeypatch.undo()
    bus.publish(Step(number=2))

    assert taken
    assert aside.result(LIMIT) == "done"
    assert bus.close()
    assert seen == [Step(number=1), Step(number=2)]


def test_a_class_that_is_made_later_reaches_those_who_want_what_it_is(
    make_bus: MakeBus,
) -> None:
    class Early(Event):
        """A plugin's event, say."""

    bus = make_bus()
    seen: list[Event] = []
    bus.subscribe(Early, seen.append, name="all")
    bus.publish(Early())

    class Late(Early):
        """One that comes with a plugin that is loaded later."""

    bus.publish(Late())
    bus.close()

    assert [type(event) for event in seen] == [Early, Late]
