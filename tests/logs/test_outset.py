"""Tests of where errors begin."""

import pytest

from brummer.logs.block import Block, of_segments
from brummer.logs.claim import nothing_kept
from brummer.logs.outset import BeginsError
from brummer.logs.ranges import Ranges
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB, API = ProcessId("web-1"), ProcessId("api-1")

LINES = (
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in <module>',
    "ValueError: bad",
    "all is well",
    "ERROR alone",
    "throw new Error('oh')",
    "TypeError: oh",
    "    at a.js:1:2",
)


def block(*, at_once: bool, first: int = 100) -> Block:
    """Return the lines of web, read at once or one by one, numbered from *first*."""
    lines = [f"{line}\n".encode() for line in LINES]
    runs = [b"".join(lines)] if at_once else lines
    segments = []
    for data in runs:
        count = data.count(b"\n")
        segments.append((first, Segment(WEB, Stream.OUT, 1.0, data, count)))
        first += count
    return of_segments(segments)


def finding(
    line: int,
    end: int,
    kind: FindingKind = FindingKind.ERROR,
    process: ProcessId = WEB,
) -> Finding:
    return Finding(kind=kind, title="oh", process=process, time=1.0, line=line, end=end)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("findings", "begin"),
    [
        ((), [0, 2, 4, 6]),
        ((finding(100, 103),), [0, 4, 6]),
        ((finding(100, 103), finding(105, 108)), [0, 4, 5]),
        ((finding(90, 103), finding(105, 108)), [4, 5]),
        ((finding(100, 103), finding(103, 104)), [0, 3, 4, 6]),
        ((finding(100, 103, FindingKind.TEST),), [0, 2, 4, 6]),
        ((finding(100, 103, process=API),), [0, 2, 4, 6]),
    ],
)
def test_an_error_begins_with_its_first_line(
    findings: tuple[Finding, ...], begin: list[int], *, at_once: bool
) -> None:
    lines = block(at_once=at_once)
    condition = BeginsError(lambda: findings)

    assert condition.select(lines, lines.every) == begin
    assert condition.select(lines, [2, 4]) == [n for n in begin if n in {2, 4}]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("ranges", "begin"),
    [
        # What does not say that it is an error was something else.
        ([(100, 103), (105, 108)], [0, 4, 6]),
        ([(100, 103), (103, 104)], [0, 4, 6]),
        ([(90, 103)], [4, 6]),
    ],
)
def test_what_files_say_was_found_counts_as_well(
    ranges: list[tuple[int, int]], begin: list[int], *, at_once: bool
) -> None:
    lines = block(at_once=at_once)
    kept = {WEB: Ranges(ranges)}
    condition = BeginsError(tuple, lambda process: kept[process])

    assert condition.select(lines, lines.every) == begin


def test_nothing_is_kept_where_there_are_no_files() -> None:
    assert len(nothing_kept(WEB)) == 0
