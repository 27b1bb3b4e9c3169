"""Old output, packed.

A line that came in a read of its own would cost some 200 bytes as an object.
On a page it costs its own bytes and some 40 more: the position, time, source and
two numbers of its *run*, in arrays.  A run is what one read brought; where a
read brings a thousand lines, a run is a thousand lines.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

#: A page is full with so many runs, bytes or lines, whatever comes first.  So
#: finding a line on a page costs at most a few dozen microseconds.
RUNS: Final = 512
BYTES: Final = 64 * 1024
LINES: Final = 4096

#: A segment without its constructor, which takes longer than all the rest of it.
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
    *offsets[i]*.  *numberings* has one entry for each process that printed
    something here, and one under ``None`` for the merged log.

    Threads: a page never changes.
    """

    data: bytes
    offsets: Sequence[int]
    times: Sequence[float]
    sources: tuple[tuple[ProcessId, Stream], ...]
    source: Sequence[int]
    numberings: Mapping[ProcessId | None, Numbering]

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

    def lines_before(self, process: ProcessId | None, number: int) -> int:
        """Return how many lines of a log stand here before merged line *number*."""
        merged = self.numberings[None]
        offset = number - merged.first
        run = bisect_right(merged.starts, offset) - 1
        return self.numberings[process].before(run, offset - merged.starts[run])

    def _segment(self, run: int, lines: int) -> Segment:
        """Return one run as it was stored."""
        following = run + 1
        end = self.offsets[following] if following < len(self.offsets) else None
        process, stream = self.sources[self.source[run]]
        data = self.data[self.offsets[run] : end]
        return _new(Segment, (process, stream, self.times[run], data, lines))


def packed(first: int, runs: Iterable[tuple[int, Segment]]) -> Page:
    """Return *runs* on a page, the merged log having *first* lines before them.

    The number beside each is that of its first line in its process's log.
    """
    packing = _Packing(first)
    for number, segment in runs:
        packing.add(number, segment)
    return packing.page()


class _Packing:
    """A page on the way: arrays that still grow."""

    def __init__(self, first: int) -> None:
        self._data: list[bytes] = []
        self._size = 0
        self._offsets = array("Q")
        self._times = array("d")
        self._sources: dict[tuple[ProcessId, Stream], int] = {}
        self._source = array("H")
        self._logs: dict[ProcessId | None, _Count] = {None: _Count(first)}

    def add(self, number: int, segment: Segment) -> None:
        """Put one run at the end."""
        key = (segment.process, segment.stream)
        run = len(self._offsets)
        self._offsets.append(self._size)
        self._times.append(segment.time)
        self._source.append(self._sources.setdefault(key, len(self._sources)))
        self._data.append(segment.data)
        self._size += len(segment.data)
        self._logs[None].add(run, segment.lines)
        if segment.process not in self._logs:
            self._logs[segment.process] = _Count(number)
        self._logs[segment.process].add(run, segment.lines)

    def page(self) -> Page:
        """Return what was added."""
        return Page(
            data=b"".join(self._data),
            offsets=self._offsets,
            times=self._times,
            sources=tuple(self._sources),
            source=self._source,
            numberings={log: count.numbering() for log, count in self._logs.items()},
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
