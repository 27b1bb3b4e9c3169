"""Tests of the lock that knows who waited."""

import threading

import pytest

from brummer.core.lock import LOCK_WAIT, MeasuredLock
from tests.support.wait import LIMIT, wait_until


def test_nobody_waits_for_a_free_lock() -> None:
    lock = MeasuredLock("table")

    for _ in range(3):
        with lock:
            pass

    assert (lock.name, lock.slow, lock.longest) == ("table", 0, 0.0)


def test_a_long_wait_is_counted() -> None:
    lock = MeasuredLock("table")
    entering, done = threading.Event(), threading.Event()

    def enter() -> None:
        entering.set()
        with lock:
            done.set()

    thread = threading.Thread(target=enter)
    with lock:
        thread.start()
        assert entering.wait(LIMIT)
        # It cannot come in while we hold the lock, and we hold it for long.
        came_in = done.wait(LOCK_WAIT * 5)
    thread.join(LIMIT)

    assert not came_in
    wait_until(lambda: lock.slow == 1)
    assert lock.longest > LOCK_WAIT


def test_an_exception_lets_go_of_it() -> None:
    lock = MeasuredLock("table")

    with pytest.raises(ValueError, match="inside"), lock:
        raise ValueError("inside")

    with lock:
        assert lock.slow == 0


def test_it_keeps_others_out() -> None:
    lock = MeasuredLock("table")
    count = 0

    def work() -> None:
        nonlocal count
        for _ in range(2_000):
            with lock:
                count += 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)

    assert count == 16_000
