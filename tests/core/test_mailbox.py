"""Tests of what waits for one subscriber, and of who is on the way to deliver it."""

import threading
from collections.abc import Callable

import pytest

from brummer.core.keyed import KeyedMailbox
from brummer.core.mailbox import MOST, Answer, Mailbox, Offer, Policy
from brummer.core.plain import PlainMailbox
from brummer.model.event import Event, Priority
from tests.core.boxes import fill, offer, take_all
from tests.support.event import Step
from tests.support.wait import LIMIT, wait_until

#: Makes a mailbox with two places for steps.
MakeBox = Callable[[Policy], Mailbox]


def plain(policy: Policy, size: int = 2) -> Mailbox:
    return PlainMailbox(
        "screen", lambda _: None, policy, level=Priority.MEDIUM, size=size
    )


def keyed(policy: Policy, size: int = 2) -> Mailbox:
    return KeyedMailbox("screen", lambda _: None, policy, sizes=(size, size, size))


@pytest.fixture(params=[plain, keyed])
def make(request: pytest.FixtureRequest) -> MakeBox:
    kind: MakeBox = request.param
    return kind


@pytest.fixture
def box(make: MakeBox) -> Mailbox:
    return make(Policy.DROP_OLDEST)


def steps(*numbers: int) -> list[Event]:
    return [Step(source="a", number=n) for n in numbers]


def test_the_first_event_needs_a_drainer_and_no_other_does(box: Mailbox) -> None:
    offers = fill(box, steps(0, 1))

    assert offers == [Offer.UNATTENDED, Offer.TAKEN]


def test_a_drainer_that_has_left_is_sent_again(box: Mailbox) -> None:
    fill(box, steps(1))
    taken = take_all(box)

    offers = fill(box, steps(2))

    assert taken == steps(1)
    assert offers == [Offer.UNATTENDED]


def test_a_drainer_that_finds_something_stays(box: Mailbox) -> None:
    fill(box, steps(1))

    assert box.begin()
    assert box.stays()
    assert box.take() == Step(source="a", number=1)
    assert not box.stays()


def test_from_an_empty_mailbox_nothing_is_taken(box: Mailbox) -> None:
    with pytest.raises(IndexError):
        box.take()


def test_what_was_put_comes_out_in_order(make: MakeBox) -> None:
    box = make(Policy.DROP_OLDEST)
    fill(box, steps(1, 2))

    assert take_all(box) == steps(1, 2)


def test_a_drainer_that_is_due_can_be_overtaken(box: Mailbox) -> None:
    fill(box, steps(1))

    is_ours = box.seize()
    has_begun = box.begin()

    assert is_ours
    assert not has_begun


def test_a_drainer_at_work_cannot_be_overtaken(box: Mailbox) -> None:
    fill(box, steps(1))

    has_begun = box.begin()
    is_ours = box.seize()

    assert has_begun
    assert not is_ours


def test_who_stops_early_says_whether_something_is_left(box: Mailbox) -> None:
    fill(box, steps(1))
    box.begin()

    before = box.hand_over()
    box.begin()
    box.take()
    after = box.hand_over()

    assert before
    assert not after


def test_the_oldest_gives_way(make: MakeBox) -> None:
    box = make(Policy.DROP_OLDEST)

    offers = fill(box, steps(0, 1, 2, 3))

    assert offers == [Offer.UNATTENDED, Offer.TAKEN, Offer.TAKEN, Offer.TAKEN]
    assert take_all(box) == steps(2, 3)
    assert box.metrics().dropped == (0, 2, 0)


@pytest.mark.parametrize("policy", [Policy.DROP_NEWEST, Policy.DROP_LOW_PRIORITY])
def test_the_newest_gives_way(make: MakeBox, policy: Policy) -> None:
    box = make(policy)

    offers = fill(box, steps(0, 1, 2))

    assert offers == [Offer.UNATTENDED, Offer.TAKEN, Offer.DROPPED]
    assert take_all(box) == steps(0, 1)
    assert box.metrics().dropped == (0, 1, 0)


def test_a_synchronous_publisher_is_told_that_it_is_full(make: MakeBox) -> None:
    box = make(Policy.SYNCHRONOUS)

    offers = fill(box, steps(0, 1, 2))

    assert offers == [Offer.UNATTENDED, Offer.TAKEN, Offer.FULL]


def test_pushing_goes_past_the_bound_but_not_for_ever(make: MakeBox) -> None:
    box = make(Policy.SYNCHRONOUS)

    offers = [box.push(event) for event in steps(*range(MOST + 1))]

    assert offers == [Offer.TAKEN] * MOST + [Offer.DROPPED]
    assert box.metrics().dropped == (0, 1, 0)


def test_a_patient_publisher_gets_the_room_that_appears(box: Mailbox) -> None:
    fill(box, steps(0, 1))
    box.begin()
    answers: list[Answer] = []

    def publish() -> None:
        # It may give up before we get to it on a busy machine: it has waited then,
        # and what it put took the place of the oldest.
        answers.append(box.press(Step(source="a", number=2), patient=True))

    publisher = threading.Thread(target=publish)
    publisher.start()
    wait_until(lambda: box.metrics().blocked)
    box.take()
    box.note(handled=1, failed=0, slowest=0.0)
    publisher.join(LIMIT)

    assert [answer.offer for answer in answers] == [Offer.TAKEN]
    assert Step(source="a", number=2) in take_all(box)


def test_waiting_in_vain_is_not_repeated_until_something_moves(box: Mailbox) -> None:
    fill(box, steps(0, 1))

    blocked = []
    for number in range(2, 5):
        box.press(Step(source="a", number=number), patient=True)
        blocked.append(box.metrics().blocked)
    box.note(handled=1, failed=0, slowest=0.0)
    box.press(Step(source="a", number=5), patient=True)

    assert blocked == [1, 1, 1]
    assert box.metrics().blocked == 2


def test_waiting_in_vain_is_told_once_until_there_is_much_room(box: Mailbox) -> None:
    fill(box, steps(0, 1))

    answers = []
    for number in range(2, 4):
        answers.append(box.press(Step(source="a", number=number), patient=True))
        box.note(handled=1, failed=0, slowest=0.0)
    take_all(box)
    box.note(handled=2, failed=0, slowest=0.0)
    fill(box, steps(4, 5))
    answers.append(box.press(Step(source="a", number=6), patient=True))

    assert [answer.was_in_vain for answer in answers] == [True, False, True]


def test_nobody_gets_past_a_publisher_that_waits(make: MakeBox) -> None:
    box = make(Policy.DROP_NEWEST)
    fill(box, steps(0, 1))
    box.begin()
    publisher = threading.Thread(
        target=box.press, args=(Step(source="a", number=2),), kwargs={"patient": True}
    )
    publisher.start()
    wait_until(lambda: box.metrics().blocked)

    # There is room now, but nobody has been called yet.
    box.take()
    passed = box.put(Step(source="a", number=3))
    waited = box.metrics().queued[1]
    publisher.join(LIMIT)

    # The one that waits may have looked by itself just before us.
    assert passed is Offer.FULL or waited == 2


def test_a_hurried_publisher_does_not_wait(box: Mailbox) -> None:
    fill(box, steps(0, 1))

    answer = box.press(Step(source="a", number=2), patient=False)

    assert answer == Answer(Offer.TAKEN)
    assert box.metrics().blocked == 0


def test_a_closed_mailbox_forgets_and_counts_what_waited(box: Mailbox) -> None:
    fill(box, steps(1, 2))

    box.close()

    assert take_all(box) == []
    assert box.metrics().queued == (0, 0, 0)
    assert box.metrics().dropped == (0, 2, 0)


def test_a_closed_mailbox_counts_whatever_still_comes(make: MakeBox) -> None:
    box = make(Policy.SYNCHRONOUS)
    box.close()

    put = [box.put(event) for event in steps(1, 2)]
    pressed = box.press(Step(source="a", number=3), patient=True)
    pushed = box.push(Step(source="a", number=4))

    assert [*put, pressed.offer, pushed] == [Offer.DROPPED] * 4
    assert box.metrics().queued == (0, 0, 0)
    assert box.metrics().dropped == (0, 4, 0)


def test_nobody_drains_a_closed_mailbox(box: Mailbox) -> None:
    fill(box, steps(1))
    box.close()

    assert not box.begin()
    assert not box.seize()
    assert not box.stays()
    assert not box.hand_over()


def test_closing_lets_go_of_a_publisher_that_waits(box: Mailbox) -> None:
    fill(box, steps(0, 1))
    answers: list[Answer] = []
    publisher = threading.Thread(
        target=lambda: answers.append(
            box.press(Step(source="a", number=2), patient=True)
        )
    )
    publisher.start()
    wait_until(lambda: box.metrics().blocked)

    box.close()
    publisher.join(LIMIT)

    assert len(answers) == 1
    assert take_all(box) == []
    assert sum(box.metrics().dropped) == 3


def test_what_was_delivered_adds_up(box: Mailbox) -> None:
    box.note(handled=3, failed=1, slowest=0.2)
    box.note(handled=2, failed=0, slowest=0.1)

    metrics = box.metrics()
    assert (metrics.handled, metrics.failed, metrics.slowest) == (5, 1, 0.2)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("kind", [plain, keyed])
def test_no_event_is_left_behind_by_a_drainer_that_leaves(
    kind: Callable[[Policy, int], Mailbox],
) -> None:
    box = kind(Policy.DROP_OLDEST, 100_000)
    taken: list[Event] = []
    at_work = threading.Lock()

    def drain() -> None:
        while box.stays():
            # Two drainers at once would meet here.
            assert at_work.acquire(blocking=False)
            taken.append(box.take())
            at_work.release()

    def publish(source: int) -> None:
        for number in range(500):
            put = offer(box, Step(source=f"p{source}", number=number))
            if put is Offer.UNATTENDED and box.begin():
                drain()

    publishers = [threading.Thread(target=publish, args=(n,)) for n in range(4)]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join(LIMIT)

    assert sum(box.metrics().queued) == 0
    assert len(taken) == len(set(taken)) == 2_000


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("kind", [plain, keyed])
def test_every_event_that_meets_the_end_is_taken_or_counted(
    kind: Callable[[Policy, int], Mailbox],
) -> None:
    for _ in range(50):
        box = kind(Policy.DROP_OLDEST, 100_000)
        publishers = [
            threading.Thread(target=fill, args=(box, steps(*range(50))))
            for _ in range(3)
        ]
        taken: list[Event] = []
        drainer = threading.Thread(target=lambda: taken.extend(take_all(box)))  # noqa: B023 -- joined below

        for thread in (*publishers, drainer):
            thread.start()
        box.close()
        for thread in (*publishers, drainer):
            thread.join(LIMIT)

        assert box.metrics().queued == (0, 0, 0)
        assert len(taken) + sum(box.metrics().dropped) == 150
