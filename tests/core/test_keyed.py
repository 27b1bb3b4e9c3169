"""Tests of the mailbox that keeps the order of keys across priorities."""

from hypothesis import given
from hypothesis import strategies as st

from brummer.core.keyed import KeyedMailbox
from brummer.core.mailbox import Counts, Offer, Policy
from brummer.model.event import Event
from tests.core.boxes import fill, offer, take_all
from tests.support.event import STEPS, IdleStep, Step, UrgentStep


def mailbox(
    policy: Policy = Policy.DROP_OLDEST, sizes: Counts = (2, 2, 2)
) -> KeyedMailbox:
    return KeyedMailbox("screen", lambda _: None, policy, sizes=sizes)


def test_urgent_events_come_first() -> None:
    box = mailbox()
    fill(box, [IdleStep(source="a"), Step(source="b"), UrgentStep(source="c")])

    taken = take_all(box)

    assert taken == [UrgentStep(source="c"), Step(source="b"), IdleStep(source="a")]


def test_an_urgent_event_does_not_overtake_its_own_key() -> None:
    box = mailbox()
    events = [IdleStep(source="a", number=1), UrgentStep(source="a", number=2)]
    fill(box, events)

    assert take_all(box) == events


def test_a_less_urgent_event_does_not_hold_up_what_its_key_put_before() -> None:
    box = mailbox(sizes=(9, 9, 9))
    events = [
        Step(source="a", number=1),
        IdleStep(source="a", number=2),
        UrgentStep(source="a", number=3),
    ]
    fill(box, [IdleStep(source="b"), *events])

    assert take_all(box) == [events[0], IdleStep(source="b"), *events[1:]]


def test_events_without_a_key_overtake_freely() -> None:
    box = mailbox()
    fill(box, [IdleStep(number=1), UrgentStep(number=2)])

    assert take_all(box) == [UrgentStep(number=2), IdleStep(number=1)]


def test_a_key_that_waits_no_more_is_urgent_again() -> None:
    box = mailbox()
    fill(box, [IdleStep(source="a", number=1)])
    take_all(box)

    fill(box, [IdleStep(source="b", number=2), UrgentStep(source="a", number=3)])

    assert take_all(box) == [
        UrgentStep(source="a", number=3),
        IdleStep(source="b", number=2),
    ]


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


def test_urgent_events_do_not_grow_without_bound_at_the_cost_of_others() -> None:
    box = mailbox(Policy.DROP_LOW_PRIORITY, sizes=(1, 1, 1))

    for n in range(10):
        fill(box, [UrgentStep(number=n), Step(number=n)])

    assert box.metrics().queued == (3, 0, 0)


def test_what_gives_way_for_its_own_key_makes_no_other_queue_too_long() -> None:
    box = mailbox(sizes=(1, 1, 1))
    fill(box, [UrgentStep(source="b"), IdleStep(source="a", number=1)])

    # It belongs behind the idle one, which is what gives way.
    fill(box, [UrgentStep(source="a", number=2)])

    assert box.metrics().queued == (1, 0, 1)
    assert take_all(box) == [UrgentStep(source="b"), UrgentStep(source="a", number=2)]


def test_what_is_lost_is_counted_by_where_it_waited() -> None:
    box = mailbox()
    fill(box, [IdleStep(source="a"), UrgentStep(source="a"), UrgentStep(source="b")])

    box.close()

    assert box.metrics().dropped == (1, 0, 2)


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
    actions: list[tuple[str, int] | None], policy: Policy, sizes: Counts
) -> None:
    box = mailbox(policy, sizes)
    put: list[Step] = []
    taken: list[Event] = []
    refused = 0

    for number, action in enumerate(actions):
        if action is None:
            if box.seize() and box.stays():
                taken.append(box.take())
            box.hand_over()
            continue
        source, priority = action
        put.append(STEPS[priority](source=source, number=number))
        refused += offer(box, put[-1]) is Offer.FULL
        assert sum(box.metrics().queued) <= sum(sizes)
    taken += take_all(box)

    assert len(taken) == len(set(taken))
    assert len(taken) + sum(box.metrics().dropped) + refused == len(put)
    for key in "abc":
        numbers = [e.number for e in taken if isinstance(e, Step) and e.key == key]
        assert numbers == sorted(numbers)
