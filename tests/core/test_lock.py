"""Tests of the lock that knows who waited."""

import threading

import pytest

from brummer.core.lock import LOCK_WAIT, MeasuredLock
from tests.support.contention import contend
from tests.support.wait import LIMIT


def test_nobody_waits_for_a_free_lock() -> None:
    lock = MeasuredLock("table")

    for _ in range(3):
        with lock:
            pass

    assert (lock.name, lock.slow, lock.longest) == ("table", 0, 0.0)


def test_a_long_wait_is_counted() -> None:
    lock = MeasuredLock("table")

    contend(lock)

    assert lock.slow == 1
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
