"""Tests of what commands answer."""

from concurrent.futures import Future

import pytest

from brummer.app.answer import mapped, nothing


def test_a_result_is_made_into_the_answer() -> None:
    future: Future[int] = Future()
    answer = mapped(future, str)

    future.set_result(7)

    assert answer.result(1) == "7"


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3)])
def test_an_exception_is_passed_on(error: BaseException) -> None:
    future: Future[int] = Future()
    answer = mapped(future, nothing)

    future.set_exception(error)

    assert answer.exception(1) is error


def test_what_the_making_raises_is_the_answer() -> None:
    future: Future[int] = Future()
    answer = mapped(future, lambda value: 1 // value)

    future.set_result(0)

    assert isinstance(answer.exception(1), ZeroDivisionError)
