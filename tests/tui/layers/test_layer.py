"""Boxes over a view."""

from brummer.tui.layers.layer import boxed, centred
from brummer.tui.row import Size
from brummer.tui.theme import ASCII
from tests.tui.stage import text_of, width_of


def test_a_box_is_as_large_as_it_has_to_be() -> None:
    box = boxed("Title", [[(None, "hello, you")]], Size(80, 24), ASCII)

    assert text_of(box.rows) == ["+- Title ----+", "| hello, you |", "+------------+"]


def test_a_title_that_is_too_long_leaves_the_frame_whole() -> None:
    box = boxed("A rather long title", [[(None, "x")]], Size(16, 24), ASCII)

    assert text_of(box.rows) == [
        "+- A rather lo +",
        "| x            |",
        "+--------------+",
    ]


def test_a_low_view_has_room_for_what_is_in_the_box_only() -> None:
    lines = [[(None, "sure?")], [(None, "yes")], [(None, "no")]]

    box = boxed("Title", lines, Size(16, 3), ASCII)

    assert text_of(box.rows) == ["sure?", "yes", "no"]


def test_a_box_is_no_larger_than_the_view() -> None:
    lines = [[(None, "x" * 50)]] * 50
    for columns in range(30):
        for rows in range(10):
            box = boxed("Title", lines, Size(columns, rows), ASCII)

            assert len(box.rows) <= rows
            assert box.columns <= columns
            assert {width_of(row) for row in box.rows} <= {box.columns}


def test_a_box_stands_in_the_middle() -> None:
    box = boxed("Title", [[(None, "hello, you")]], Size(80, 24), ASCII)

    assert centred(box, Size(80, 24)) == (33, 10)
    assert centred(box, Size(5, 1)) == (0, 0)
