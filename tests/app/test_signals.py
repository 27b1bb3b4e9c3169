"""Tests of noting signals that ask for the end."""

import signal
import threading
from concurrent.futures import Future

import pytest

from brummer.app.signals import ENDING, EndSignals
from tests.support.wait import LIMIT


def test_a_signal_is_noted_and_has_its_exit_code() -> None:
    with EndSignals() as signals:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)

        assert (signals.count, signals.code) == (2, 143)


def test_without_one_there_is_no_code() -> None:
    with EndSignals() as signals:
        assert (signals.count, signals.code) == (0, None)


def test_answers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in ENDING]

    with EndSignals():
        pass

    assert [signal.getsignal(number) for number in ENDING] == before


def test_a_terminal_that_closes_hangs_up_more_than_once_and_is_not_impatient() -> None:
    with EndSignals() as signals:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        assert signals.count == 1

        signal.raise_signal(signal.SIGINT)
        assert (signals.count, signals.code) == (2, 129)


def test_under_nohup_nobody_hangs_up() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with EndSignals() as signals:
            signal.raise_signal(signal.SIGHUP)

            assert signals.count == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_wait_ends_with_its_future() -> None:
    future: Future[None] = Future()
    with EndSignals() as signals:
        timer = threading.Timer(0.01, future.set_result, [None])
        timer.start()

        assert signals.wait(future, LIMIT, known=0)
        timer.join()


def test_a_wait_ends_with_its_time() -> None:
    with EndSignals() as signals:
        assert not signals.wait(Future(), 0.01, known=0)


@pytest.mark.parametrize("number", ENDING)
def test_a_wait_ends_with_a_signal(number: int) -> None:
    with EndSignals() as signals:
        timer = threading.Timer(
            0.01, signal.pthread_kill, [threading.main_thread().ident, number]
        )
        timer.start()

        assert not signals.wait(Future(), LIMIT, known=0)
        timer.join()
        assert signals.count == 1


def test_a_signal_that_is_known_ends_no_wait() -> None:
    future: Future[None] = Future()
    with EndSignals() as signals:
        signal.raise_signal(signal.SIGINT)
        timer = threading.Timer(0.01, future.set_result, [None])
        timer.start()

        assert signals.wait(future, LIMIT, known=1)
        timer.join()


def test_who_wants_to_know_is_told_what_came_and_what_comes() -> None:
    told: list[int] = []
    with EndSignals() as signals:
        signal.raise_signal(signal.SIGTERM)
        signals.tell(told.append)
        signal.raise_signal(signal.SIGINT)

    assert told == [signal.SIGTERM, signal.SIGINT]
