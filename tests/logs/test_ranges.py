"""Tests of ranges of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.ranges import NONE, Ranges

RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda r: (r[0], sum(r)))
)


@given(ranges=RANGES, first=st.integers(0, 70), count=st.integers(0, 70))
def test_what_they_have_of_some_numbers_is_found(
    ranges: list[tuple[int, int]], first: int, count: int
) -> None:
    wanted = {n for one, end in ranges for n in range(one, end)}

    found = [n for each in Ranges(ranges).within(first, first + count) for n in each]

    assert found == sorted(wanted & set(range(first, first + count)))


@pytest.mark.parametrize(
    ("ranges", "count"),
    [([(5, 7), (1, 5)], 1), ([(1, 9), (2, 3)], 1), ([(1, 2), (3, 4)], 2), ([], 0)],
)
def test_those_that_meet_are_one(ranges: list[tuple[int, int]], count: int) -> None:
    assert len(Ranges(ranges)) == count


def test_none_has_nothing() -> None:
    assert list(NONE.within(0, 10**9)) == []


def test_where_they_begin_is_known() -> None:
    ranges = Ranges([(1, 5), (7, 9)])

    assert [n for n in range(11) if ranges.begins(n)] == [1, 7]
