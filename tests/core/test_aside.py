"""Tests of what runs aside."""

from concurrent.futures import CancelledError, Future
from functools import partial

import pytest

from brummer.core.aside import MAX_TASKS, Tasks, settle
from brummer.errors import BrummerError


def test_what_a_function_returns_is_in_its_future() -> None:
    tasks = Tasks(most=1)

    future, needs_thread = tasks.add(lambda: 42)
    tasks.work()

    assert needs_thread
    assert future.result(0) == 42


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1)], ids=repr)
def test_what_a_function_raises_is_in_its_future(error: BaseException) -> None:
    tasks = Tasks(most=1)

    def fail() -> None:
        raise error

    future, _ = tasks.add(fail)
    after, _ = tasks.add(lambda: "next")
    tasks.work()

    assert future.exception(0) is error
    assert after.result(0) == "next"


def test_no_more_threads_are_asked_for_than_allowed() -> None:
    tasks = Tasks(most=2)

    asked = [tasks.add(lambda: None)[1] for _ in range(4)]

    assert asked == [True, True, False, False]
    assert (tasks.running, tasks.waiting) == (2, 4)


def test_one_thread_runs_all_that_waits_in_order() -> None:
    tasks = Tasks(most=1)
    ran: list[int] = []

    for number in range(5):
        tasks.add(partial(ran.append, number))
    tasks.work()

    assert ran == [0, 1, 2, 3, 4]
    assert (tasks.running, tasks.waiting) == (0, 0)


def test_a_function_that_was_cancelled_in_time_is_never_run() -> None:
    tasks = Tasks(most=1)
    ran: list[str] = []

    future, _ = tasks.add(lambda: ran.append("cancelled"))
    tasks.add(lambda: ran.append("other"))
    cancelled = future.cancel()
    tasks.work()

    assert cancelled
    assert ran == ["other"]


def test_too_many_are_refused() -> None:
    tasks = Tasks(most=1)
    for _ in range(MAX_TASKS):
        tasks.add(lambda: None)

    future, needs_thread = tasks.add(lambda: None)

    assert not needs_thread
    with pytest.raises(BrummerError, match="too much"):
        future.result(0)
    tasks.close()


def test_the_end_refuses_what_waits_and_what_comes() -> None:
    tasks = Tasks(most=1)
    waiting, _ = tasks.add(lambda: None)
    gone, _ = tasks.add(lambda: None)
    gone.cancel()

    tasks.close()
    late, needs_thread = tasks.add(lambda: None)

    assert not needs_thread
    assert gone.cancelled()
    for future in (waiting, late):
        assert isinstance(future.exception(0), BrummerError)


def test_a_cancelled_function_is_told_by_its_exception() -> None:
    tasks = Tasks(most=1)
    future, _ = tasks.add(lambda: None)

    future.cancel()
    tasks.work()

    with pytest.raises(CancelledError):
        future.result(0)


def test_settling_resolves_a_future() -> None:
    good: Future[int] = Future()
    bad: Future[int] = Future()

    settle(good, lambda: 1)
    settle(bad, lambda: 1 // 0)

    assert good.result(0) == 1
    assert isinstance(bad.exception(0), ZeroDivisionError)


def test_an_interrupt_is_told_and_leaves_nobody_waiting() -> None:
    tasks = Tasks(most=1)

    def interrupt() -> None:
        raise KeyboardInterrupt

    interrupted, _ = tasks.add(interrupt)
    after, _ = tasks.add(lambda: "next")
    with pytest.raises(KeyboardInterrupt):
        tasks.work()

    assert isinstance(interrupted.exception(0), KeyboardInterrupt)
    assert after.result(0) == "next"
    assert (tasks.running, tasks.waiting) == (0, 0)


def test_a_thread_that_comes_too_late_does_nothing() -> None:
    tasks = Tasks(most=1)
    done, _ = tasks.add(lambda: 1)
    tasks.work()

    tasks.work()

    assert done.result(0) == 1
    assert tasks.running == 0


def test_what_is_added_by_what_ends_is_run_too() -> None:
    tasks = Tasks(most=1)
    ran: list[int] = []
    done, _ = tasks.add(lambda: 1)
    done.add_done_callback(lambda _: tasks.add(lambda: ran.append(2)))

    tasks.work()

    assert ran == [2]
    assert (tasks.running, tasks.waiting) == (0, 0)
