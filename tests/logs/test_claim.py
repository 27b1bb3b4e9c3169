"""Tests of conditions about what lines say of themselves."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.block import Block, of_segments
from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsFound, IsOf
from brummer.logs.condition import Condition
from brummer.logs.level import level_of
from brummer.model.finding import Finding, FindingKind
from brummer.model.level import Level
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("my-api-2")
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


def selected(condition: Condition, block: Block) -> list[int]:
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


@pytest.fixture
def mixed() -> Block:
    """Return eight lines, two of each process in turn, numbered from 100."""
    runs = []
    for number in range(4):
        process = API if number % 2 else WEB
        data = b"built\ntests passed\n"
        segment = Segment(process, Stream.OUT, float(number), data, 2)
        runs.append((100 + number // 2 * 2, segment))
    return of_segments(runs)


def test_lines_are_about_something(mixed: Block) -> None:
    assert selected(HasTag("build"), mixed) == [0, 2, 4, 6]
    assert list(HasTag("build").select(mixed, [1, 2, 3])) == [2]


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (("web-1",), [0, 1, 4, 5]),
        (("web",), [0, 1, 4, 5]),
        (("my-api",), [2, 3, 6, 7]),
        (("my-*",), [2, 3, 6, 7]),
        (("w?b", "my-api-2"), [*range(8)]),
        (("api",), []),
        (("web-2",), []),
        (("WEB",), []),
    ],
)
def test_processes_have_names(
    names: tuple[str, ...], lines: list[int], mixed: Block
) -> None:
    assert selected(IsOf(names), mixed) == lines


def test_what_was_found_is_asked_for_each_time(mixed: Block) -> None:
    found: list[Finding] = []
    condition = IsFound(lambda: found)

    before = selected(condition, mixed)
    found += [
        Finding(
            kind=FindingKind.ERROR, title="x", process=API, time=1.0, line=101, end=103
        ),
        Finding(kind=FindingKind.URL, title="y", process=WEB, time=1.0, line=103),
        Finding(kind=FindingKind.URL, title="z", process=WEB, time=1.0, line=999),
    ]

    assert before == []
    assert selected(condition, mixed) == [3, 5, 6]
    assert list(condition.select(mixed, range(4, 6))) == [5]


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("listening", 0),
        ("INFO: listening", 0),
        ("notice: rotated", 10),
        ("WARN slow query", 30),
        ("ERROR query failed", 60),
        ("panic: out of memory", 80),
        ("build started", 10),
        ("3 tests passed", 15),
        ("error: build failed", 70),
        ("0 errors", 0),
    ],
)
def test_a_line_is_worth_points(line: str, points: int) -> None:
    block = block_of([line])

    assert selected(HasPriority(points), block) == [0]
    assert selected(HasPriority(points + 1), block) == []


def test_standard_error_is_worth_nothing() -> None:
    assert selected(HasPriority(1), block_of(["listening"], Stream.ERR)) == []


def test_a_name_may_have_brackets_in_it() -> None:
    segment = Segment(ProcessId("build[prod]-1"), Stream.OUT, 1.0, b"x\n", 1)
    block = of_segments([(0, segment)])

    assert selected(IsOf(("build[prod]",)), block) == [0]
    assert selected(IsOf(("build[dev]",)), block) == []
