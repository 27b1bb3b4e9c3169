"""Tests of back-off and circuit breaker."""

from random import Random

from brummer.mcp.hub.patience import Patience
from brummer.mcp.hub.timing import Timing


def test_pauses_double_up_to_a_cap() -> None:
    patience = Patience(Timing(failures=100, jitter=0.0), Random(1))

    assert [patience.fail() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_pauses_are_a_little_longer_each_by_another_part_and_never_shorter() -> None:
    patience = Patience(Timing(failures=10_000, first=8.0, cap=8.0), Random(1))

    pauses = [patience.fail() for _ in range(1000)]

    assert 8.0 <= min(pauses) < 8.1
    assert 8.7 < max(pauses) < 8.81


def test_failures_in_a_row_open_the_breaker_and_each_one_after_that_again() -> None:
    patience = Patience(Timing(), Random(1))

    spent = [(patience.fail() == Timing().rest, patience.is_spent) for _ in range(7)]

    assert spent == [(False, False)] * 4 + [(True, True)] * 3


def test_success_closes_the_breaker() -> None:
    patience = Patience(Timing(), Random(1))
    for _ in range(5):
        patience.fail()

    patience.succeed()

    assert not patience.is_spent
    assert patience.fail() < Timing().rest


def test_many_failures_are_no_problem_for_arithmetic() -> None:
    patience = Patience(Timing(failures=10_000), Random(1))

    for _ in range(5_000):
        pause = patience.fail()

    assert pause < 33.1
