"""What a kind of error looks like, as the pattern files say it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from brummer_errors.regex import Regex

#: The state in which every pattern begins.
BODY: Final = "body"


class Role(StrEnum):
    """What a line is to the error that it belongs to."""

    #: Its type and message, which hold from now on.
    HEAD = "head"
    #: One call on its stack.
    FRAME = "frame"
    #: Something that leads to it, with a type and message of its own.
    CAUSE = "cause"
    #: All until here was the cause of what follows.
    CHAIN = "chain"
    #: The stack until here was that of who reports it.
    RESET = "reset"
    #: It tells something that was not known.
    FIELD = "field"
    #: It tells something, to others as well: it is not one of its lines.
    ASIDE = "aside"
    #: It belongs to it.
    MORE = "more"
    #: It belongs to it, and is the last line.
    LAST = "last"
    #: It does not belong, and the error is over.
    STOP = "stop"
    #: It shows that there was no error of this kind.
    DROP = "drop"


class Otherwise(StrEnum):
    """What becomes of a line that no rule knows."""

    #: The error is over.
    END = "end"
    #: It belongs to the error.
    TAKE = "take"
    #: It is somebody else's; more may come.
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one line of an error looks like.

    It holds in the *states* given, in all if there are none, and for the line that
    is *at* that place only (the first line is 0), if it is not ``None``; then the
    state is *to*.
    """

    match: Regex
    role: Role = Role.MORE
    states: tuple[str, ...] = ()
    to: str = ""
    at: int | None = None

    def holds(self, state: str, at: int) -> bool:
        """Whether to look at it in *state*, *at* so many lines from the first."""
        return (self.at is None or self.at == at) and (
            not self.states or state in self.states
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What may stand before the line at which an error is recognised.

    It is looked for upwards, *within* so many lines, and not above one that is
    *unless*, or is not *past* where that is given.  It is the first line of the error
    from then on.  What is *required* has to be there.  *same* is a field that has to
    be the same in both lines; with *replay* the lines in between are read as those of
    the error.
    """

    match: Regex
    role: Role = Role.FIELD
    within: int = 1
    required: bool = False
    unless: Regex | None = None
    past: Regex | None = None
    same: str = ""
    replay: bool = False

    def goes_past(self, line: bytes) -> bool:
        """Whether what is looked for may stand above *line*."""
        if self.unless is not None and self.unless.fields(line) is not None:
            return False
        return self.past is None or self.past.fields(line) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One kind of error of one tool.

    *role* is that of the first line, or ``drop`` for what looks like an error and is
    none; a line that is *unless* begins nothing.
    *needs* are the fields without which it is none; *innermost* says which of the
    frames is: the ``first`` or the ``last`` that is printed.  Frames whose function
    is *foreign* are not of the project.
    """

    name: str
    start: Regex
    literals: tuple[bytes, ...]
    role: Role = Role.HEAD
    unless: Regex | None = None
    language: str = ""
    severity: str = "error"
    type: str = ""
    needs: tuple[str, ...] = ()
    innermost: str = "first"
    foreign: Regex | None = None
    otherwise: Otherwise = Otherwise.END
    #: Empty lines in a row that may stand within it.
    blanks: int = 1
    before: tuple[Look, ...] = ()
    line: tuple[Rule, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def is_one_line(self) -> bool:
        """Whether its first line is all of it."""
        return not self.line and self.otherwise is Otherwise.END
