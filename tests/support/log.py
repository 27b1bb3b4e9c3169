"""Logs made of plain lists, and indexes of them."""

from collections.abc import Callable
from typing import NamedTuple

from brummer.core.index import Indexed, Wanted
from brummer.errors import UsageError
from brummer.logs.block import of_segments
from brummer.logs.condition import All, Any, Condition, Not
from brummer.logs.expression import parse
from brummer.model.log import LogEntry, LogExtent, LogWindow, Segment


class FakeLog(NamedTuple):
    """The lines of one process or of all; *entries* is only ever appended to."""

    first: int
    entries: list[LogEntry]

    def extent(self) -> LogExtent:
        """Return which lines there are."""
        end = self.first + len(self.entries)
        return LogExtent(end + self.first, self.first, end)

    def window(self, first: int, count: int) -> LogWindow:
        """Return some of them."""
        start = max(0, first - self.first)
        return LogWindow(
            self.extent(), tuple(self.entries[start : start + max(0, count)])
        )


class FakeIndex:
    """Looks at every line whenever there is a new one.

    *log* returns the lines, or ``None`` as long as nothing is to be found.
    """

    def __init__(self, log: Callable[[], FakeLog | None], wanted: Wanted) -> None:
        self.wanted = wanted
        self.is_open = True
        self._log = log
        self._seen: LogExtent | None = None
        self.found = Indexed()

    def refresh(self) -> None:
        """Look at every line there is."""
        log = self._log()
        if log is None or not self.is_open or self._seen == log.extent():
            return
        self._seen = log.extent()
        try:
            numbers = self._numbers(log)
        except UsageError as error:
            self.found = Indexed(problem=str(error))
            return
        open_ = (entry.number for entry in log.entries if entry.partial)
        end = next(open_, log.extent().end)
        self.found = Indexed(newer=numbers, fresh=len(numbers), end=end, complete=True)

    def _numbers(self, log: FakeLog) -> list[int]:
        """Return the wanted lines.

        :raises UsageError: if an expression is none.
        """
        lines = [entry for entry in log.entries if not entry.partial]
        runs = [
            (e.number, Segment(e.process, e.stream, e.time, e.data + b"\n", 1))
            for e in lines
        ]
        parts: list[Condition] = [parse(text) for text in self.wanted.every]
        some = tuple(parse(text) for text in self.wanted.some)
        parts += [Any(some)] if some else []
        parts += [Not(parse(text)) for text in self.wanted.never]
        if not lines:
            return []
        block = of_segments(runs)
        found = [lines[at] for at in All(tuple(parts)).select(block, block.every)]
        if not self.wanted.folded:
            return [entry.number for entry in found]
        befores = [None, *((e.process, e.data) for e in found)]
        return [
            entry.number
            for entry, before in zip(found, befores, strict=False)
            if (entry.process, entry.data) != before
        ]

    def close(self) -> None:
        """Look no further."""
        self.is_open = False
