"""Tests of the threads that plugins are called on."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from brummer.core.threads import Role, census, spawn
from brummer.errors import BrummerError
from brummer.plugin.worker import Workers, at_once
from tests.support.wait import LIMIT, wait_until


def test_calls_have_so_many_threads_and_no_more() -> None:
    begun = threading.Semaphore(0)
    leave = threading.Event()
    workers = Workers(partial(spawn, Role.PLUGIN), 2)

    def stay() -> None:
        begun.release()
        leave.wait(LIMIT)

    futures = [workers.run(stay) for _ in range(5)]
    came = [begun.acquire(timeout=LIMIT) for _ in range(2)]
    most = census()[Role.PLUGIN]
    is_third_in = begun.acquire(blocking=False)
    leave.set()
    for future in futures:
        future.result(LIMIT)
    wait_until(lambda: Role.PLUGIN not in census())

    assert came == [True, True]
    assert most == 2
    assert not is_third_in


def test_without_a_thread_to_be_had_the_caller_is_told_and_not_held_up() -> None:
    def refuse(task: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    workers = Workers(refuse, 2)
    called: list[str] = []

    future = workers.run(lambda: called.append("here"))

    with pytest.raises(BrummerError, match="can't start new thread"):
        future.result(0)
    assert called == []


def test_what_waits_is_done_by_the_threads_that_there_are() -> None:
    begun, leave = threading.Event(), threading.Event()
    threads = [partial(spawn, Role.PLUGIN)]

    def aside(task: Callable[[], None]) -> None:
        if not threads:
            raise RuntimeError("can't start new thread")
        threads.pop()(task)

    def stay() -> int:
        begun.set()
        leave.wait(LIMIT)
        return 1

    workers = Workers(aside, 2)

    first = workers.run(stay)
    begun.wait(LIMIT)
    second = workers.run(lambda: 2)
    leave.set()

    assert (first.result(LIMIT), second.result(LIMIT)) == (1, 2)
    wait_until(lambda: Role.PLUGIN not in census())


def test_nothing_is_called_after_the_end() -> None:
    workers = Workers(at_once, 1)
    workers.close()

    late = workers.run(lambda: 42)

    with pytest.raises(BrummerError, match="the end"):
        late.result(0)
