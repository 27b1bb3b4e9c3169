"""What a line of a test runner means."""

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import cache
from typing import Final, TypedDict

from typing_extensions import Unpack

#: Compiles an expression once: all of them at the start would take too long.
compiled: Final = cache(re.compile)


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
    """A line that holds one of *literals* and is matched by *match* from its beginning.

    Groups of *match*: ``test`` is the name of a test; ``tally`` (or all) holds
    counts in words, ``seconds`` a time; a *part* that comes again begins another
    run.  *needs* says that a run of the same runner is known, *after* what the line
    before it has to be.
    """

    runner: str
    step: Step
    literals: tuple[bytes, ...]
    match: str
    needs: bool = False
    after: str = ""

    def expression(self) -> "re.Pattern[str]":
        """Return *match*, compiled when the first line comes that may need it."""
        return compiled(self.match)


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
        match=match,
        needs=also.get("needs", False),
        after=also.get("after", ""),
    )
