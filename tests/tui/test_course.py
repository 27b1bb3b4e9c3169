"""Tests of which lines are shown, in which order."""

from collections.abc import Sequence

import pytest

from brummer.core.index import Indexed
from brummer.model.log import LogExtent
from brummer.tui.course import Course, stretches


def indexed(*numbers: int, end: int = 100) -> Indexed:
    """Return an index of *numbers* that has looked at everything before *end*."""
    return Indexed(newer=numbers, fresh=len(numbers), end=end, complete=True)


EXTENT = LogExtent(1, 10, 100)
ALL = Course(extent=EXTENT)
FEW = Course(extent=EXTENT, found=indexed(3, 12, 15, 40, 99))
#: Lines 20 to 29 are the same, and 98 and 99 were not looked at yet.
FOLDED = Course(extent=EXTENT, firsts=indexed(*range(10, 21), *range(30, 98), end=98))


@pytest.mark.parametrize(
    ("course", "number", "lines"),
    [
        (ALL, 0, [10, 11, 12]),
        (ALL, 98, [98, 99]),
        (ALL, 200, []),
        (FEW, 0, [12, 15, 40]),
        (FEW, 16, [40, 99]),
        (FOLDED, 19, [19, 20, 30]),
        (FOLDED, 97, [97, 98, 99]),
    ],
)
def test_the_next_lines(course: Course, number: int, lines: list[int]) -> None:
    assert list(course.since(number, 3)) == lines


@pytest.mark.parametrize(
    ("course", "number", "lines"),
    [
        (ALL, 12, [10, 11]),
        (ALL, 200, [97, 98, 99]),
        (FEW, 200, [15, 40, 99]),
        (FEW, 13, [12]),
        (FOLDED, 31, [19, 20, 30]),
        (FOLDED, 100, [97, 98, 99]),
    ],
)
def test_the_lines_before(course: Course, number: int, lines: list[int]) -> None:
    assert list(course.until(number, 3)) == lines


@pytest.mark.parametrize(("course", "count"), [(ALL, 90), (FEW, 4), (FOLDED, 81)])
def test_only_what_is_shown_counts(course: Course, count: int) -> None:
    assert course.count() == count
    assert course.count(40, 41) == 1
    assert course.count(0, 10) == 0


@pytest.mark.parametrize(
    ("course", "number", "nearest"),
    [(ALL, 5, 10), (ALL, 500, 99), (FEW, 13, 15), (FEW, 500, 99), (FOLDED, 25, 20)],
)
def test_the_nearest_line(course: Course, number: int, nearest: int) -> None:
    assert course.nearest(number) == nearest
    assert nearest in course


def test_of_nothing_the_nearest_is_where_the_log_begins() -> None:
    assert Course(extent=EXTENT, found=indexed()).nearest(50) == 10


def test_a_line_stands_for_the_repeats_after_it() -> None:
    assert FOLDED.stands_for(20) == 10
    assert FOLDED.stands_for(19) == 1
    assert FOLDED.stands_for(97) == 1
    assert ALL.stands_for(20) == 1


def test_of_the_repeats_only_those_count_that_are_shown() -> None:
    course = Course(
        extent=EXTENT, found=indexed(20, 22, 29, 50), firsts=indexed(20, 50)
    )

    assert course.stands_for(20) == 3
    assert list(course.since(0, 9)) == [20, 50]


@pytest.mark.parametrize(
    ("numbers", "parts"),
    [
        ([], []),
        ([4], [range(4, 5)]),
        ([4, 5, 6, 9, 11, 12], [range(4, 7), range(9, 10), range(11, 13)]),
        (range(3, 9), [range(3, 9)]),
    ],
)
def test_lines_are_read_in_stretches(
    numbers: Sequence[int], parts: list[range]
) -> None:
    assert list(stretches(numbers)) == parts
