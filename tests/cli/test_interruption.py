"""Tests of what ends a program on the way."""

import signal
from collections.abc import Iterator

import pytest

from brummer.cli.interruption import ended_in_order


@pytest.fixture
def hung_up() -> Iterator[list[int]]:
    """Return what is noted of each SIGHUP that nobody else takes."""
    noted: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _: noted.append(number))
    yield noted
    signal.signal(signal.SIGHUP, before)


def test_what_ends_the_program_does_so_after_the_block(hung_up: list[int]) -> None:
    put_in_order: list[int] = []

    with ended_in_order():
        try:
            signal.raise_signal(signal.SIGHUP)
        except KeyboardInterrupt:
            put_in_order += [0, *hung_up]

    assert put_in_order == [0]
    assert hung_up == [signal.SIGHUP]


@pytest.mark.usefixtures("hung_up")
def test_what_is_ignored_stays_so() -> None:
    """As ``nohup`` asks for."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with ended_in_order():
        signal.raise_signal(signal.SIGHUP)
        is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    assert is_ignored
