"""The lines of a log that a condition is true of, a stretch at a time.

For those who read a log in its order, forwards or from its end, in memory and in
files.  Each stretch is looked at in a moment; whoever wants no more stops asking.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from brummer.logs.condition import Condition
from brummer.logs.strip import Strip, of_memory
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId

#: Lines that are looked at in one go: few at first, and more where little is found.
STRIDE: Final = 5_000
LONGEST: Final = 80_000

_number: Final = attrgetter("number")


class Source(Protocol):
    """A log that can be looked at in bulk.

    Threads: any, several at once.
    """

    def strips(
        self, first: int, stop: int, process: ProcessId | None = None
    ) -> Iterator[Strip]:
        """Yield lines *first* to before *stop* of *process*, or of all merged.

        In no order; each line is in one strip, if it is there.
        """


@dataclass(frozen=True, slots=True)
class Memory:
    """The lines that *snapshot* has.

    Threads: frozen, so safe in any.
    """

    snapshot: LogSnapshot

    def strips(
        self, first: int, stop: int, process: ProcessId | None = None
    ) -> Iterator[Strip]:
        """Yield lines *first* to before *stop*, in order."""
        return of_memory(self.snapshot, first, stop, process)


class Sifted(NamedTuple):
    """The *entries* that came through, and before which line to go on: *next*."""

    entries: list[LogEntry]
    next: int


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets through the lines of the log of *process*, or of all, that have an end.

    Threads: frozen, so safe in any.
    """

    source: Source
    condition: Condition
    process: ProcessId | None = None

    def oldest(
        self, first: int, stop: int, count: int, goes_on: Callable[[], bool]
    ) -> Sifted:
        """Return the first *count* lines that come through from line *first* on.

        They are in order.  Looks up to line *stop*, or until *goes_on* says no,
        which it is asked between two stretches.

        :raises PatternTooSlowError: if a pattern takes too long.
        """
        entries: list[LogEntry] = []
        stride = STRIDE
        while first < stop and len(entries) < count:
            end = min(first + stride, stop)
            wanted = count - len(entries)
            found = _least(wanted, self._found(first, end), end - first)
            entries += found
            first = found[-1].number + 1 if len(found) == wanted else end
            stride = _next(stride, len(found))
            if not goes_on():
                break
        return Sifted(entries, first)

    def newest(
        self, first: int, stop: int, count: int, goes_on: Callable[[], bool]
    ) -> Sifted:
        """Return the last *count* lines that come through before line *stop*.

        As :meth:`oldest`, but from the end, back to line *first*.
        """
        entries: list[LogEntry] = []
        stride = STRIDE
        while first < stop and len(entries) < count:
            begin = max(first, stop - stride)
            wanted = count - len(entries)
            found = heapq.nlargest(wanted, self._found(begin, stop), key=_number)
            entries[:0] = reversed(found)
            stop = found[-1].number if len(found) == wanted else begin
            stride = _next(stride, len(found))
            if not goes_on():
                break
        return Sifted(entries, stop)

    def _found(self, first: int, stop: int) -> Iterator[LogEntry]:
        for strip in self.source.strips(first, stop, self.process):
            found = self.condition.select(strip.block, strip.among)
            yield from strip.entries(found)


def _least(wanted: int, entries: Iterator[LogEntry], most: int) -> list[LogEntry]:
    """Return the first of *entries* by their numbers; there are *most* at most.

    No more is kept of them than is wanted, unless that is nearly all.
    """
    if most <= 4 * wanted:
        return sorted(entries, key=_number)[:wanted]
    return heapq.nsmallest(wanted, entries, key=_number)


def _next(stride: int, found: int) -> int:
    """Return how many lines to look at next, after so many that had *found*."""
    return min(2 * stride, LONGEST) if 4 * found < stride else STRIDE
