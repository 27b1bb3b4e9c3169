"""Tests of conditions."""

from collections.abc import Sequence

import pytest

from brummer.core.pattern import Pattern
from brummer.logs.block import Block, newest_first
from brummer.logs.condition import (
    All,
    Any,
    Condition,
    HasText,
    IsBetween,
    IsFrom,
    Not,
)
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")
OUT, ERR = Stream.OUT, Stream.ERR
ODD = HasText(Pattern("odd"))
FROM_WEB = IsFrom([WEB])


@pytest.fixture
def block() -> Block:
    """Return 100 lines, the odd ones of api, in reads of two lines each."""
    store = LogStore()
    for number in range(0, 100, 2):
        store.append(WEB, OUT, b"%d even\n" % number, float(number))
        store.append(API, ERR, b"%d \x1b[1modd\x1b[m\n" % (number + 1), number + 1.0)
    store.publish()
    (made,) = newest_first(store.snapshot())
    return made


def selected(condition: Condition, block: Block) -> list[int]:
    return list(condition.select(block, block.every))


def test_a_text_is_found_without_colours(block: Block) -> None:
    assert selected(HasText(Pattern("7 odd")), block) == [*range(7, 100, 10)]


@pytest.mark.parametrize(
    "among", [[], [7], [6, 7, 8], range(50), [*range(0, 100, 3)], range(100)]
)
@pytest.mark.parametrize(
    "condition",
    [
        ODD,
        FROM_WEB,
        IsBetween(10, 30),
        Not(ODD),
        All((ODD, IsBetween(10, 30))),
        Any((FROM_WEB, IsBetween(10, 30))),
        All(()),
        Any(()),
    ],
)
def test_only_lines_among_those_asked_for_are_selected(
    condition: Condition, among: Sequence[int], block: Block
) -> None:
    every = selected(condition, block)

    assert list(condition.select(block, among)) == [n for n in every if n in among]


def test_lines_come_from_processes_and_streams(block: Block) -> None:
    assert selected(FROM_WEB, block) == [*range(0, 100, 2)]
    assert selected(IsFrom(streams=[ERR]), block) == [*range(1, 100, 2)]
    assert selected(IsFrom([WEB], [ERR]), block) == []
    assert selected(IsFrom(), block) == [*range(100)]


def test_a_time_range_begins_with_its_start_and_ends_before_its_end(
    block: Block,
) -> None:
    assert selected(IsBetween(10, 30), block) == [*range(10, 30)]
    assert selected(IsBetween(since=98.5), block) == [99]
    assert selected(IsBetween(until=1), block) == [0]


def test_conditions_combine(block: Block) -> None:
    assert selected(All((ODD, IsBetween(10, 14))), block) == [11, 13]
    assert selected(Any((IsBetween(until=2), IsBetween(98))), block) == [0, 1, 98, 99]
    assert selected(Not(ODD), block) == [*range(0, 100, 2)]
    assert selected(Not(All((ODD, FROM_WEB))), block) == [*range(100)]


def test_lines_that_were_dropped_are_never_selected() -> None:
    store = LogStore(max_entries=5)
    store.append(WEB, OUT, b"odd\n" * 20, 1.0)
    store.publish()
    (block,) = newest_first(store.snapshot())

    assert selected(ODD, block) == [15, 16, 17, 18, 19]
    assert selected(FROM_WEB, block) == [15, 16, 17, 18, 19]
