"""Lines of a log to go to, one after the other: matches, errors, warnings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from brummer.core.index import Indexed, LineIndex
from brummer.core.pattern import Pattern

_SLASH: Final = re.compile(r"\\.|/", re.DOTALL)
_QUOTED: Final = re.compile(r'["\\]')

#: What stands before a text for each choice about capitals.
_CASES: Final = {None: "", False: "(?i)", True: "(?-i)"}


class Way(IntEnum):
    """Where to go: to newer lines or to older ones."""

    NEWER = 1
    OLDER = -1


class Stop(NamedTuple):
    """A line to go to; *wrapped* says that it was found beyond the end."""

    number: int
    wrapped: bool = False


def next_stop(found: Indexed, here: int, way: Way) -> Stop | None:
    """Return the line of *found* next to line *here*, or none if there are none.

    :raises LookupError: if it is not known yet.
    """
    if way is Way.NEWER:
        at = found.before(here + 1)
        known = here + 1 >= found.low or bool(found.problem)
    else:
        at = found.before(here) - 1
        known = True
    if not known:
        raise LookupError("older lines have to be looked at first")
    if 0 <= at < len(found):
        return Stop(found[at])
    if not found.complete and not found.problem:
        raise LookupError("not everything was looked at")
    if not len(found):
        return None
    return Stop(found[0 if way is Way.NEWER else len(found) - 1], wrapped=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody looks for: *text*, which *pattern* is made of."""

    text: str
    is_regex: bool = False
    #: Whether capitals count; ``None`` for when there is one.
    case: bool | None = None

    @property
    def pattern(self) -> Pattern:
        """What lines have to match.

        :raises UsageError: if it is none.
        """
        return Pattern(self.text, is_regex=self.is_regex, case=self.case)

    @property
    def expression(self) -> str:
        """The same in the words of filters."""
        if self.is_regex:
            body = _SLASH.sub(lambda m: r"\/" if m[0] == "/" else m[0], self.text)
            return f"{_CASES[self.case]}/{body}/"
        return f'{_CASES[self.case]}"' + _QUOTED.sub(r"\\\g<0>", self.text) + '"'


class Quest:
    """Goes from one line of *index* to another, when it is known which is next.

    *noun* is what they are called.

    Threads: the main thread only.
    """

    def __init__(self, noun: str, index: LineIndex) -> None:
        self.noun = noun
        self.index = index
        #: From where and which way somebody waits to go, and what to do then.
        self._wish: tuple[int, Way, Callable[[Stop | None], None]] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody waits."""
        return self._wish is not None

    def go(self, here: int, way: Way, then: Callable[[Stop | None], None]) -> None:
        """Call *then* with the line next to *here*, at once if it is known."""
        self._wish = (here, way, then)
        self.refresh()

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._wish = None

    def refresh(self) -> None:
        """Look at what is new, and go if it is known where to by now."""
        self.index.refresh()
        if self._wish is None:
            return
        here, way, then = self._wish
        try:
            stop = next_stop(self.index.found, here, way)
        except LookupError:
            return
        self._wish = None
        then(stop)

    def close(self) -> None:
        """Look no further."""
        self.forget()
        self.index.close()
