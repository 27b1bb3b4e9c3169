"""Tests of the event bus under many publishers: no loss, no double, one order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brummer.core.mailbox import Policy
from tests.core.traffic import MakeBus, Watcher, new_bus, run_all
from tests.support.event import STEPS, IdleStep, Step


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


@pytest.mark.usefixtures("hasty")
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


@pytest.mark.usefixtures("hasty")
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


@pytest.mark.usefixtures("hasty")
def test_subscribers_come_and_go_while_others_hear_everything(
    make_bus: MakeBus,
) -> None:
    bus = make_bus(queue_sizes=(5_000, 5_000, 5_000))
    watcher = Watcher()
    bus.subscribe(Step, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(300):
            bus.publish(Step(source=f"p{source}", number=number))

    def come_and_go(source: int) -> None:
        for _ in range(50):
            bus.subscribe(Step, lambda _: None, name=f"guest {source}").cancel()

    works = [publish, publish, come_and_go, come_and_go]
    run_all(4, lambda n: works[n](n))
    bus.close()

    assert watcher.by_source() == {f"p{n}": list(range(300)) for n in range(2)}
    assert [row.name for row in bus.metrics().subscribers] == ["watcher"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("kind", [IdleStep, Step], ids=["plain", "keyed"])
def test_no_policy_loses_track_or_mixes_up_a_key(
    make_bus: MakeBus, policy: Policy, kind: type[Step]
) -> None:
    bus = make_bus(backpressure_strategy=policy, queue_sizes=(4, 4, 4))
    watcher = Watcher()
    bus.subscribe(kind, watcher.receive, name="watcher")

    def publish(source: int) -> None:
        for number in range(200):
            bus.publish(IdleStep(source=f"p{source}", number=number))

    run_all(5, publish)
    bus.close()

    metrics = bus.metrics()
    assert metrics.handled == len(watcher.seen) == len(set(watcher.seen))
    assert metrics.handled + sum(metrics.dropped) == 1_000
    assert policy is not Policy.SYNCHRONOUS or metrics.handled == 1_000
    assert watcher.overlaps == 0
    for numbers in watcher.by_source().values():
        assert numbers == sorted(numbers)
