"""Searching what a process printed for a line, each line once."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from brummer.core.pattern import Pattern
from brummer.model.log import LogEntry, LogWindow, Stream
from brummer.model.process import ProcessId

#: Returns up to so many lines of a process from a number on.
Window: TypeAlias = Callable[[int, int, ProcessId], LogWindow]

#: Lines and bytes searched in one go, so that neither a long log nor a pattern that
#: takes its time holds anybody up for long.
_PAGE: Final = 1_000
_PAGE_BYTES: Final = 32 * 1024

#: Longer lines are matched by their beginning only.
_MAX_LINE: Final = 64 * 1024


def as_printed(lines: bytes) -> bytes:
    """Return *lines* with whatever steers a terminal still in them."""
    return lines


class LineSearch:
    """Finds the first line that matches, also if it comes later.

    Our own words about a process, such as what was typed into it, are not what it
    printed.  *shown* returns what a reader sees of lines, each with its line feed.

    Threads: one look at a time; the log may be read from any.
    """

    def __init__(
        self,
        window: Window,
        process: ProcessId,
        pattern: Pattern,
        shown: Callable[[bytes], bytes] = as_printed,
        *,
        first: int = 0,
    ) -> None:
        """Look for lines of *process* from number *first* on."""
        self._window = window
        self._process = process
        self._pattern = pattern
        self._shown = shown
        self._next = first
        self._is_behind = True

    @property
    def is_behind(self) -> bool:
        """Whether there may be lines that :meth:`step` did not get to."""
        return self._is_behind

    @property
    def next(self) -> int:
        """The number of the first line that was not searched yet."""
        return self._next

    def look(self) -> LogEntry | None:
        """Search all the lines that came since the last look.

        :raises PatternTooSlowError: if the pattern takes too long.
        """
        self._is_behind = True
        found = None
        while found is None and self._is_behind:
            found = self.step()
        return found

    def step(self) -> LogEntry | None:
        """Search some of them.

        :raises PatternTooSlowError: if the pattern takes too long.
        """
        window = self._window(self._next, _PAGE, self._process)
        page = list(_fitting(window.entries))
        whole = [entry.number for entry in page if not entry.partial]
        self._is_behind = bool(whole)
        if whole:
            self._next = whole[-1] + 1
        printed = [entry for entry in page if entry.stream is not Stream.NOTE]
        lines = b"".join(entry.data[:_MAX_LINE] + b"\n" for entry in printed)
        shown = self._shown(lines)
        position = next(self._pattern.positions(shown), None)
        return None if position is None else printed[shown.count(b"\n", 0, position)]


def _fitting(entries: tuple[LogEntry, ...]) -> Iterator[LogEntry]:
    """Yield the first of *entries*, as many as are searched in one go."""
    size = 0
    for entry in entries:
        yield entry
        size += len(entry.data)
        if size > _PAGE_BYTES:
            return
