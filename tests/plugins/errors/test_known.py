"""The errors that commands tell of."""

from dataclasses import replace

import pytest

import brummer
from brummer_errors.known import KnownErrors


def error(number: int = 1, **fields: object) -> brummer.Finding:
    return brummer.Finding(
        kind=brummer.FindingKind.ERROR,
        title=f"error {number}",
        process=brummer.ProcessId("web-1"),
        time=1.0,
        line=number,
        fingerprint=f"f{number}",
        frames=(brummer.Frame(file="app.py", line=7, function="pay"),),
    )


def test_errors_are_listed_the_newest_last() -> None:
    known = KnownErrors()
    for number in (1, 2, 1):
        known.add(error(number))

    assert [row["id"] for row in known.listing()] == ["f2", "f1"]


def test_what_is_over_keeps_its_place() -> None:
    known = KnownErrors()
    for number in (1, 2):
        known.add(error(number))

    known.add(replace(error(1), resolved=3.0))
    known.add(replace(error(9), resolved=3.0))

    assert [(row["id"], row["resolved"]) for row in known.listing()] == [
        ("f1", 3.0),
        ("f2", 0.0),
    ]


def test_what_is_no_error_is_not_remembered() -> None:
    known = KnownErrors()
    known.add(
        brummer.Finding(
            kind=brummer.FindingKind.URL,
            title="x",
            process=brummer.ProcessId("web-1"),
            time=1.0,
        )
    )

    assert known.listing() == []


def test_so_many_are_remembered() -> None:
    known = KnownErrors()
    for number in range(600):
        known.add(error(number))

    assert len(known.listing()) == 500
    assert known.listing()[0]["id"] == "f100"


def test_one_is_told_with_its_frames_and_lines() -> None:
    known = KnownErrors()
    known.add(error(3))

    told = known.one("f3")

    assert told["log"] == {"first": 3, "end": 4}
    assert told["frames"] == [
        {"file": "app.py", "line": 7, "column": 0, "function": "pay", "own": True}
    ]


def test_one_that_is_unknown_is_an_error() -> None:
    with pytest.raises(brummer.BrummerError, match=r"no error 'x'; errors\.list"):
        KnownErrors().one("x")
