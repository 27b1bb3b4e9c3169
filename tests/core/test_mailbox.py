"""Tests of what waits for one subscriber."""

import threading
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from brummer.core.mailbox import BATCH, MOST, Mailbox, Offer, Policy
from brummer.model.event import Event, Priority
from tests.support.event import STEPS, IdleStep, Step, UrgentStep
from tests.support.wait import LIMIT, wait_until


def mailbox(
    policy: Policy = Policy.DROP_OLDEST,
    sizes: tuple[int, int, int] = (2, 2, 2),
    level: Priority | None = None,
) -> Mailbox:
    return Mailbox("screen", lambda _: None, sizes, policy, level=level)


def fill(box: Mailbox, events: Iterable[Event]) -> list[Offer]:
    return [box.put(event, patient=False).offer for event in events]


def rest(box: Mailbox) -> list[Event]:
    """Take all that waits, as a drainer does."""
    events: list[Event] = []
    box.claim()
    while batch := box.take():
        events += batch
    return events


def test_the_first_event_needs_a_drainer_and_no_other_does() -> None:
    box = mailbox(level=Priority.MEDIUM)

    answers = [box.put(Step(number=n), patient=False) for n in range(2)]

    assert [answer.needs_drainer for answer in answers] == [True, False]


def test_a_drainer_that_has_left_is_sent_again() -> None:
    box = mailbox(level=Priority.MEDIUM)
    box.put(Step(number=1), patient=False)
    taken = [box.take(), box.take()]

    answer = box.put(Step(number=2), patient=False)

    assert taken == [[Step(number=1)], []]
    assert answer.needs_drainer


def test_nobody_claims_an_empty_mailbox() -> None:
    assert not mailbox().claim()


def test_urgent_events_come_first() -> None:
    box = mailbox()
    fill(box, [IdleStep(source="a"), Step(source="b"), UrgentStep(source="c")])

    taken = rest(box)

    assert taken == [UrgentStep(source="c"), Step(source="b"), IdleStep(source="a")]


def test_an_urgent_event_does_not_overtake_its_own_key() -> None:
    box = mailbox()
    events = [IdleStep(source="a", number=1), UrgentStep(source="a", number=2)]
    fill(box, events)

    assert rest(box) == events


def test_a_key_that_waits_no_more_is_urgent_again() -> None:
    box = mailbox()
    fill(box, [IdleStep(source="a", number=1)])
    rest(box)

    fill(box, [IdleStep(source="b", number=2), UrgentStep(source="a", number=3)])

    assert rest(box) == [
        UrgentStep(source="a", number=3),
        IdleStep(source="b", number=2),
    ]


def test_not_everything_is_taken_at_once() -> None:
    box = mailbox(sizes=(1000, 1000, 1000), level=Priority.MEDIUM)
    fill(box, [Step(number=n) for n in range(BATCH + 1)])

    batches = [box.take(), box.take(), box.take()]

    assert [len(batch) for batch in batches] == [BATCH, 1, 0]


def test_a_drainer_that_is_due_can_be_overtaken() -> None:
    box = mailbox()
    fill(box, [Step(number=1)])

    is_ours = box.seize()
    has_begun = box.begin()

    assert is_ours
    assert not has_begun
    assert box.take() == [Step(number=1)]


def test_a_drainer_at_work_cannot_be_overtaken() -> None:
    box = mailbox()
    fill(box, [Step(number=1)])

    has_begun = box.begin()
    is_ours = box.seize()

    assert has_begun
    assert not is_ours


def test_who_stops_early_says_whether_something_is_left() -> None:
    box = mailbox()
    fill(box, [Step(number=1)])
    box.begin()

    before = box.hand_over()
    box.begin()
    box.take()
    after = box.hand_over()

    assert before
    assert not after


def test_pushing_goes_past_the_bound_but_not_for_ever() -> None:
    box = mailbox(Policy.SYNCHRONOUS)

    offers = [box.push(Step(source="a", number=n)) for n in range(MOST + 1)]

    assert offers == [Offer.TAKEN] * MOST + [Offer.DROPPED]
    assert box.metrics().dropped == (0, 1, 0)


def test_the_oldest_gives_way() -> None:
    box = mailbox(Policy.DROP_OLDEST)

    offers = fill(box, [Step(source="a", number=n) for n in range(4)])

    assert offers == [Offer.TAKEN] * 4
    assert rest(box) == [Step(source="a", number=2), Step(source="a", number=3)]
    assert box.metrics().dropped == (0, 2, 0)


def test_the_newest_gives_way() -> None:
    box = mailbox(Policy.DROP_NEWEST)

    offers = fill(box, [Step(source="a", number=n) for n in range(3)])

    assert offers == [Offer.TAKEN, Offer.TAKEN, Offer.DROPPED]
    assert rest(box) == [Step(source="a", number=0), Step(source="a", number=1)]
    assert box.metrics().dropped == (0, 1, 0)


def test_the_lowest_priority_gives_way() -> None:
    box = mailbox(Policy.DROP_LOW_PRIORITY)
    fill(box, [IdleStep(source="idle", number=n) for n in range(2)])
    fill(box, [Step(source="some", number=n) for n in range(2)])
    fill(box, [UrgentStep(source="urgent", number=n) for n in range(2)])

    offers = fill(box, [UrgentStep(source="urgent", number=n) for n in range(2, 6)])

    assert offers == [Offer.TAKEN] * 4
    assert box.metrics().queued == (6, 0, 0)
    assert box.metrics().dropped == (0, 2, 2)


def test_with_nothing_lower_the_newest_gives_way() -> None:
    box = mailbox(Policy.DROP_LOW_PRIORITY)
    fill(box, [UrgentStep(number=n) for n in range(2)])
    fill(box, [IdleStep(number=n) for n in range(2)])

    offers = fill(box, [IdleStep(number=3)])

    assert offers == [Offer.DROPPED]
    assert box.metrics().queued == (2, 0, 2)


def test_a_synchronous_publisher_is_told_that_it_is_full() -> None:
    box = mailbox(Policy.SYNCHRONOUS)

    offers = fill(box, [Step(number=n) for n in range(3)])

    assert offers == [Offer.TAKEN, Offer.TAKEN, Offer.FULL]


def test_a_patient_publisher_gets_the_room_that_appears() -> None:
    box = mailbox(level=Priority.MEDIUM)
    fill(box, [Step(number=n) for n in range(2)])
    answers = []

    def publish() -> None:
        # It may give up before we get to it on a busy machine, and tries again.
        answer = box.put(Step(number=2), patient=True)
        while answer.was_in_vain:
            box.note(handled=0, failed=0, slowest=0.0)
            answer = box.put(Step(number=2), patient=True)
        answers.append(answer)

    publisher = threading.Thread(target=publish)
    publisher.start()
    wait_until(lambda: box.metrics().blocked)
    box.take()
    publisher.join(LIMIT)

    assert answers[0].offer is Offer.TAKEN
    assert Step(number=2) in rest(box)


def test_waiting_in_vain_is_not_repeated_until_something_moves() -> None:
    box = mailbox(level=Priority.MEDIUM)
    fill(box, [Step(number=n) for n in range(2)])

    first = box.put(Step(number=2), patient=True)
    second = box.put(Step(number=3), patient=True)
    box.note(handled=1, failed=0, slowest=0.0)
    third = box.put(Step(number=4), patient=True)

    assert (first.was_in_vain, second.was_in_vain, third.was_in_vain) == (
        True,
        False,
        True,
    )
    assert box.metrics().blocked == 2


def test_a_closed_mailbox_forgets_and_counts_what_waited() -> None:
    box = mailbox()
    fill(box, [UrgentStep(number=1), IdleStep(number=2)])

    lost = box.close()

    assert lost == 2
    assert not box.is_open
    assert rest(box) == []
    assert box.metrics().dropped == (1, 0, 1)


def test_a_closed_mailbox_takes_nothing_more() -> None:
    box = mailbox()
    box.close()

    fill(box, [Step(number=1)])

    assert rest(box) == []


def test_what_was_delivered_adds_up() -> None:
    box = mailbox()

    box.note(handled=3, failed=1, slowest=0.2)
    box.note(handled=2, failed=0, slowest=0.1)

    metrics = box.metrics()
    assert (metrics.handled, metrics.failed, metrics.slowest) == (5, 1, 0.2)


#: Puts by key and priority, and takes in between.
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(0, 2)),
        st.none(),
    ),
    max_size=60,
)


@given(
    ACTIONS,
    st.sampled_from(Policy),
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)),
)
def test_nothing_is_lost_uncounted_doubled_or_out_of_order(
    actions: list[tuple[str, int] | None],
    policy: Policy,
    sizes: tuple[int, int, int],
) -> None:
    box = mailbox(policy, sizes)
    put: list[Step] = []
    taken: list[Event] = []
    refused = 0

    for number, action in enumerate(actions):
        if action is None:
            box.claim()
            taken += box.take()
            continue
        source, priority = action
        put.append(STEPS[priority](source=source, number=number))
        offer = box.put(put[-1], patient=False).offer
        refused += offer is Offer.FULL
        assert sum(box.metrics().queued) <= sum(sizes)
    taken += rest(box)

    assert len(taken) == len(set(taken))
    assert len(taken) + sum(box.metrics().dropped) + refused == len(put)
    for key in "abc":
        numbers = [e.number for e in taken if isinstance(e, Step) and e.key == key]
        assert numbers == sorted(numbers)
