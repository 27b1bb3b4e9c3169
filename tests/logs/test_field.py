"""Tests of the fields of expressions."""

import re
import time
from pathlib import Path

import pytest

from brummer.logs.claim import IsFound
from brummer.logs.condition import Any, Condition, IsBetween
from brummer.logs.field import FIELDS, made, near
from brummer.logs.outset import BeginsError
from brummer.logs.tag import TAGS
from brummer.model.level import Level
from brummer.model.log import Stream

MANUAL = (Path(__file__).parents[2] / "man" / "brumctl.1").read_text("utf-8")
FILTERS = MANUAL.partition(".Sh FILTERS")[2].partition(".Sh")[0]


FOUND = IsFound(tuple)
BEGINS = BeginsError(tuple)


def condition(name: str, *values: str, operator: str = ":") -> Condition:
    return made(name, operator, list(values), {"finding": FOUND, "error": BEGINS})


def test_times_pass() -> None:
    since = condition("since", "10m")

    assert isinstance(since, IsBetween)
    assert 590 < time.time() - since.since < 700
    assert since.until == float("inf")


def test_times_may_be_those_of_a_clock_or_a_date() -> None:
    assert condition("until", "2026-05-04T12:30:00Z") == IsBetween(until=1777897800.0)
    assert condition("since", "2026-05-04T12:30:00,5Z") == IsBetween(1777897800.5)


def test_findings_are_asked_for_when_somebody_looks() -> None:
    assert condition("is", "finding") == FOUND
    assert condition("is", "finding", "finding") == Any((FOUND, FOUND))
    assert condition("is", "error") == BEGINS


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_says_what_it_takes(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        condition(name, "\0", operator=">=" if name != "priority" else ":")


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    assert near("levle", FIELDS) == "; did you mean level?"
    assert near("colour", FIELDS) == ""


def test_the_manual_shows_every_field_and_no_other() -> None:
    shown = re.findall(r"\bIc ([a-z]+)(?::|>=)", FILTERS)

    assert sorted({*shown, "is"}) == sorted(FIELDS)
    assert "is:finding" in FILTERS
    assert "is:error" in FILTERS


@pytest.mark.parametrize("word", [*TAGS, *(level.word for level in Level), *Stream])
def test_the_manual_shows_what_can_be_asked_for(word: str) -> None:
    assert re.search(rf"^(?:\.Ic )?(?:.*[ ,])?{word}\b", FILTERS, re.MULTILINE)
