"""Measuring, cutting, and laying rows over each other."""

import pytest
import urwid
from hypothesis import given
from hypothesis import strategies as st

from brummer.tui.row import (
    Row,
    RowsCanvas,
    Size,
    blank,
    cut,
    encode,
    fit,
    fit_right,
    laid_over,
    printable,
    ready,
    stacked,
    trim,
    width,
)
from tests.tui.stage import text_of

WIDE = "\N{CJK UNIFIED IDEOGRAPH-5B57}"


def columns_of(row: Row) -> int:
    """Return the width of a row as urwid measures it."""
    data = b"".join(run[2] for run in row)
    return urwid.calc_width(data, 0, len(data))


@pytest.mark.parametrize(
    ("text", "columns", "cut_text"),
    [
        ("abc", 2, "ab"),
        ("abc", 9, "abc"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        (f"a{WIDE}b", 2, "a"),
        (f"a{WIDE}b", 3, f"a{WIDE}"),
        (WIDE, 1, ""),
    ],
)
def test_text_is_cut_by_columns(text: str, columns: int, cut_text: str) -> None:
    assert cut(text, columns) == cut_text


def test_text_is_fitted_to_either_edge() -> None:
    assert fit("ab", 4) == "ab  "
    assert fit_right("ab", 4) == "  ab"
    assert fit("abcdef", 4) == "abcd"
    assert fit(f"abc{WIDE}", 4) == "abc "


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u202f", "\u3000"])
def test_spaces_of_every_kind_are_blanks_as_wide_as_they_were(space: str) -> None:
    shown = printable(f"a{space}b")

    assert shown.replace(" ", "") == "ab"
    assert width(shown) == width(f"a{space}b")


def test_what_could_steer_a_terminal_is_replaced() -> None:
    hostile = "a\x1b[2Jb\x9bc\u202ed\u200be\n\ud800"

    safe = printable(hostile)

    assert safe.isprintable()
    assert [c for c in safe if c.isascii()] == list("a[2Jbcde")


def test_a_terminal_without_utf8_gets_a_question_mark_for_each_column() -> None:
    urwid.set_encoding("ascii")

    assert encode(f"a{WIDE}b\N{LATIN SMALL LETTER E WITH ACUTE}") == b"a??b?"


@given(
    spans=st.lists(st.tuples(st.sampled_from([None, "dim"]), st.text(max_size=12))),
    columns=st.integers(0, 40),
)
def test_a_row_is_exactly_as_wide_as_its_area(
    spans: list[tuple[str | None, str]], columns: int
) -> None:
    row = ready(spans, columns)

    assert columns_of(row) == columns


@given(
    text=st.text(alphabet=f"ab{WIDE}", max_size=20),
    left=st.integers(0, 12),
    columns=st.integers(1, 20),
)
def test_a_part_of_a_row_is_as_wide_as_it_was_asked_for(
    text: str, left: int, columns: int
) -> None:
    row = ready([(None, text)], 40)

    part = trim(row, left, columns)

    assert columns_of(part) == min(columns, 40 - left)


def test_a_wide_character_that_is_cut_through_becomes_blank() -> None:
    row = ready([(None, f"a{WIDE}b")], 4)

    assert text_of([trim(row, 2, 2)]) == [" b"]
    assert text_of([trim(row, 0, 2)]) == ["a"]


def test_a_box_lies_on_what_is_below_it() -> None:
    below = [ready([(None, "....")], 4) for _ in range(3)]
    box = [ready([(None, "ab")], 2)]

    rows = laid_over(below, box, Size(1, 1), 2)

    assert text_of(rows) == ["....", ".ab.", "...."]


def test_rows_are_cut_or_filled_to_the_height() -> None:
    assert stacked([], Size(3, 2)) == [blank(3), blank(3)]
    assert len(stacked([blank(3)] * 5, Size(3, 2))) == 2
    assert stacked([], Size(3, 0)) == []


def test_a_canvas_hands_out_any_part_of_itself() -> None:
    rows = [ready([("dim", "abc")], 3), ready([(None, "def")], 3)]
    canvas = RowsCanvas(rows, 3, (1, 1))

    part = list(canvas.content(1, 1, 1, 1))
    mapped = list(canvas.content(attr={"dim": "head"}))

    assert (canvas.cols(), canvas.rows(), canvas.cursor) == (3, 2, (1, 1))
    assert part == [[(None, None, b"e")]]
    assert mapped[0] == [("head", None, b"abc")]


def test_width_counts_columns() -> None:
    assert width(f"ab{WIDE}") == 4
