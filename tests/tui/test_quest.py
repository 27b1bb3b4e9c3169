"""Tests of going from one line that was found to the next."""

import pytest

from brummer.core.index import Indexed
from brummer.logs.block import of_segments
from brummer.logs.expression import parse
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId
from brummer.tui.quest import Quest, Sought, Stop, Way, next_stop

NEWER, OLDER = Way.NEWER, Way.OLDER


def indexed(*numbers: int, low: int = 0, complete: bool = True) -> Indexed:
    return Indexed(
        newer=numbers, fresh=len(numbers), low=low, end=100, complete=complete
    )


@pytest.mark.parametrize(
    ("here", "way", "stop"),
    [
        (5, NEWER, Stop(10)),
        (10, NEWER, Stop(20)),
        (30, NEWER, Stop(10, wrapped=True)),
        (30, OLDER, Stop(20)),
        (20, OLDER, Stop(10)),
        (10, OLDER, Stop(30, wrapped=True)),
    ],
)
def test_the_next_line_is_the_nearest_and_after_the_last_comes_the_first(
    here: int, way: Way, stop: Stop
) -> None:
    assert next_stop(indexed(10, 20, 30), here, way) == stop


def test_where_nothing_was_found_nothing_is_next() -> None:
    assert next_stop(indexed(), 5, NEWER) is None


@pytest.mark.parametrize(("here", "way"), [(5, NEWER), (70, OLDER), (90, NEWER)])
def test_what_was_not_looked_at_may_be_nearer(here: int, way: Way) -> None:
    found = indexed(80, 90, low=60, complete=False)

    with pytest.raises(LookupError):
        next_stop(found, here, way)


@pytest.mark.parametrize(("here", "way"), [(60, NEWER), (85, OLDER)])
def test_what_was_looked_at_is_known(here: int, way: Way) -> None:
    assert next_stop(indexed(80, 90, low=60, complete=False), here, way) == Stop(80)


def test_where_no_more_is_looked_at_the_rest_is_all_there_is() -> None:
    found = Indexed(newer=(80,), fresh=1, low=60, end=100, problem="too slow")

    assert next_stop(found, 5, NEWER) == Stop(80)
    assert next_stop(found, 70, OLDER) == Stop(80, wrapped=True)


class HandIndex:
    """An index that finds what a test says."""

    def __init__(self) -> None:
        self.found = indexed(low=100, complete=False)
        self.is_open = True

    def refresh(self) -> None:
        """Find nothing by itself."""

    def close(self) -> None:
        self.is_open = False


def test_one_goes_when_it_is_known_where_to() -> None:
    index, stops = HandIndex(), list[Stop | None]()
    quest = Quest("error", index)

    quest.go(50, OLDER, stops.append)
    waited = quest.is_waiting
    index.found = indexed(40, low=30, complete=False)
    quest.refresh()
    quest.refresh()

    assert waited
    assert stops == [Stop(40)]
    assert not quest.is_waiting


def test_a_wish_that_is_forgotten_is_not_granted() -> None:
    index, stops = HandIndex(), list[Stop | None]()
    quest = Quest("error", index)
    quest.go(50, OLDER, stops.append)

    quest.close()
    index.found = indexed(40)
    quest.refresh()

    assert stops == []
    assert not index.is_open


@pytest.mark.parametrize(
    ("sought", "lines"),
    [
        (Sought(text="to do"), [0, 1]),
        (Sought(text="To Do"), [1]),
        (Sought(text="to do", case=True), [0]),
        (Sought(text="To Do", case=False), [0, 1]),
        (Sought(text='a "b\\c" (d'), [2]),
        (Sought(text="level:none"), [3]),
        (Sought(text=r"^t. d|x/y", is_regex=True), [0, 1, 4]),
        (Sought(text=r"x\/y|C:\\z", is_regex=True), [4, 5]),
        (Sought(text="x/y"), [4]),
        (Sought(text="@saved"), [6]),
        (Sought(text="-not"), [7]),
    ],
)
def test_what_is_sought_is_the_same_in_the_words_of_filters(
    sought: Sought, lines: list[int]
) -> None:
    data = b'to do\nTo Do\na "b\\c" (d\nlevel:none\nx/y\nC:\\z\n@saved\nit is -not\n'
    block = of_segments([(0, Segment(ProcessId("a-1"), Stream.OUT, 1.0, data, 8))])

    found = parse(sought.expression).select(block, block.every)

    assert list(found) == lines
    assert [n for n in block.every if sought.pattern.matches(block.text(n))] == lines
