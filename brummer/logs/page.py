"""Old output, packed.

A line that came in a read of its own would cost some 200 bytes as an object.
On a page it costs its own bytes and some 45 more: begin, end, time, source and
two numbers of its *run*, in arrays.  A run is what one read brought; where a
read brings a thousand lines, a run is a thousand lines.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.logs import cut
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId

#: A page is full with so many runs, bytes or lines, whatever comes first.  So
#: finding a line on a page costs at most a few dozen microseconds.
RUNS: Final = 512
BYTES: Final = 64 * 1024
LINES: Final = 4096

#: Bytes without any of these are what a reader sees of them.  (The byte 9b begins a
#: sequence of the 8-bit kind, or belongs to a letter; those from NUL on are dropped.)
CONTROLS: Final = (
    *(b"\x1b", b"\r", b"\x08", b"\x9b"),
    *(b"\x00", b"\x07", b"\x0e", b"\x0f", b"\x7f"),
)

#: A tuple without its constructor, which takes longer than all the rest of it.
_new: Final = tuple.__new__


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which lines of one log are on a page.

    The log is that of one process, or the merged one.  *first* is the number
    of its first line here, *lines* how many there are; the run *runs[i]* begins
    with line *first* + *starts[i]*.
    """

    first: int
    lines: int
    runs: Sequence[int]
    starts: Sequence[int]

    @property
    def end(self) -> int:
        """The number after the last line here."""
        return self.first + self.lines

    def before(self, run: int, line: int) -> int:
        """Return how many lines here come before line *line* of run *run*."""
        at = bisect_right(self.runs, run) - 1
        if at < 0:
            return 0
        if self.runs[at] == run:
            return self.starts[at] + line
        return self.starts[at + 1] if at + 1 < len(self.starts) else self.lines


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive runs of all processes, in the order of reading.

    *data* is what they printed, one after the other; run *i* begins at
    *offsets[i]* and ends before *ends[i]*.  *numberings* has one entry for each
    process that printed something here, and one under ``None`` for the merged log,
    unless these lines are no more in that.

    *is_plain* says that *data* has no :data:`CONTROLS`, and *is_whole* that each
    line has a line feed at its end: then it can be searched as it is.

    Threads: a page never changes.
    """

    data: bytes
    offsets: Sequence[int]
    ends: Sequence[int]
    times: Sequence[float]
    sources: tuple[tuple[ProcessId, Stream], ...]
    source: Sequence[int]
    numberings: Mapping[ProcessId | None, Numbering]
    is_plain: bool
    is_whole: bool

    def segments(
        self, process: ProcessId | None, first: int
    ) -> Iterator[tuple[int, Segment]]:
        """Return the runs of a log from the one with line *first* on.

        Each comes with the number of its first line, which may be smaller than
        *first*: runs are not cut here.
        """
        numbering = self.numberings[process]
        starts = numbering.starts
        at = max(bisect_right(starts, first - numbering.first) - 1, 0)
        for index in range(at, len(starts)):
            start = starts[index]
            end = starts[index + 1] if index + 1 < len(starts) else numbering.lines
            segment = self._segment(numbering.runs[index], end - start)
            yield numbering.first + start, segment

    def entries(
        self, process: ProcessId | None, first: int, stop: int
    ) -> list[LogEntry]:
        """Return the lines of a log from number *first* to before *stop*.

        As far as they are here: the others are on other pages.
        """
        numbering = self.numberings[process]
        starts, lines = numbering.starts, numbering.lines
        begin = max(first - numbering.first, 0)
        end = min(stop - numbering.first, lines)
        at, past = bisect_right(starts, begin) - 1, bisect_left(starts, end)
        ends = starts[past] if past < len(starts) else lines
        if (starts[at], ends, past - at) == (begin, end, end - begin):
            # As many runs as lines: each is one, as none is empty.
            return self._one_liners(numbering, at, past)
        return cut.many_entries(self.segments(process, first), first, stop)

    def _one_liners(self, numbering: Numbering, at: int, past: int) -> list[LogEntry]:
        """Return runs *at* to *past* - 1 of a log, of one line each.

        Windows are asked for all the time, so no segment is made on the way.
        """
        data, begins, ends, times = self.data, self.offsets, self.ends, self.times
        sources, source = self.sources, self.source
        found: list[LogEntry] = []
        add, number = found.append, numbering.first + numbering.starts[at]
        for run in numbering.runs[at:past]:
            process, stream = sources[source[run]]
            line = data[begins[run] : ends[run]].removesuffix(b"\n")
            add(_new(LogEntry, (number, process, stream, times[run], line, False)))
            number += 1
        return found

    def lines_before(self, process: ProcessId | None, number: int) -> int:
        """Return how many lines of a log stand here before merged line *number*."""
        merged = self.numberings[None]
        offset = number - merged.first
        if offset <= 0:
            return 0
        run = bisect_right(merged.starts, offset) - 1
        return self.numberings[process].before(run, offset - merged.starts[run])

    def _segment(self, run: int, lines: int) -> Segment:
        """Return one run as it was stored."""
        process, stream = self.sources[self.source[run]]
        data = self.data[self.offsets[run] : self.ends[run]]
        return _new(Segment, (process, stream, self.times[run], data, lines))


def packed(first: int | None, runs: Iterable[tuple[int, Segment]]) -> Page:
    """Return *runs* on a page, the merged log having *first* lines before them.

    With ``None`` they are not in the merged log.  The number beside each is that
    of its first line in its process's log.
    """
    packing = _Packing(first)
    for number, segment in runs:
        packing.add(number, segment)
    return packing.page()


class _Packing:
    """A page on the way: arrays that still grow."""

    def __init__(self, first: int | None) -> None:
        self._data: list[bytes] = []
        self._size = 0
        self._is_whole = True
        self._offsets = array("Q")
        self._ends = array("Q")
        self._times = array("d")
        self._sources: dict[tuple[ProcessId, Stream], int] = {}
        self._source = array("H")
        self._logs: dict[ProcessId | None, _Count] = {}
        if first is not None:
            self._logs[None] = _Count(first)

    def add(self, number: int, segment: Segment) -> None:
        """Put one run at the end."""
        key = (segment.process, segment.stream)
        run = len(self._offsets)
        self._offsets.append(self._size)
        self._times.append(segment.time)
        self._source.append(self._sources.setdefault(key, len(self._sources)))
        self._data.append(segment.data)
        self._size += len(segment.data)
        self._is_whole &= segment.data.endswith(b"\n")
        self._ends.append(self._size)
        if None in self._logs:
            self._logs[None].add(run, segment.lines)
        if segment.process not in self._logs:
            self._logs[segment.process] = _Count(number)
        self._logs[segment.process].add(run, segment.lines)

    def page(self) -> Page:
        """Return what was added."""
        data = b"".join(self._data)
        return Page(
            data=data,
            offsets=self._offsets,
            ends=self._ends,
            times=self._times,
            sources=tuple(self._sources),
            source=self._source,
            numberings={log: count.numbering() for log, count in self._logs.items()},
            is_plain=not any(control in data for control in CONTROLS),
            is_whole=self._is_whole,
        )


class _Count:
    """The numbering of one log on a page on the way."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._lines = 0
        self._runs = array("H")
        self._starts = array("I")

    def add(self, run: int, lines: int) -> None:
        """Count the *lines* of run number *run*."""
        self._runs.append(run)
        self._starts.append(self._lines)
        self._lines += lines

    def numbering(self) -> Numbering:
        """Return what was counted."""
        return Numbering(self._first, self._lines, self._runs, self._starts)
