"""Stretches of whole lines, the way they are searched."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, NamedTuple

from brummer.logs import ansi
from brummer.logs.page import BYTES, CONTROLS, Numbering, Page
from brummer.logs.view import LogSnapshot, View
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

#: Coloured blocks of which the text without colours is remembered, and how many
#: bytes such a block has at most: what is remembered outlives the log.
REMEMBERED: Final = 128
MEMORABLE: Final = 2 * BYTES

#: What is in coloured output and easy to take out: colours, and erasing.
_SEQUENCE: Final = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


class Origin(NamedTuple):
    """Where a line comes from.

    *number* is its number in the log of its *process*; *time* is when it was read,
    in seconds since the epoch.
    """

    process: ProcessId
    stream: Stream
    time: float
    number: int


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of any processes, in the order of reading.

    *data* is what was printed, each line with a line feed at its end.  Lines
    count from 0 here; those before *first* were dropped, and are nobody's
    business.  *is_plain* says that *data* is what a reader sees of it.  Run *i*
    begins with line *starts[i]* at byte *offsets[i]*, was read at *times[i]*,
    and comes from *sources[source[i]]*.  *number* returns the number of a run's
    first line in its process's log, and *merged*, where it is there, that in the log
    of all, which somebody asked for then.  Lines of a block that *is_open* have no
    end yet.

    Threads: frozen, and made of values that never change.
    """

    data: bytes
    lines: int
    first: int
    is_plain: bool
    starts: Sequence[int]
    offsets: Sequence[int]
    times: Sequence[float]
    sources: Sequence[tuple[ProcessId, Stream]]
    source: Sequence[int]
    number: Callable[[int], int]
    merged: Callable[[int], int] | None = None
    is_open: bool = False

    @property
    def every(self) -> Sequence[int]:
        """All lines that count."""
        return range(self.first, self.lines)

    @property
    def plain(self) -> bytes:
        """The text of all lines, without escape sequences: as many lines."""
        if self.is_plain:
            return self.data
        return (_plain if len(self.data) > MEMORABLE else _remembered)(self.data)

    def printed(self, lines: Iterable[int]) -> Iterator[bytes]:
        """Yield *lines*, which ascend, as they were printed, without line feeds.

        Goes through the data once, however many there are.
        """
        data, starts = self.data, self.starts
        before = begin = stop = 0
        for line in lines:
            if line >= stop:
                run = bisect_right(starts, line) - 1
                before, begin = starts[run], self.offsets[run]
                stop = self.lines if run + 1 == len(starts) else starts[run + 1]
            for _ in range(line - before):
                begin = data.index(b"\n", begin) + 1
            end = data.index(b"\n", begin)
            yield data[begin:end]
            before, begin = line + 1, end + 1

    def texts(self, lines: Iterable[int]) -> Iterator[bytes]:
        """Yield *lines*, which ascend, without escape sequences."""
        printed = self.printed(lines)
        return printed if self.is_plain else map(ansi.strip, printed)

    def text(self, line: int) -> bytes:
        """Return one line without escape sequences."""
        return next(iter(self.texts([line])))

    def lines_at(self, positions: Iterable[int]) -> list[int]:
        """Return which lines hold the bytes at *positions* of the data, ascending."""
        lines: list[int] = []
        begin = end = line = 0
        for position in positions:
            if position >= end:
                run = bisect_right(self.offsets, position) - 1
                begin, line = self.offsets[run], self.starts[run]
                is_last = run + 1 == len(self.offsets)
                end = len(self.data) if is_last else self.offsets[run + 1]
            line += self.data.count(b"\n", begin, position)
            lines.append(line)
            begin = position
        return lines

    def origin(self, index: int) -> Origin:
        """Return where line *index* comes from."""
        run = bisect_right(self.starts, index) - 1
        process, stream = self.sources[self.source[run]]
        number = self.number(run) + index - self.starts[run]
        return Origin(process, stream, self.times[run], number)

    def numbers(self, lines: Iterable[int]) -> list[int]:
        """Return what numbers *lines*, which ascend, have in the log asked for."""
        found: list[int] = []
        stop = shift = -1
        for line in lines:
            if line >= stop:
                run = bisect_right(self.starts, line) - 1
                is_last = run + 1 == len(self.starts)
                stop = self.lines if is_last else self.starts[run + 1]
                shift = self.asked(run) - self.starts[run]
            found.append(line + shift)
        return found

    def asked(self, run: int) -> int:
        """Return the number of a run's first line in the log asked for."""
        return self.number(run) if self.merged is None else self.merged(run)

    def of_runs(self, is_wanted: Callable[[int], bool]) -> Iterator[range]:
        """Yield the lines of each run whose number *is_wanted*, in order."""
        for run, start in enumerate(self.starts):
            if is_wanted(run):
                end = self.starts[run + 1] if run + 1 < len(self.starts) else self.lines
                yield range(max(start, self.first), end)


def newest_first(
    snapshot: LogSnapshot, processes: Collection[ProcessId] = ()
) -> Iterator[Block]:
    """Yield what is in memory of *processes*, of all if empty, newest block first.

    A block may hold lines of other processes as well.  Lines without an end come
    first.
    """
    merged = snapshot.view()
    yield from newest_since(snapshot, merged.extent.first, processes)
    for process in dict.fromkeys(processes or snapshot.processes):
        yield from _not_empty(_kept_longer(snapshot.view(process), merged))


def newest_since(
    snapshot: LogSnapshot, first: int, processes: Collection[ProcessId] = ()
) -> Iterator[Block]:
    """Yield of that what came with line number *first* of all, or after it."""
    merged = snapshot.view()
    wanted = dict.fromkeys(processes or snapshot.processes)
    yield from _not_empty(_of_tails([snapshot.view(process) for process in wanted]))
    if merged.count:
        fresh = _of_fresh(snapshot, merged)
        skipped = max(first - merged.fresh[0][0], 0)
        if skipped < fresh.lines:
            yield replace(fresh, first=skipped)
    for page in reversed(merged.pages):
        if page.numberings[None].end <= first:
            return
        if not processes or not page.numberings.keys().isdisjoint(processes):
            yield _of_page(page, max(first, merged.extent.first))


def in_order(
    snapshot: LogSnapshot, first: int, stop: int
) -> Iterator[tuple[int, Block]]:
    """Yield what is in memory of all processes, oldest block first.

    Each block comes with the number of its line 0 among those of all processes; it
    has lines from *first* to before *stop*.  Lines without an end are left out.
    """
    merged = snapshot.view()
    for page in merged.pages:
        numbering = page.numberings[None]
        if numbering.first < stop and first < numbering.end:
            yield numbering.first, _of_page(page, merged.extent.first)
    if merged.count and merged.fresh[0][0] < stop:
        yield merged.fresh[0][0], _of_fresh(snapshot, merged)


def of_log(snapshot: LogSnapshot, process: ProcessId | None) -> Iterator[Block]:
    """Yield what is in memory of one log, newest block first.

    Lines have the numbers of that log: that of *process*, or with ``None`` of all.  A
    block may hold lines of other processes as well, with numbers of theirs.
    """
    if process is not None:
        yield from newest_first(snapshot, (process,))
        return
    merged = snapshot.view()
    if merged.count:
        block = _of_fresh(snapshot, merged)
        first = merged.fresh[0][0]
        yield replace(block, merged=lambda run: first + block.starts[run])
    for page in reversed(merged.pages):
        yield _merged_page(page, merged.extent.first)


def merged_from(snapshot: LogSnapshot, process: ProcessId) -> int:
    """Return the number of the first line of *process* that is still among all."""
    view, merged = snapshot.view(process), snapshot.view()
    return _kept_end(view, merged)


def of_segments(runs: Iterable[tuple[int, Segment]]) -> Block:
    """Return a block of *runs*, each with the number of its first line."""
    data: list[bytes] = []
    numbers = array("Q")
    starts, offsets, times = array("Q"), array("Q"), array("d")
    sources: dict[tuple[ProcessId, Stream], int] = {}
    source = array("L")
    lines = size = 0
    for number, (process, stream, time, piece, count) in runs:
        ended = piece if piece.endswith(b"\n") else piece + b"\n"
        numbers.append(number)
        starts.append(lines)
        offsets.append(size)
        times.append(time)
        source.append(sources.setdefault((process, stream), len(sources)))
        data.append(ended)
        lines += count
        size += len(ended)
    joined = b"".join(data)
    return Block(
        data=joined,
        lines=lines,
        first=0,
        is_plain=_has_no(CONTROLS, joined),
        starts=starts,
        offsets=offsets,
        times=times,
        sources=tuple(sources),
        source=source,
        number=numbers.__getitem__,
    )


def _not_empty(block: Block) -> Iterator[Block]:
    if block.lines:
        yield block


def _of_tails(views: Iterable[View]) -> Block:
    """Return the lines that have no end yet."""
    tails = of_segments(
        (view.whole + place, Segment(process, stream, tail.time, tail.data, 1))
        for view in views
        for place, (process, stream, tail) in enumerate(view.tails)
    )
    return replace(tails, is_open=True)


def _of_fresh(snapshot: LogSnapshot, merged: View) -> Block:
    """Return what is on no page yet.

    The log of a process has the same runs as the merged one, and its own numbers.
    """
    numbered = {
        process: (number for number, _ in snapshot.view(process).fresh)
        for process in snapshot.processes
    }
    return of_segments(
        (next(numbered[run.process]), run) for _, run in merged.fresh[: merged.count]
    )


def _of_page(page: Page, oldest: int) -> Block:
    """Return the lines on *page*, of which merged line *oldest* is the first left."""
    merged = page.numberings[None]
    if not page.is_whole:
        return _with_ends(page, oldest)
    return Block(
        data=page.data,
        lines=merged.lines,
        first=max(oldest - merged.first, 0),
        is_plain=page.is_plain,
        starts=merged.starts,
        offsets=page.offsets,
        times=page.times,
        sources=page.sources,
        source=page.source,
        number=partial(_number, page),
    )


def _with_ends(page: Page, oldest: int) -> Block:
    """Return what is on a page where a line has no line feed at its end."""
    merged = page.numberings[None]
    runs = page.segments(None, merged.first)
    block = of_segments((_number(page, at), run) for at, (_, run) in enumerate(runs))
    return replace(block, first=max(oldest - merged.first, 0))


def _merged_page(page: Page, oldest: int) -> Block:
    """Return the lines on *page* with their numbers among all."""
    merged = partial(_merged_number, page.numberings[None])
    return replace(_of_page(page, oldest), merged=merged)


def _merged_number(numbering: Numbering, run: int) -> int:
    """Return the number of a run's first line among all."""
    return numbering.first + numbering.starts[run]


def _number(page: Page, run: int) -> int:
    """Return the number of a run's first line in its process's log."""
    process, _ = page.sources[page.source[run]]
    numbering = page.numberings[process]
    return numbering.first + numbering.starts[bisect_right(numbering.runs, run) - 1]


def _kept_longer(view: View, merged: View) -> Block:
    """Return the lines of a quiet process that are no longer among all.

    *view* is that of the process.
    """
    return of_segments(view.segments(view.extent.first, _kept_end(view, merged)))


def _kept_end(view: View, merged: View) -> int:
    """Return the number after the last line that only the log of its process has."""
    end = view.extent.first
    for page in view.pages:
        numbering = page.numberings[view.process]
        if None in page.numberings:
            # The oldest page that all have is cut: its last lines are among all.
            before = page.lines_before(view.process, merged.extent.first)
            return numbering.first + before
        end = numbering.end
    return end


@lru_cache(REMEMBERED)
def _remembered(data: bytes) -> bytes:
    return _plain(data)


def _plain(data: bytes) -> bytes:
    """Return *data* without escape sequences: as many lines."""
    stripped = b"".join(_SEQUENCE.split(data.replace(b"\r\n", b"\n")))
    return stripped if _has_no(CONTROLS, stripped) else ansi.strip(data)


def _has_no(parts: Iterable[bytes], data: bytes) -> bool:
    return not any(part in data for part in parts)
