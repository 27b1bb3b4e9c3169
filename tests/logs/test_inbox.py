"""The queue between the pipes and the log."""

import threading

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
