"""The lines of a log that a condition is true of, oldest first, a stretch at a time.

For those who read a log from front to back and follow it; who looks for the newest
of many lines searches (:mod:`brummer.logs.search`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from brummer.logs.block import Block, in_order, of_segments
from brummer.logs.condition import Condition
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogEntry, LogExtent
from brummer.model.process import ProcessId


class Sifted(NamedTuple):
    """What there is in a stretch of a log.

    *entries* are numbered as the log they were asked from.  Of the lines before
    number *next* all were looked at; there the next stretch begins.
    """

    extent: LogExtent
    entries: tuple[LogEntry, ...]
    next: int


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets through the lines of the log of *process*, or of all, that have an end.

    Threads: frozen, so safe in any.
    """

    condition: Condition
    process: ProcessId | None = None

    def sift(self, snapshot: LogSnapshot, first: int, count: int) -> Sifted:
        """Return what comes through of *count* lines from number *first* on.

        A *first* below the extent is moved up to it.

        :raises PatternTooSlowError: if a pattern takes too long.
        """
        view = snapshot.view(self.process)
        first = max(first, view.extent.first)
        stop = max(first, min(first + count, view.whole))
        entries = [
            entry
            for number, block in self._blocks(snapshot, first, stop)
            for entry in self._through(block, number, first, stop)
        ]
        return Sifted(view.extent, tuple(entries), stop)

    def _blocks(
        self, snapshot: LogSnapshot, first: int, stop: int
    ) -> Iterator[tuple[int, Block]]:
        """Yield what is in the log, with the numbers of the blocks' first lines."""
        if self.process is None:
            yield from in_order(snapshot, first, stop)
        elif first < stop:
            view = snapshot.view(self.process)
            yield first, of_segments(view.segments(first, stop))

    def _through(
        self, block: Block, number: int, first: int, stop: int
    ) -> Iterator[LogEntry]:
        begin, end = max(block.first, first - number), min(block.lines, stop - number)
        found = self.condition.select(block, range(begin, max(begin, end)))
        for line, data in zip(found, block.printed(found), strict=True):
            process, stream, time, _ = block.origin(line)
            yield LogEntry(number + line, process, stream, time, data)
