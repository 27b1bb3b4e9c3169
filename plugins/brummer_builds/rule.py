"""What a line of a build tool means."""

import re
from dataclasses import dataclass
from enum import Flag, auto
from functools import cache
from typing import Final

#: Compiles an expression once: all of them at the start would take too long.
compiled: Final = cache(re.compile)


class Step(Flag):
    """What a line does to the build that it tells of."""

    #: It is the first of a build.
    BEGINS = auto()
    #: The same build goes on.
    GOES_ON = auto()
    #: The build ended, well or not; *errors* says how many there are.
    WORKED = auto()
    BROKE = auto()
    #: It ended, and how is known from what came before.
    ENDED = auto()
    #: It tells of one error.
    ERROR = auto()
    #: It comes after the end, and belongs to the build all the same.
    LATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line that holds one of *literals* and is matched by *match* from its beginning.

    Groups of *match*: ``errors`` and ``warnings`` are counts, ``seconds`` is a time.
    *needs* says that a build of the same tool is known.
    """

    tool: str
    step: Step
    literals: tuple[bytes, ...]
    match: str
    needs: bool = False

    def expression(self) -> "re.Pattern[str]":
        """Return *match*, compiled when the first line comes that may need it."""
        return compiled(self.match)


def rule(
    tool: str, step: Step, literals: str, match: str, *, needs: bool = False
) -> Rule:
    """Return a rule; *literals* are separated by ``|``."""
    words = tuple(word.lower().encode() for word in literals.split("|"))
    return Rule(tool=tool, step=step, literals=words, match=match, needs=needs)
