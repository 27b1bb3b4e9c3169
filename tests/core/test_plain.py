"""Tests of the mailbox with one queue, where the usual ways take no lock."""

import threading

import pytest

from brummer.core.mailbox import Offer, Policy
from brummer.core.plain import PlainMailbox
from brummer.model.event import Event, Priority
from tests.core.boxes import fill, take_all
from tests.support.event import STEPS, IdleStep, Step, UrgentStep
from tests.support.wait import LIMIT


def mailbox(
    policy: Policy = Policy.DROP_OLDEST,
    level: Priority = Priority.LOW,
    size: int = 3,
) -> PlainMailbox:
    return PlainMailbox("screen", lambda _: None, policy, level=level, size=size)


def test_first_in_is_first_out_whatever_the_priority() -> None:
    box = mailbox()
    events = [IdleStep(source="a"), UrgentStep(source="b"), Step(source="a")]

    fill(box, events)

    assert take_all(box) == events


@pytest.mark.parametrize("level", Priority)
def test_what_waits_and_is_dropped_is_counted_at_its_level(level: Priority) -> None:
    box = mailbox(level=level)

    fill(box, [STEPS[level](number=n) for n in range(5)])

    metrics = box.metrics()
    assert metrics.queued == tuple(3 if n == level else 0 for n in Priority)
    assert metrics.dropped == tuple(2 if n == level else 0 for n in Priority)


def test_an_event_of_a_later_subclass_has_the_one_queue_too() -> None:
    box = mailbox(Policy.DROP_LOW_PRIORITY)
    fill(box, [IdleStep(number=n) for n in range(3)])

    offers = fill(box, [UrgentStep()])

    assert offers == [Offer.DROPPED]


@pytest.mark.usefixtures("hasty")
def test_dropping_the_oldest_and_taking_it_do_not_both_count() -> None:
    box = mailbox(size=2)
    taken: list[Event] = []
    over = threading.Event()

    def drain() -> None:
        while not over.is_set():
            taken.extend(take_all(box))

    drainer = threading.Thread(target=drain)
    drainer.start()
    fill(box, [IdleStep(source="a", number=n) for n in range(5_000)])
    over.set()
    drainer.join(LIMIT)
    taken += take_all(box)

    numbers = [event.number for event in taken if isinstance(event, Step)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + sum(box.metrics().dropped) == 5_000
