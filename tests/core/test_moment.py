"""Tests of moments."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from brummer.core.moment import moment


@pytest.mark.parametrize(
    ("word", "seconds"),
    [("0s", 0), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("1d", 86400)],
)
def test_a_duration_has_passed(word: str, seconds: float) -> None:
    before = time.time()

    assert before - seconds <= moment(word) <= time.time() - seconds


@pytest.mark.parametrize("word", ["99999999d", "9" * 400 + "s"])
def test_longer_ago_than_computers_count_is_when_they_began(word: str) -> None:
    assert moment(word) == 0


def test_a_time_of_day_is_the_last_such() -> None:
    for hour in range(24):
        then = moment(f"{hour}:30")

        assert 0 <= time.time() - then < 86_400 + 3700
        assert datetime.fromtimestamp(then).astimezone().strftime("%H:%M") == (
            f"{hour:02}:30"
        )


@pytest.fixture
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where the clock is put forward on the last Sunday in March."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_berlin")
@pytest.mark.parametrize(
    ("word", "utc"), [("01:30", "2026-03-29T00:30"), ("23:50", "2026-03-28T22:50")]
)
def test_a_time_before_the_clock_was_put_forward_is_what_it_was_then(
    word: str, utc: str
) -> None:
    noon = datetime.fromisoformat("2026-03-29T10:00+00:00").timestamp()

    then = moment(word, lambda: noon)

    assert then == datetime.fromisoformat(f"{utc}+00:00").timestamp()


def test_seconds_may_be_said() -> None:
    assert datetime.fromtimestamp(moment("14:30:05")).astimezone().second == 5


def test_a_date_is_its_midnight_and_may_have_a_time_and_a_zone() -> None:
    midnight = datetime.fromtimestamp(moment("2026-05-04")).astimezone()

    assert midnight.strftime("%Y-%m-%d %H:%M") == "2026-05-04 00:00"
    assert moment("2026-05-04T14:30:00+00:00") == 1777905000.0


@pytest.mark.parametrize(
    "word",
    [
        *("", "yesterday", "10", "10 m", "25:00", "-5m", "1e9"),
        *("0001-01-01", "9999-12-31T23:59:59-12:00"),
    ],
)
def test_what_is_no_moment_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is none of 10s, 5m,") as refusal:
        moment(word)

    assert str(refusal.value).startswith(repr(word))
