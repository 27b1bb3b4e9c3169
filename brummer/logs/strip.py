"""Consecutive lines of a log, as they are looked at in bulk.

Blocks are made for searching, and count in the logs of processes; strips say which
of a block's lines are meant, and number them as the log does that was asked for.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from brummer.logs.block import Block, in_order, of_segments
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId


@dataclass(frozen=True, slots=True)
class Strip:
    """Lines of *block*, those *among* that are meant.

    *number* returns the number of a run's first line in the log asked for, which is
    that of one process or of all.

    Threads: frozen, and made of values that never change.
    """

    block: Block
    among: range
    number: Callable[[int], int]

    def entries(self, lines: Iterable[int]) -> Iterator[LogEntry]:
        """Yield *lines* of the block, which ascend."""
        block, starts, lines = self.block, self.block.starts, list(lines)
        stop = shift = 0
        for line, data in zip(lines, block.printed(lines), strict=True):
            if line >= stop:
                run = bisect_right(starts, line) - 1
                stop = block.lines if run + 1 == len(starts) else starts[run + 1]
                process, stream = block.sources[block.source[run]]
                time, shift = block.times[run], self.number(run) - starts[run]
            yield LogEntry(line + shift, process, stream, time, data)


def of_memory(
    snapshot: LogSnapshot, first: int, stop: int, process: ProcessId | None = None
) -> Iterator[Strip]:
    """Yield what memory has of lines *first* to before *stop*, in order.

    They are those of *process*, or of all merged.  Lines without an end are left
    out.
    """
    view = snapshot.view(process)
    first, stop = max(first, view.extent.first), min(stop, view.whole)
    if first >= stop:
        return
    if process is not None:
        yield _numbered(of_segments(view.segments(first, stop)), first, first, stop)
        return
    for number, block in in_order(snapshot, first, stop):
        yield _numbered(block, number, first, stop)


def _numbered(block: Block, number: int, first: int, stop: int) -> Strip:
    """Return those of a block's lines that are from *first* to before *stop*.

    The numbers go on without a gap from that of line 0, *number*.
    """
    begin, end = max(block.first, first - number), min(block.lines, stop - number)
    return Strip(
        block,
        range(begin, max(begin, end)),
        lambda run: number + block.starts[run],
    )
