"""What readers of the log store hold: one log, or all of them, at one instant."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from brummer.logs.page import Page
from brummer.logs.tail import Tail
from brummer.model.log import LogEntry, LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

_NUMBER: Final = itemgetter(0)
_new: Final = tuple.__new__


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
        entries: list[LogEntry] = []
        add = entries.append
        # Windows are asked for all the time, so this goes the short way: what one
        # line came in is not made into a list, and the tuples are made without
        # their constructor, which takes longer than all the rest.
        if first < min(stop, self.whole):
            for number, run in self._runs(first):
                if number >= stop:
                    break
                process, stream, time, data, lines = run
                if lines == 1:
                    line = data[:-1] if data.endswith(b"\n") else data
                    add(_new(LogEntry, (number, process, stream, time, line, False)))
                else:
                    entries += _entries(number, run, first, stop)
        for number in range(max(first, self.whole), stop):
            process, stream, tail = self.tails[number - self.whole]
            entries.append(
                LogEntry(number, process, stream, tail.time, tail.data, partial=True)
            )
        return LogWindow(self.extent, tuple(entries))

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
            yield number + begin, part(segment, begin, end)
            if number + segment.lines >= stop:
                return

    def _runs(self, first: int) -> Iterator[tuple[int, Segment]]:
        """Yield the uncut runs from the one with line *first* on."""
        at = bisect_right(self.pages, first, key=self._page_first) - 1
        for page in self.pages[max(at, 0) :]:
            if page.numberings[self.process].end > first:
                yield from page.segments(self.process, first)
        at = bisect_right(self.fresh, first, 0, self.count, key=_NUMBER) - 1
        yield from self.fresh[max(at, 0) : self.count]

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


def part(segment: Segment, begin: int, end: int) -> Segment:
    """Return lines *begin* to *end* - 1 of *segment*."""
    if begin == 0 and end == segment.lines:
        return segment
    here, there = line_start(segment, begin), line_start(segment, end)
    return segment._replace(data=segment.data[here:there], lines=end - begin)


def line_start(segment: Segment, line: int) -> int:
    """Return where line number *line* of *segment* begins, or where the last ends.

    Splits from the nearer end, because splitting costs by the line.
    """
    data, lines = segment.data, segment.lines
    if line >= lines:
        return len(data)
    if line <= lines // 2:
        return len(data) - len(data.split(b"\n", line)[-1])
    # A line feed at the very end is an end too, one more than there are lines
    # to skip; an unterminated last line has none.
    skip = lines - line - (0 if data.endswith(b"\n") else 1)
    return len(data.rsplit(b"\n", skip + 1)[0]) + 1


def _entries(
    number: int, segment: Segment, first: int, stop: int
) -> Iterable[LogEntry]:
    """Return the lines of *segment* from *first* to before *stop*.

    The first line of the segment has *number*.
    """
    process, stream, time = segment.process, segment.stream, segment.time
    begin, end = max(first - number, 0), min(stop - number, segment.lines)
    lines = part(segment, begin, end).data.removesuffix(b"\n").split(b"\n")
    return [
        _new(LogEntry, (at, process, stream, time, data, False))
        for at, data in enumerate(lines, number + begin)
    ]
