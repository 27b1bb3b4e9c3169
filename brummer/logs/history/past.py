"""What one process has printed, read back from its files."""

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from brummer.logs import cut
from brummer.logs.block import Block
from brummer.logs.history import marks, place
from brummer.logs.history.part import Outline, Part, outline
from brummer.logs.history.stretch import STREAMS, Columns, Stretch
from brummer.logs.page import CONTROLS
from brummer.logs.ranges import NONE, Ranges
from brummer.logs.strip import Strip
from brummer.model.log import Segment
from brummer.model.process import ProcessId

#: Records that are read at once, and bytes of output in a block, unless one line
#: is longer.
_RECORDS: Final = 512
_BLOCK: Final = 256 * 1024

#: Complete parts of which it is remembered what is in them.
_OUTLINES: Final = 10_000


def of_process(record: Stretch) -> int:
    """Return the number of a record's first line in the log of its process."""
    return record.number


def of_all(record: Stretch) -> int:
    """Return the number of a record's first line in the log of all."""
    return record.merged


class Sheet(NamedTuple):
    """Some records of a part, which make a block when they are read.

    They are those from *begin* to before *end*.  *lines* of them count, and the rest
    of the last record does not; *merged_end* is the number in the log of all after
    the last that does.  It is small, as somebody may hold one of each process.
    """

    stem: Path
    begin: int
    end: int
    lines: int
    merged_end: int


class Past:
    """The log of *process* in *folder*, however much there is of it.

    It may be written to meanwhile.  What cannot be read is left out, as is what
    was never written; lines keep their numbers.

    Threads: any, several at once; see :class:`~brummer.logs.history.run.Run`.
    """

    def __init__(self, folder: Path, process: ProcessId) -> None:
        self.process: Final = process
        self._folder = folder
        #: Of complete parts, which do not change any more.  Replaced as a whole.
        self._known: dict[int, Outline] = {}
        #: How long the file was that says what was found, and what it said.
        self._found: tuple[int, Ranges] = (0, NONE)

    def outlines(self) -> list[Outline]:
        """Return what is in each part, in order."""
        numbers = place.parts(self._folder)
        remembered = self._known
        known = {n: remembered[n] for n in numbers if n in remembered}
        for number in numbers:
            if number not in known:
                found = outline(place.part(self._folder, number))
                if found is not None:
                    known[number] = found
        # The last one may grow.
        self._known = {n: known[n] for n in numbers[:-1][-_OUTLINES:] if n in known}
        return [known[n] for n in sorted(known)]

    def found(self) -> Ranges:
        """Return which lines belong to findings."""
        try:
            size = os.lstat(self._folder / place.MARKS).st_size
        except OSError:
            return NONE
        known, ranges = self._found
        if known != size:
            ranges = marks.load(self._folder)
            self._found = size, ranges
        return ranges

    def runs(
        self, first: int, stop: int, of: Callable[[Stretch], int]
    ) -> Iterator[tuple[Stretch, Segment]]:
        """Yield the lines that *of* numbers from *first* to before *stop*, in bulk.

        Runs are not cut here; those at the ends may have other lines as well.
        """
        for each in self.outlines():
            begin, end = _ends(each, of)
            if end > first and begin < stop:
                # What is gone or damaged is left out.
                with suppress(OSError):
                    yield from self._runs(each.stem, first, stop, of)

    def _runs(
        self, stem: Path, first: int, stop: int, of: Callable[[Stretch], int]
    ) -> Iterator[tuple[Stretch, Segment]]:
        with Part(stem) as part:
            begin, end = part.find(first, of), part.find_end(stop, of)
            for at in range(begin, end, _RECORDS):
                for record in part.columns(at, min(at + _RECORDS, end)):
                    yield record, self._segment(part, record)

    def _segment(self, part: Part, record: Stretch) -> Segment:
        size = record.size - (not record.is_ended)
        data = part.read(record.offset, size)
        return Segment(self.process, record.stream, record.time, data, record.lines)

    def following(self, number: int, of: Callable[[Stretch], int]) -> int | None:
        """Return the number of the first line from *number* on; ``None`` without."""
        for each in self.outlines():
            if _ends(each, of)[1] > number:
                with suppress(OSError), Part(each.stem) as part:
                    return max(of(part.record(part.find(number, of))), number)
        return None

    def segments(self, first: int, stop: int) -> Iterator[tuple[int, Segment]]:
        """Yield lines *first* to before *stop*, as far as they are there, in bulk.

        Each segment comes with the number of its first line.
        """
        for record, segment in self.runs(first, stop, of_process):
            yield from clipped(record.number, segment, first, stop)

    def strips(
        self, first: int, stop: int, of: Callable[[Stretch], int]
    ) -> Iterator[Strip]:
        """Yield the lines that *of* numbers from *first* to before *stop*."""
        for each in self.outlines():
            begin, end = _ends(each, of)
            if end > first and begin < stop:
                with suppress(OSError):
                    yield from self._strips(each.stem, first, stop, of)

    def _strips(
        self, stem: Path, first: int, stop: int, of: Callable[[Stretch], int]
    ) -> Iterator[Strip]:
        with Part(stem) as part:
            begin, end = part.find(first, of), part.find_end(stop, of)
            while begin < end:
                read = part.columns(begin, min(begin + _RECORDS, end))
                columns = read.before(_fitting(read.sizes))
                begin += len(columns)
                data = part.read(columns.offsets[0], _length(columns))
                lines = sum(columns.lines)
                block = self._block(columns, data, lines, of)
                last = len(columns) - 1
                among = range(
                    max(first - block.asked(0), 0),
                    min(lines, block.starts[last] + stop - block.asked(last)),
                )
                yield Strip(block, among, block.asked)

    def newest_first(self, stop: int | None = None) -> Iterator[Sheet]:
        """Yield everything before line *stop*, the newest sheet first."""
        for each in reversed(self.outlines()):
            if stop is None or each.first < stop:
                with suppress(OSError):
                    yield from _sheets(each, stop)

    def block(
        self, sheet: Sheet, of: Callable[[Stretch], int] = of_process
    ) -> Block | None:
        """Return what is on *sheet*; ``None`` if it cannot be read any more.

        *of* says in which log its lines are numbered.
        """
        try:
            with Part(sheet.stem) as part:
                columns = part.columns(sheet.begin, sheet.end)
                data = part.read(columns.offsets[0], _length(columns))
        except OSError:
            return None
        lines = columns.lines
        if sheet.lines < sum(lines):
            last = columns.offsets[-1] - columns.offsets[0]
            kept = sheet.lines - sum(lines[:-1])
            data = data[: last + _after(data[last:], kept)]
        return self._block(columns, data, sheet.lines, of)

    def _block(
        self, columns: Columns, data: bytes, lines: int, of: Callable[[Stretch], int]
    ) -> Block:
        """Return the first *lines* of what *columns* speak of, which are in *data*."""
        begin, codes = columns.offsets[0], columns.codes
        streams = sorted(set(codes))
        return Block(
            data=data,
            lines=lines,
            first=0,
            is_plain=not any(control in data for control in CONTROLS),
            starts=list(accumulate(columns.lines[:-1], initial=0)),
            offsets=[offset - begin for offset in columns.offsets],
            times=columns.times,
            sources=tuple((self.process, STREAMS[code]) for code in streams),
            source=[streams.index(code) for code in codes],
            number=columns.numbers.__getitem__,
            merged=columns.merged.__getitem__ if of is of_all else None,
        )


def clipped(
    number: int, segment: Segment, first: int, stop: int
) -> Iterator[tuple[int, Segment]]:
    """Yield the lines of *segment* from *first* to before *stop*, if it has any.

    Its own first line has that *number*.
    """
    begin, end = max(first - number, 0), min(stop - number, segment.lines)
    if begin < end:
        yield number + begin, cut.part(segment, begin, end)


def _sheets(each: Outline, stop: int | None) -> Iterator[Sheet]:
    """Yield what is in a part before line *stop*, the newest first.

    Nothing stays open between two sheets: whoever asks may never ask again.
    """
    with Part(each.stem) as part:
        end = part.count if stop is None else part.find_end(stop, of_process)
    while end:
        begin = max(end - _RECORDS, 0)
        with Part(each.stem) as part:
            columns = part.columns(begin, end)
        begin = end - _fitting(columns.sizes[::-1])
        last, lines = columns[len(columns) - 1], columns.lines[begin - end :]
        extra = 0 if stop is None else max(last.number + last.lines - stop, 0)
        merged_end = last.merged + last.lines - extra
        yield Sheet(each.stem, begin, end, sum(lines) - extra, merged_end)
        end = begin


def _fitting(sizes: Sequence[int]) -> int:
    """Return how many of the first of *sizes* make a block: at least one."""
    ends = list(accumulate(sizes))
    return max(bisect_right(ends, _BLOCK), 1)


def _length(columns: Columns) -> int:
    """Return how many bytes of output *columns* speak of, which are in one piece."""
    return columns.offsets[-1] + columns.sizes[-1] - columns.offsets[0]


def _ends(each: Outline, of: Callable[[Stretch], int]) -> tuple[int, int]:
    """Return the numbers of a part's first line and after its last."""
    if of is of_process:
        return each.first, each.end
    return each.merged, each.merged_end


def _after(data: bytes, lines: int) -> int:
    """Return where line number *lines* of *data* begins."""
    at = 0
    for _ in range(lines):
        at = data.index(b"\n", at) + 1
    return at
