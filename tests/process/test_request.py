import logging
from concurrent.futures import Future

import pytest

from brummer.errors import BrummerError
from brummer.process.request import (
    Request,
    fail,
    fail_all,
    promise,
    resolve,
    resolve_all,
    when_all,
)


def test_an_action_answers_through_its_future() -> None:
    request = Request[int](lambda future: resolve(future, 3))

    request.perform()

    assert request.future.result(0) == 3


def test_a_refused_action_is_not_run() -> None:
    ran: list[object] = []
    request = Request[None](ran.append)

    request.refuse(BrummerError("too late"))

    assert not ran
    assert str(request.future.exception(0)) == "too late"


def refuse(_: object) -> None:
    raise BrummerError("no such process")


def crash(_: object) -> None:
    raise SystemExit(3)


def test_what_users_can_act_on_is_answered_and_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    request = Request[None](refuse)

    request.perform()

    assert str(request.future.exception(0)) == "no such process"
    assert not caplog.records


def test_a_bug_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    request = Request[None](crash)

    with caplog.at_level(logging.ERROR):
        request.perform()

    assert isinstance(request.future.exception(0), SystemExit)
    assert len(caplog.records) == 1


def test_nobody_can_cancel_what_was_asked_for() -> None:
    future: Future[None] = promise()

    assert not future.cancel()


def test_the_first_answer_stays() -> None:
    future: Future[int] = promise()

    resolve(future, 1)
    resolve(future, 2)
    fail(future, BrummerError("late"))

    assert future.result(0) == 1


def test_all_who_wait_are_answered_once() -> None:
    waiting: list[Future[int]] = [promise(), promise()]
    first, second = waiting

    resolve_all(waiting, 5)

    assert (first.result(0), second.result(0)) == (5, 5)
    assert not waiting


def test_who_begins_to_wait_during_an_answer_is_kept_for_the_next() -> None:
    late: Future[int] = promise()
    waiting: list[Future[int]] = [promise()]
    waiting[0].add_done_callback(lambda _: waiting.append(late))

    resolve_all(waiting, 5)

    assert waiting == [late]


def test_all_who_wait_can_be_told_why_in_vain() -> None:
    waiting: list[Future[int]] = [promise(), promise()]
    first, second = waiting

    fail_all(waiting, "the end")

    assert str(first.exception(0)) == str(second.exception(0)) == "the end"
    assert first.exception(0) is not second.exception(0)


def test_nothing_to_wait_for_is_done_at_once() -> None:
    done: Future[None] = promise()

    when_all(list[Future[int]](), done)

    assert done.result(0) is None


def test_waiting_for_all_ends_with_the_last() -> None:
    futures: list[Future[int]] = [promise(), promise()]
    done: Future[None] = promise()
    when_all(futures, done)

    resolve(futures[1], 1)
    early = done.done()
    resolve(futures[0], 1)

    assert not early
    assert done.result(0) is None


def test_waiting_for_all_fails_with_the_first_failure() -> None:
    futures: list[Future[int]] = [promise(), promise()]
    done: Future[None] = promise()
    when_all(futures, done)

    fail(futures[1], BrummerError("first"))
    fail(futures[0], BrummerError("second"))

    assert str(done.exception(0)) == "first"
