"""Tests of tables and times for people."""

import pytest

from brummer.cli.table import duration, memory, table


def test_columns_line_up_and_no_line_ends_in_spaces() -> None:
    text = table(("ID", "STATUS"), [("web-1", "running"), ("a", 7)])

    assert text.splitlines() == ["ID     STATUS", "web-1  running", "a      7"]


def test_nothing_is_cut() -> None:
    assert "x" * 500 in table(("A",), [("x" * 500,)])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0s"),
        (4.24, "4.2s"),
        (187, "3m07s"),
        (18_120, "5h02m"),
        (187_200, "2d04h"),
    ],
)
def test_a_duration_shows_its_two_largest_parts(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0K"), (300_000, "292K"), (2**28, "256M"), (2**31, "2.0G")]
)
def test_memory_is_short(size: int, text: str) -> None:
    assert memory(size) == text
