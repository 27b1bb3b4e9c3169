"""The queue between the pipes and the log."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from brummer.logs.inbox import Inbox
from tests.support.wait import LIMIT, wait_until


def blocked_put(inbox: Inbox[bytes], item: bytes) -> threading.Thread:
    """Return a thread that waits in ``put``."""
    before = inbox.blocked
    thread = threading.Thread(target=inbox.put, args=(item,))
    thread.start()
    wait_until(lambda: inbox.blocked > before)
    return thread


def test_items_come_out_in_order_in_batches() -> None:
    inbox: Inbox[bytes] = Inbox(10, len)
    for item in (b"a", b"b", b"c"):
        inbox.put(item)

    assert inbox.take(2) == [b"a", b"b"]
    assert inbox.take(2) == [b"c"]
    assert inbox.take(2, timeout=0) == []


def test_put_waits_while_there_are_too_many_items() -> None:
    inbox: Inbox[bytes] = Inbox(2, len)
    inbox.put(b"a")
    inbox.put(b"b")

    waiting = blocked_put(inbox, b"c")
    assert inbox.depth == 2

    assert inbox.take(1) == [b"a"]
    waiting.join(LIMIT)
    assert inbox.take(9) == [b"b", b"c"]


def test_put_waits_while_there_are_too_many_bytes() -> None:
    inbox: Inbox[bytes] = Inbox(100, len, size_limit=10)
    inbox.put(b"x" * 50)
    assert inbox.waiting_bytes == 50

    waiting = blocked_put(inbox, b"y")

    assert inbox.take(9) == [b"x" * 50]
    waiting.join(LIMIT)
    assert inbox.take(9) == [b"y"]
    assert inbox.waiting_bytes == 0


def test_what_is_urgent_never_waits() -> None:
    inbox: Inbox[bytes] = Inbox(1, len, size_limit=1)
    inbox.put(b"a")

    inbox.urge(b"b")

    assert inbox.take(9) == [b"a", b"b"]


def test_a_closed_inbox_lets_everyone_go_and_counts_what_comes_late() -> None:
    inbox: Inbox[bytes] = Inbox(1, len)
    inbox.put(b"a")
    waiting = blocked_put(inbox, b"late")

    assert inbox.refuse() == [b"a"]
    waiting.join(LIMIT)
    inbox.put(b"later")
    inbox.urge(b"latest")

    assert not waiting.is_alive()
    assert inbox.refused == 3
    assert inbox.take(9, timeout=0) == []
    assert inbox.waiting_bytes == 0


def test_who_does_not_want_to_wait_is_told_that_it_is_full() -> None:
    inbox: Inbox[bytes] = Inbox(1, len)
    inbox.put(b"a")

    with pytest.raises(queue.Full):
        inbox.put(b"b", block=False)
    with pytest.raises(queue.Full):
        inbox.put(b"b", timeout=0.001)

    assert inbox.blocked == 2
    assert inbox.take(9) == [b"a"]


def test_nobody_is_let_in_before_there_is_room_for_many() -> None:
    inbox: Inbox[bytes] = Inbox(64, len)
    for _ in range(64):
        inbox.put(b"a")
    waiting = [blocked_put(inbox, b"b") for _ in range(3)]

    inbox.take(3)
    with pytest.raises(queue.Full):
        inbox.put(b"c", block=False)
    assert inbox.depth == 61

    inbox.take(1)
    for thread in waiting:
        thread.join(LIMIT)
    inbox.put(b"c", block=False)
    assert inbox.take(99) == [b"a"] * 60 + [b"b"] * 3 + [b"c"]


def put_numbers(inbox: Inbox[tuple[int, int]], number: int, count: int) -> None:
    for each in range(count):
        inbox.put((number, each))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("places", [1, 2, 50])
def test_nothing_is_lost_or_overtaken_and_nobody_sleeps_on(places: int) -> None:
    inbox: Inbox[tuple[int, int]] = Inbox(places, lambda _: 1)
    came: list[list[int]] = [[], [], [], []]

    with ThreadPoolExecutor(len(came)) as pool:
        for number in range(len(came)):
            pool.submit(put_numbers, inbox, number, 500)
        # Without a limit: whoever is not woken sleeps till the test is stopped.
        while sum(map(len, came)) < 2000:
            items = inbox.take(20)
            assert len(items) <= places
            for number, each in items:
                came[number].append(each)

    assert came == [list(range(500))] * 4
