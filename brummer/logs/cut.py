"""Cuts what one read brought into lines."""

from collections.abc import Iterable, Sequence
from typing import Final

from brummer.model.log import LogEntry, Segment

#: An entry without its constructor, which takes longer than all the rest of it.
_new: Final = tuple.__new__


def entries(
    runs: Sequence[tuple[int, Segment]], first: int, stop: int
) -> list[LogEntry]:
    """Return the lines of *runs* from number *first* to before *stop*.

    *runs* follow each other without a gap, each with the number of its first
    line.
    """
    if is_line_by_line(runs, first, stop):
        # Windows are asked for all the time, and this is the most usual case.
        return [
            _new(
                LogEntry,
                (number, process, stream, time, data.removesuffix(b"\n"), False),
            )
            for number, (process, stream, time, data, _) in runs
        ]
    return many_entries(runs, first, stop)


def is_line_by_line(runs: Sequence[tuple[int, Segment]], first: int, stop: int) -> bool:
    """Whether each of *runs* is one of the lines from *first* to before *stop*."""
    if not runs or len(runs) != stop - first:
        return False
    # They begin where they should and end where they should, as many runs as
    # lines: so each is one line, as none is empty.
    last, segment = runs[-1]
    return runs[0][0] == first and last + segment.lines == stop


def many_entries(
    runs: Iterable[tuple[int, Segment]], first: int, stop: int
) -> list[LogEntry]:
    """Return what :func:`entries` does, for runs of any number of lines.

    Does not look at more of *runs* than it needs.
    """
    found: list[LogEntry] = []
    for number, segment in runs:
        if number >= stop:
            break
        found += _lines(number, segment, first, stop)
    return found


def _lines(number: int, segment: Segment, first: int, stop: int) -> list[LogEntry]:
    """Return the lines of *segment*, the first of which has *number*."""
    process, stream, time = segment.process, segment.stream, segment.time
    begin, end = max(first - number, 0), min(stop - number, segment.lines)
    if begin >= end:
        return []
    lines = part(segment, begin, end).data.removesuffix(b"\n").split(b"\n")
    return [
        _new(LogEntry, (at, process, stream, time, data, False))
        for at, data in enumerate(lines, number + begin)
    ]


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
