import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial

import pytest

from brummer.errors import BrummerError
from brummer.plugin.delivery import SLICE, Delivery
from brummer.plugin.worker import Workers, at_once
from tests.support.plugin import workers
from tests.support.wait import wait_until


class Later:
    """Keeps tasks until they are asked for; refuses when closed."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], None]] = []
        self.is_closed = False

    def __call__(self, task: Callable[[], None]) -> Future[None]:
        future: Future[None] = Future()
        if self.is_closed:
            future.set_exception(BrummerError("closed"))
        else:
            self.tasks.append(task)
        return future

    def run_one(self) -> None:
        self.tasks.pop(0)()


@pytest.fixture
def _hasty_switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_one_worker_is_sent_for_any_number_of_notifications() -> None:
    later, seen = Later(), list[int]()
    delivery = Delivery(later)

    for number in range(10):
        delivery.put(partial(seen.append, number))
    sent = len(later.tasks)
    later.run_one()

    assert sent == 1
    assert seen == list(range(10))
    assert later.tasks == []


def test_a_worker_is_given_back_after_a_while() -> None:
    later, seen = Later(), list[int]()
    delivery = Delivery(later)
    for number in range(SLICE + 1):
        delivery.put(partial(seen.append, number))

    later.run_one()

    assert len(seen) == SLICE
    assert len(later.tasks) == 1


def test_when_full_the_oldest_gives_way_and_is_counted() -> None:
    later, seen = Later(), list[int]()
    delivery = Delivery(later, capacity=2)

    for number in range(5):
        delivery.put(partial(seen.append, number))
    later.run_one()

    assert seen == [3, 4]
    assert delivery.dropped == 3


def test_nothing_comes_after_the_last_one() -> None:
    seen: list[str] = []
    delivery = Delivery(Workers(at_once, 1).run)

    first = delivery.close(partial(seen.append, "last"))
    again = delivery.close(partial(seen.append, "again"))
    delivery.put(partial(seen.append, "late"))

    assert (first, again) == (True, False)
    assert seen == ["last"]
    assert delivery.dropped == 1


def test_without_workers_what_waits_is_counted_as_dropped() -> None:
    later, seen = Later(), list[int]()
    later.is_closed = True
    delivery = Delivery(later)

    delivery.put(partial(seen.append, 1))
    later.is_closed = False
    delivery.put(partial(seen.append, 2))
    later.run_one()

    assert seen == [2]
    assert delivery.dropped == 1


def test_what_one_delivery_raises_does_not_stop_the_next() -> None:
    later, seen = Later(), list[int]()
    delivery = Delivery(later)

    def explode() -> None:
        raise ValueError("boom")

    delivery.put(explode)
    delivery.put(partial(seen.append, 1))
    with pytest.raises(ValueError, match="boom"):
        later.run_one()
    later.run_one()

    assert seen == [1]


def test_a_notification_that_causes_another_does_not_overtake_it() -> None:
    seen: list[str] = []
    delivery = Delivery(Workers(at_once, 1).run)

    def first() -> None:
        delivery.put(partial(seen.append, "second"))
        seen.append("first")

    delivery.put(first)

    assert seen == ["first", "second"]


@pytest.mark.usefixtures("_hasty_switching")
def test_no_two_deliveries_run_at_once_and_each_writer_keeps_its_order() -> None:
    inside = threading.Lock()
    overlaps: list[object] = []
    seen: list[tuple[int, int]] = []
    with workers() as pool:
        delivery = Delivery(pool, capacity=100_000)

        def deliver(item: tuple[int, int]) -> None:
            if not inside.acquire(blocking=False):
                overlaps.append(item)
                return
            seen.append(item)
            inside.release()

        def write(writer: int) -> None:
            for number in range(500):
                delivery.put(partial(deliver, (writer, number)))

        writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        wait_until(lambda: len(seen) + len(overlaps) == 4000)

    assert overlaps == []
    for writer in range(8):
        assert [n for w, n in seen if w == writer] == list(range(500))
