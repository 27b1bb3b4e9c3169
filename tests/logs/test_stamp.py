"""Tests of times in lines."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.stamp import moment_of, stamp_of

#: A noon in Berlin, which is two hours ahead of UTC then.
READ = datetime(2026, 5, 4, 10, 0, 5, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def said(text: str, read: float = READ) -> str | None:
    """Return the time that *text* says, in UTC."""
    stamp = stamp_of(text, read)
    if stamp is None:
        return None
    return datetime.fromtimestamp(stamp.time, UTC).isoformat().removesuffix("+00:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04T10:00:00Z INFO x", "2026-05-04T10:00:00"),
        ("2026-05-04T10:00:00.123456789Z x", "2026-05-04T10:00:00.123456"),
        ("2026-05-04T12:00:00+02:00 x", "2026-05-04T10:00:00"),
        ("2026-05-04T05:30:00-0430 x", "2026-05-04T10:00:00"),
        ("2026-05-04 10:00:00.884 UTC [1778] LOG:  x", "2026-05-04T10:00:00.884000"),
        ("2026-05-04 12:00:00,358 - db - INFO - x", "2026-05-04T10:00:00.358000"),
        ("[2026-05-04 12:00:00 +0200] [12] [INFO] x", "2026-05-04T10:00:00"),
        ("2026/05/04 12:00:00 [error] 12#12: x", "2026-05-04T10:00:00"),
        ("[GIN] 2026/05/04 - 12:00:00 | 200 |", "2026-05-04T10:00:00"),
        ('1.1.1.1 - - [04/May/2026:10:00:00 +0000] "GET', "2026-05-04T10:00:00"),
        ('[04/May/2026 12:00:00] "GET / HTTP/1.1" 200', "2026-05-04T10:00:00"),
        (
            "[Mon May 04 12:00:00.123456 2026] [core:error]",
            "2026-05-04T10:00:00.123456",
        ),
        ("1:M 04 May 2026 12:00:00.123 * Ready", "2026-05-04T10:00:00.123000"),
        ("May 04, 2026 12:00:00 PM M main", "2026-05-04T10:00:00"),
        ("[Nest] 5  - 05/04/2026, 12:00:00 PM   LOG x", "2026-05-04T10:00:00"),
        ("<11>May  4 12:00:00 shop sshd[8]: x", "2026-05-04T10:00:00"),
        ("I0504 12:00:00.811226   32 main.go:22] x", "2026-05-04T10:00:00.811226"),
        ("12:00:00.360 [main] ERROR db -- x", "2026-05-04T10:00:00.360000"),
        ("12:00PM INF x", "2026-05-04T10:00:00"),
        ("12:00:00 AM [vite] x", "2026-05-03T22:00:00"),
        ("1777888800 x", "2026-05-04T10:00:00"),
        ("[1777888800.25] x", "2026-05-04T10:00:00.250000"),
        ("1777888800123 x", "2026-05-04T10:00:00.123000"),
        ("1777888800123456 x", "2026-05-04T10:00:00.123456"),
        ("1777888800000000000 x", "2026-05-04T10:00:00"),
    ],
)
def test_times_are_recognised(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no time at all",
        "port 8080",
        "2026-13-04T10:00:00Z",
        "2026-05-32",
        "25:00:00 x",
        "at app.js:12:30:10",
        "1.2.3.4:80:00:00",
        "12345678901 x",
        "123456789 x",
        "x" * 100 + " 2026-05-04T10:00:00Z",
    ],
)
def test_what_is_no_time_is_not(text: str) -> None:
    assert said(text) is None


def test_where_it_stands_is_told() -> None:
    text = "[2026-05-04T10:00:00Z] x"

    stamp = stamp_of(text, READ)

    assert stamp is not None
    assert text[stamp.begin : stamp.end] == "2026-05-04T10:00:00Z"


def test_a_missing_zone_is_that_of_the_clock_that_fits() -> None:
    assert said("2026-05-04 12:00:00 local") == "2026-05-04T10:00:00"
    assert said("2026-05-04 10:00:00 in a container") == "2026-05-04T10:00:00"
    assert said("2026-05-04 03:00:00 of old") == "2026-05-04T01:00:00"


def test_a_missing_day_is_the_nearest() -> None:
    midnight = datetime(2026, 5, 3, 22, 0, 1, tzinfo=UTC).timestamp()

    assert said("23:59:59 x", midnight) == "2026-05-03T21:59:59"
    assert said("00:00:00 x", midnight) == "2026-05-03T22:00:00"


def test_a_missing_year_is_the_nearest() -> None:
    new_year = datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC).timestamp()

    assert said("Dec 31 23:59:59 shop x", new_year) == "2026-12-31T22:59:59"
    assert said("Jan  1 00:00:00 shop x", new_year) == "2026-12-31T23:00:00"


@pytest.mark.parametrize("number", [0, -1, 1, 10**8, 10**30, 10**400, float("inf")])
def test_a_number_that_is_no_time_is_none(number: float) -> None:
    assert moment_of(number) is None


@given(st.text(alphabet="0123456789:-/. TZ,+JanFebMay[]", max_size=60))
def test_nothing_is_too_odd(text: str) -> None:
    stamp = stamp_of(text, READ)

    assert stamp is None or 0 <= stamp.begin < stamp.end <= len(text)
