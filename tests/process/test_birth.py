import os
import subprocess
import sys

import pytest

from brummer.process import birth
from brummer.process.birth import Births
from brummer.process.table import highest


class Told:
    """A system that tells which number it handed out last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.newest = 500
        monkeypatch.setattr(birth, "newest", lambda: self.newest)
        monkeypatch.setattr(birth, "highest", lambda: 999)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_who_was_born_last_comes_first_and_comes_once(told: Told) -> None:
    births = Births()
    told.newest = 503

    first, second = births.numbers(), births.numbers()

    assert list(first) == [503, 502, 501]
    assert not second


def test_births_are_counted_from_an_earlier_one(told: Told) -> None:
    assert list(Births(498).numbers()) == [500, 499]
    assert told.newest == 500


def test_numbers_begin_anew_after_the_highest(told: Told) -> None:
    told.newest = 997
    births = Births()
    told.newest = 2

    numbers = births.numbers()

    assert list(numbers) == [2, 1, 999, 998]


@pytest.mark.parametrize("newest", [10**6, 1])
def test_of_very_many_only_the_latest_are_asked_for(told: Told, newest: int) -> None:
    births = Births(10**7 if newest == 1 else 0)
    told.newest = newest

    numbers = births.numbers()

    assert len(numbers) <= 4096
    assert numbers[0] == newest


def test_we_are_not_born_when_the_numbers_pass_by_us(told: Told) -> None:
    own = os.getpid()
    births = Births(own - 2)
    told.newest = own + 1

    assert list(births.numbers()) == [own + 1, own - 1]


def test_where_nothing_is_told_nobody_is_born(told: Told) -> None:
    told.newest = 0

    assert not Births().numbers()


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
def test_a_real_birth_is_told() -> None:
    births = Births()
    popen = subprocess.Popen(["true"])

    numbers = births.numbers()
    popen.wait()

    assert popen.pid in numbers
    assert os.getpid() not in numbers
    assert all(0 < number <= highest() for number in numbers)
