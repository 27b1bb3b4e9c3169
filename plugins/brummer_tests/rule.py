"""What a line of a test runner means."""

import re
from dataclasses import dataclass
from enum import Flag, auto
from typing import TypedDict

from typing_extensions import Unpack


class Step(Flag):
    """What a line does to the run that it tells of."""

    #: It is the first of a run.
    BEGINS = auto()
    #: The same run goes on, with another part.
    GOES_ON = auto()
    #: It names a test that failed.
    FAILED = auto()
    #: It counts tests, all of them or those of one part.
    COUNTS = auto()
    ADDS = auto()
    #: It says how long all of it took, or one part.
    TIMES = auto()
    #: It is one test, and how it went.
    PASSED_ONE = auto()
    SKIPPED_ONE = auto()
    #: The run is over.
    ENDS = auto()
    #: It comes after the end, and belongs to the run all the same.
    LATE = auto()
    #: The names of tests that failed follow.
    LISTS = auto()
    #: It tells that something failed.
    BREAKS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line that holds one of *literals* and is matched by *match*.

    Groups of *match*: ``test`` is the name of a test; ``tally`` (or all) holds
    counts in words, ``seconds`` a time; a *part* that comes again begins another
    run.  *needs* says that a run of the same runner is known, *after* what the line
    before it has to be.
    """

    runner: str
    step: Step
    literals: tuple[bytes, ...]
    match: re.Pattern[str]
    needs: bool = False
    after: re.Pattern[str] | None = None


class _Also(TypedDict, total=False):
    """What a rule may ask for besides."""

    needs: bool
    after: str


def rule(
    runner: str, step: Step, literals: str, match: str, **also: Unpack[_Also]
) -> Rule:
    """Return a rule; *literals* are separated by ``|``."""
    words = tuple(word.lower().encode() for word in literals.split("|"))
    return Rule(
        runner=runner,
        step=step,
        literals=words,
        match=re.compile(match),
        needs=also.get("needs", False),
        after=re.compile(also["after"]) if "after" in also else None,
    )
