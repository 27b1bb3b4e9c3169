"""Tests of the event bus: what reaches whom, in which order, whatever happens."""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brummer.config.settings import EventBusSettings
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.health import HealthTable
from brummer.core.threads import Role, census, on
from brummer.errors import BrummerError
from brummer.model.event import (
    ComponentFailed,
    Event,
    HealthChanged,
    ScriptsDetected,
    ThresholdCrossed,
)
from brummer.model.health import HealthLevel
from tests.support.event import STEPS, IdleStep, Step, UrgentStep
from tests.support.wait import LIMIT, wait_until

#: Makes a bus that is closed when the test ends.
MakeBus = Callable[..., EventBus]


class Gate:
    """A receiver that hangs in its first call until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.seen: list[Event] = []
        self._open = threading.Event()

    def receive(self, event: Event) -> None:
        self.entered.set()
        self._open.wait(LIMIT)
        self.seen.append(event)

    def open(self) -> None:
        self._open.set()


class Watcher:
    """A receiver that notices order, losses, and two calls at once."""

    def __init__(self) -> None:
        self.seen: list[Step] = []
        self.overlaps = 0
        self._inside: Counter[str] = Counter()

    def receive(self, event: Step) -> None:
        self._inside[event.key] += 1
        if self._inside[event.key] > 1:
            self.overlaps += 1
        self.seen.append(event)
        self._inside[event.key] -= 1

    def by_source(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for step in self.seen:
            numbers.setdefault(step.source, []).append(step.number)
        return numbers


def new_bus(**changes: Any) -> EventBus:
    return EventBus(EventBusSettings(**changes), HealthTable(SystemClock()))


@pytest.fixture
def health() -> HealthTable:
    return HealthTable(SystemClock())


@pytest.fixture
def make_bus(health: HealthTable) -> Iterator[MakeBus]:
    made: list[EventBus] = []

    def make(**changes: Any) -> EventBus:
        made.append(EventBus(EventBusSettings(**changes), health))
        return made[-1]

    yield make
    for bus in made:
        bus.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def _restless_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def broken(*_: object) -> None:
    raise ValueError("broken")


def run_all(count: int, work: Callable[[int], object]) -> None:
    """Call *work* on *count* threads at once, and wait for all."""
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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


def test_fifty_publishers_of_two_hundred_events_lose_none(make_bus: MakeBus) -> None:
    bus = make_bus()
    watcher = Watcher()
    bus.subscribe(Step, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(200):
            bus.publish(STEPS[number % 3](source=f"p{source}", number=number))

    run_all(50, publish)
    bus.close()

    assert len(watcher.seen) == 10_000
    assert watcher.by_source() == {f"p{n}": list(range(200)) for n in range(50)}
    assert bus.metrics().dropped == (0, 0, 0)


@pytest.mark.slow
def test_a_hundred_publishers_of_a_thousand_events_are_all_accounted_for(
    make_bus: MakeBus,
) -> None:
    bus = make_bus()
    watcher = Watcher()
    bus.subscribe(Step, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(1_000):
            bus.publish(STEPS[number % 3](source=f"p{source}", number=number))

    run_all(100, publish)
    bus.close()

    metrics = bus.metrics()
    assert metrics.handled + sum(metrics.dropped) == 100_000
    assert len(set(watcher.seen)) == len(watcher.seen) == metrics.handled
    for numbers in watcher.by_source().values():
        assert numbers == sorted(numbers)


@pytest.mark.usefixtures("_restless_threads")
def test_a_key_keeps_its_order_and_is_never_seen_twice_at_once(
    make_bus: MakeBus,
) -> None:
    bus = make_bus(queue_sizes=(5000, 5000, 5000))
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        bus.subscribe(Step, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(300):
            kind = STEPS[(number * number + source) % 3]
            bus.publish(kind(source=f"p{source}", number=number))

    run_all(8, publish)
    bus.close()

    for watcher in watchers:
        assert watcher.overlaps == 0
        assert watcher.by_source() == {f"p{n}": list(range(300)) for n in range(8)}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(0, 2)),
        max_size=100,
    ),
    st.booleans(),
)
def test_whatever_is_published_arrives_once_and_in_order(
    events: list[tuple[str, int]],
    fallback: bool,  # noqa: FBT001 -- drawn, not passed
) -> None:
    bus = new_bus(fallback_mode=fallback, worker_pool_size=2)
    watcher = Watcher()
    bus.subscribe(Step, watcher.receive, name="watcher")

    published = [
        STEPS[priority](source=source, number=number)
        for number, (source, priority) in enumerate(events)
    ]
    for event in published:
        bus.publish(event)
    bus.close()

    assert set(watcher.seen) == set(published)
    assert len(watcher.seen) == len(published)
    for source, numbers in watcher.by_source().items():
        assert not source or numbers == sorted(numbers)


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


def test_waiting_for_one_that_hangs_is_reported(make_bus: MakeBus, gate: Gate) -> None:
    bus = make_bus(queue_sizes=(1, 1, 1))
    crossed: Future[ThresholdCrossed] = Future()
    bus.subscribe(Step, gate.receive, name="stuck")
    bus.subscribe(ThresholdCrossed, crossed.set_result, name="reports")

    for number in range(3):
        bus.publish(Step(source="a", number=number))
        assert gate.entered.wait(LIMIT)

    event = crossed.result(LIMIT)
    assert event.name == "queue block: stuck"
    assert (event.limit, event.unit) == (50, "ms")


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


@pytest.mark.usefixtures("_restless_threads")
def test_in_fallback_mode_many_publishers_lose_nothing(make_bus: MakeBus) -> None:
    bus = make_bus(fallback_mode=True)
    watcher = Watcher()
    bus.subscribe(Step, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(200):
            bus.publish(Step(source=f"p{source}", number=number))

    run_all(8, publish)

    assert watcher.overlaps == 0
    assert watcher.by_source() == {f"p{n}": list(range(200)) for n in range(8)}


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
