"""Tests of conditions about what lines say of themselves."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.block import Block, of_segments
from brummer.logs.claim import HasLevel
from brummer.logs.level import level_of
from brummer.model.level import Level
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
SERIOUS = frozenset({Level.WARN, Level.ERROR, Level.FATAL})

LINES = [
    "listening on 3000",
    "[debug] cache miss",
    "INFO ready",
    "\x1b[33mwarning:\x1b[0m slow query",
    "0 errors",
    "ERROR query failed",
    '{"level":50,"msg":"boom"}',
    "panic: out of memory",
]


def block_of(lines: Sequence[str], stream: Stream = Stream.OUT) -> Block:
    """Return a block of *lines*, two in a read."""
    runs = []
    for number in range(0, len(lines), 2):
        pair = lines[number : number + 2]
        data = "".join(line + "\n" for line in pair).encode()
        runs.append((number, Segment(WEB, stream, 1.0, data, len(pair))))
    return of_segments(runs)


def selected(condition: HasLevel, block: Block) -> list[int]:
    return list(condition.select(block, block.every))


def test_lines_have_levels() -> None:
    block = block_of(LINES)

    assert selected(HasLevel(SERIOUS), block) == [3, 5, 6, 7]
    assert selected(HasLevel(frozenset({Level.DEBUG})), block) == [1]
    assert selected(HasLevel(frozenset()), block) == []


def test_lines_without_a_level_can_be_asked_for() -> None:
    block = block_of(LINES)

    assert selected(HasLevel(frozenset(), unsaid=True), block) == [0, 4]
    assert selected(HasLevel(SERIOUS, unsaid=True), block) == [0, 3, 4, 5, 6, 7]
    assert selected(HasLevel(frozenset(Level), unsaid=True), block) == [*range(8)]


def test_the_stream_is_a_hint() -> None:
    lines = ["cp: cannot stat 'x': No such file or directory", "all is well"]
    condition = HasLevel(SERIOUS)

    assert selected(condition, block_of(lines, Stream.ERR)) == [0]
    assert selected(condition, block_of(lines, Stream.OUT)) == []


@pytest.mark.parametrize("among", [[], [3], [0, 5], range(2, 7), range(8)])
@pytest.mark.parametrize("unsaid", [False, True])
def test_only_lines_among_those_asked_for_are_selected(
    among: Sequence[int], *, unsaid: bool
) -> None:
    block, condition = block_of(LINES), HasLevel(SERIOUS, unsaid=unsaid)
    every = selected(condition, block)

    assert list(condition.select(block, among)) == [n for n in every if n in among]


@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=200),
    levels=st.frozensets(st.sampled_from(list(Level))),
    unsaid=st.booleans(),
)
def test_in_bulk_as_line_by_line(
    lines: list[str], levels: frozenset[Level], *, unsaid: bool
) -> None:
    block = block_of(lines)

    said = [level_of(block.text(line)) for line in block.every]

    assert selected(HasLevel(levels, unsaid), block) == [
        line
        for line, level in enumerate(said)
        if (unsaid if level is None else level in levels)
    ]
