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


def test_a_system_without_threads_for_us_has_the_caller_do_it() -> None:
    def refuse(task: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    workers = Workers(refuse, 2)

    assert workers.run(lambda: 42).result(0) == 42


def test_nothing_is_called_after_the_end() -> None:
    workers = Workers(at_once, 1)
    workers.close()

    late = workers.run(lambda: 42)

    with pytest.raises(BrummerError, match="the end"):
        late.result(0)
