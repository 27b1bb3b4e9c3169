"""A log as a pane reads it: what has left memory comes from files, a little later."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Final, NamedTuple

from brummer.core.instance import Log
from brummer.model.log import LogEntry, LogExtent, LogWindow
from brummer.model.process import ProcessId

#: Lines that are read from files at once, and how many such pages are remembered:
#: more than any screen has rows, as of a filtered log each may be on another one.
PAGE: Final = 50
PAGES: Final = 500


class _Page(NamedTuple):
    """Some lines by their numbers; *is_complete* once all that can be are there."""

    lines: dict[int, LogEntry]
    is_complete: bool


class Backlog:
    """The log of one process, or of all, for a pane.

    Nothing waits here: lines that have to be read from files are asked for, and
    missing until they are there, of which the instance tells its watchers.

    Threads: the main thread only.  Futures are looked at here, and never waited for.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._process: ProcessId | None = None
        #: The oldest line that is kept anywhere, as far as that is known.
        self._oldest: int | None = None
        #: What was read, those pages first that came first.
        self._pages: dict[int, _Page] = {}
        self._asked: dict[int, Future[LogWindow]] = {}
        #: How many answers have come; part of the version.
        self._answers = 0

    def show(self, process: ProcessId | None, log: Log | None = None) -> None:
        """Go on with another process, of the same log unless *log* is another one."""
        self._log = log or self._log
        self._process = process
        self._oldest = None
        self._pages = {}
        self._asked = {}

    def extent(self) -> LogExtent:
        """Return which lines there are, in memory and beyond."""
        return self._widened(self._log.log_extent(self._process))

    def _widened(self, memory: LogExtent) -> LogExtent:
        self._collect()
        if memory.first and self._oldest is None:
            # Whatever the page is, the answer tells where the log begins.
            self._ask((memory.first - 1) // PAGE)
        oldest = memory.first if self._oldest is None else self._oldest
        return LogExtent(
            memory.version + self._answers, min(oldest, memory.first), memory.end
        )

    def window(self, first: int, count: int) -> LogWindow:
        """Return up to *count* lines from number *first* on, as far as they are read.

        A *first* below the extent is moved up to it.
        """
        memory = self._log.log_extent(self._process)
        extent = self._widened(memory)
        first = max(first, extent.first)
        stop = min(first + count, memory.first)
        older = tuple(self._older(first, stop))
        begin = max(first, stop)
        rest = self._log.log_window(begin, first + count - begin, self._process)
        return LogWindow(extent, (*older, *rest.entries))

    def _older(self, first: int, stop: int) -> Iterator[LogEntry]:
        """Yield the lines from *first* to before *stop* that are read; ask for others.

        Also for those before them, which are mostly wanted next.
        """
        if first >= stop:
            return
        for number in range(max(first // PAGE - 1, 0), (stop - 1) // PAGE + 1):
            page = self._pages.get(number)
            if page is None or not page.is_complete:
                self._ask(number)
            if page is not None:
                wanted = range(
                    max(first, number * PAGE), min(stop, (number + 1) * PAGE)
                )
                yield from (page.lines[at] for at in wanted if at in page.lines)

    def _ask(self, number: int) -> None:
        """Have a page read, unless that is under way."""
        if number not in self._asked:
            self._asked[number] = self._log.log_history(
                number * PAGE, PAGE, self._process
            )

    def _collect(self) -> None:
        """Take what has been read."""
        done = [number for number, found in self._asked.items() if found.done()]
        for number in done:
            self._answers += 1
            found = self._asked.pop(number)
            # What cannot be read is not asked for again while this log is shown.
            page = _Page({}, is_complete=True)
            if found.exception() is None:
                extent, entries = found.result()
                self._oldest = extent.first
                lines = {entry.number: entry for entry in entries if not entry.partial}
                page = _Page(lines, is_complete=extent.end >= (number + 1) * PAGE)
            self._pages.pop(number, None)
            self._pages[number] = page
        for number in tuple(self._pages)[:-PAGES]:
            del self._pages[number]
