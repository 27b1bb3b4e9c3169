"""Tests of what an index shows of itself."""

from array import array

import pytest

from brummer.core.index import Indexed

FOUND = Indexed(
    older=array("Q", [7, 5, 3, 1]),
    past=3,
    newer=array("Q", [2, 10, 12, 14]),
    skipped=1,
    fresh=3,
    low=3,
    end=13,
)


def test_the_numbers_ascend_and_only_those_count_that_were_published() -> None:
    assert list(FOUND) == [3, 5, 7, 10, 12]
    assert len(FOUND) == 5
    assert FOUND[0] == 3
    assert FOUND[4] == 12


@pytest.mark.parametrize("at", [-1, 5])
def test_there_is_nothing_at_other_places(at: int) -> None:
    with pytest.raises(IndexError):
        FOUND[at]


@pytest.mark.parametrize(
    ("number", "before"), [(0, 0), (3, 0), (4, 1), (10, 3), (99, 5)]
)
def test_a_line_has_its_place_among_them(number: int, before: int) -> None:
    assert FOUND.before(number) == before


def test_it_says_which_lines_it_has() -> None:
    assert FOUND.has(10)
    assert not FOUND.has(11)
    assert not FOUND.has(14)


def test_it_says_how_far_it_is() -> None:
    assert FOUND.share == pytest.approx(10 / 13)
    assert Indexed(low=5, end=10, complete=True).share == 1
    assert Indexed().share == 1
