"""What readers of the log store hold: one log, or all of them, at one instant."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from brummer.logs import cut
from brummer.logs.page import Page
from brummer.logs.tail import Tail
from brummer.model.log import LogEntry, LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

_NUMBER: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class View:
    """One log at one instant: that of *process*, or with ``None`` all merged.

    *extent* counts the *tails*, lines that have no end yet, behind the whole
    lines; *whole* is the number after the last whole line.

    Threads: may be kept and read by any thread.  *pages* and *tails* never
    change.  *fresh* is the writer's list: it appends, and never changes what is
    there, and we look at the first *count* runs only, which were there before
    this view was published.
    """

    process: ProcessId | None
    extent: LogExtent
    whole: int
    pages: tuple[Page, ...]
    fresh: Sequence[tuple[int, Segment]]
    count: int
    tails: tuple[tuple[ProcessId, Stream, Tail], ...]

    def window(self, first: int, count: int) -> LogWindow:
        """Return up to *count* lines from number *first* on.

        A *first* below the extent is moved up to it.  Costs what the window
        costs, and a search for its beginning.
        """
        first = max(first, self.extent.first)
        stop = min(first + max(count, 0), self.extent.end)
        entries = self._whole_lines(first, min(stop, self.whole))
        for number in range(max(first, self.whole), stop):
            process, stream, tail = self.tails[number - self.whole]
            entries.append(
                LogEntry(number, process, stream, tail.time, tail.data, partial=True)
            )
        return LogWindow(self.extent, tuple(entries))

    def _whole_lines(self, first: int, stop: int) -> list[LogEntry]:
        """Return the lines from number *first* to before *stop* that have an end."""
        found: list[LogEntry] = []
        if first >= stop:
            return found
        for page in self._pages_from(first):
            if page.numberings[self.process].first >= stop:
                return found
            found += page.entries(self.process, first, stop)
        if self.count and (begin := self.fresh[0][0]) < stop:
            first = max(first, begin)
            at = self._fresh_from(first)
            # As many runs as lines are enough, and often just these.
            runs = self.fresh[at : min(at + stop - first, self.count)]
            found += cut.entries(runs, first, stop)
        return found

    def segments(
        self, first: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, Segment]]:
        """Yield the whole lines from number *first* to before *stop*, in bulk.

        Each segment comes with the number of its first line.  To follow a log,
        go on in a later view with the last number plus its segment's lines; a
        greater number than that says how many lines were dropped in between.
        """
        first = max(first, self.extent.first)
        stop = self.whole if stop is None else min(stop, self.whole)
        if first >= stop:
            return
        for number, segment in self._runs(first):
            begin, end = max(first - number, 0), min(stop - number, segment.lines)
            yield number + begin, cut.part(segment, begin, end)
            if number + segment.lines >= stop:
                return

    def _runs(self, first: int) -> Iterator[tuple[int, Segment]]:
        """Yield the uncut runs from the one with line *first* on."""
        for page in self._pages_from(first):
            yield from page.segments(self.process, first)
        yield from self.fresh[self._fresh_from(first) : self.count]

    def _pages_from(self, first: int) -> Sequence[Page]:
        """Return the pages that have line *first* or later ones on them."""
        if not self.pages or (self.count and self.fresh[0][0] <= first):
            return ()
        at = max(bisect_right(self.pages, first, key=self._page_first) - 1, 0)
        return self.pages[at + (self.pages[at].numberings[self.process].end <= first) :]

    def _fresh_from(self, first: int) -> int:
        """Return the place of the fresh run with line *first*, or of the first one."""
        return max(bisect_right(self.fresh, first, 0, self.count, key=_NUMBER) - 1, 0)

    def _page_first(self, page: Page) -> int:
        """Return the number of the first line on *page*."""
        return page.numberings[self.process].first


def empty(process: ProcessId | None) -> View:
    """Return the view of a log that nothing was written to."""
    return View(process, LogExtent(0, 0, 0), 0, (), (), 0, ())


@dataclass(frozen=True, slots=True)
class LogSnapshot:
    """All logs at one instant.

    Threads: frozen; see :class:`View`.
    """

    version: int
    views: Mapping[ProcessId | None, View]

    def view(self, process: ProcessId | None = None) -> View:
        """Return the log of *process*, or all merged; an unknown one is empty."""
        return self.views.get(process) or empty(process)

    @property
    def processes(self) -> tuple[ProcessId, ...]:
        """Every process that has a log, in the order of their first output."""
        return tuple(process for process in self.views if process is not None)
