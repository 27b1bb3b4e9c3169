"""How the lines of a log look: wrapped, coloured, moved sideways, with times."""

import pytest

from brummer.model.log import Stream
from brummer.tui.paint import Times
from brummer.tui.row import Size
from brummer.tui.widgets.log import LOOK_BACK
from tests.tui.widgets.shown import SIZE, Shown, foregrounds


@pytest.fixture
def shown() -> Shown:
    shown = Shown()
    shown.lines()
    return shown


def test_wrapped_lines_scroll_by_rows() -> None:
    shown = Shown(0, size=Size(10, 4))
    shown.print("a" * 25, "b" * 25, "c")
    shown.pane.toggle_wrap()
    assert shown.lines() == ["b" * 10, "b" * 10, "b" * 5, "c"]

    shown.pane.stand.scroll(-2)
    assert shown.lines() == ["a" * 10, "a" * 5, "b" * 10, "b" * 10]

    shown.pane.stand.scroll(-1)
    assert shown.lines() == ["a" * 10, "a" * 10, "a" * 5, "b" * 10]

    shown.pane.stand.scroll(3)
    assert shown.pane.stand.following


def test_a_colour_that_is_left_open_goes_on_in_the_next_line() -> None:
    shown = Shown(0)
    shown.print("\x1b[31mred", "red too", "\x1b[0mplain", "\x1b[1;32mgreen")

    assert foregrounds(shown)[:4] == [
        "dark red",
        "dark red",
        "plain",
        "dark green,bold",
    ]


def test_an_open_colour_is_looked_for_above_what_is_shown_but_not_for_ever() -> None:
    shown = Shown(0)
    shown.print("\x1b[31mred", *["red too"] * (LOOK_BACK + SIZE.rows - 1))
    near = foregrounds(shown)

    shown.print("one more")

    assert near == ["dark red"] * SIZE.rows
    assert foregrounds(shown) == ["plain"] * SIZE.rows


def test_the_colours_of_a_line_are_its_own_whatever_was_drawn_before() -> None:
    shown = Shown(0)
    shown.print("\x1b[31mred", *["red too"] * 9)
    shown.pane.stand.to_top()

    for _ in range(6):
        assert foregrounds(shown) == ["dark red"] * SIZE.rows
        shown.pane.stand.scroll(1)


def test_colours_are_carried_on_for_each_process_and_stream_alone() -> None:
    shown = Shown(0, size=Size(30, 4))
    other = shown.fake.add_process("api").id
    shown.print("\x1b[31mred")
    shown.fake.print(other, "plain")
    shown.fake.print(shown.process, "plain", stream=Stream.ERR)
    shown.print("red too")
    shown.pane.show(None)

    texts = [row[1][0] for row in shown.pane.draw(shown.size)]

    assert [getattr(text, "foreground", "plain") for text in texts] == [
        "dark red",
        "plain",
        "plain",
        "dark red",
    ]


def test_a_line_that_is_longer_than_the_pane_can_be_read_to_its_end() -> None:
    shown = Shown(0, size=Size(5, 2))
    shown.print("abcdefghijklmnopqrst")
    shown.pane.toggle_wrap()
    assert shown.lines() == ["klmno", "pqrst"]

    shown.pane.stand.scroll(-1)
    assert shown.lines() == ["fghij", "klmno"]

    shown.pane.stand.to_top()
    assert shown.lines() == ["abcde", "fghij"]


def test_long_lines_can_be_moved_sideways_unless_they_wrap() -> None:
    shown = Shown(0, size=Size(10, 2))
    shown.print("abcdefghijklmnopqrstuvwxyz")

    shown.pane.sideways(1)
    assert shown.lines()[0] == "ijklmnopqr"
    assert "from column 9" in shown.title()

    shown.pane.sideways(-5)
    assert shown.lines()[0] == "abcdefghij"

    shown.pane.toggle_wrap()
    shown.pane.sideways(1)
    assert shown.lines()[0] == "klmnopqrst"


def test_times_change_in_turn_and_the_title_says_how() -> None:
    shown = Shown(2, size=Size(80, 2))
    found = []
    for _ in Times:
        found.append((shown.lines()[-1], shown.pane.title()[-1][1]))
        shown.pane.cycle_times()

    (clock, _), delta, start, none = found
    assert clock.endswith(" line 1")
    assert delta == ("  +0.000 line 1", "cut, delta")
    assert start == ("  +0.000 line 1", "cut, since start")
    assert none == ("line 1", "cut")


def test_fields_are_summed_up_while_that_is_wanted(shown: Shown) -> None:
    shown.print('{"msg": "hello", "level": "error"}')

    shown.pane.toggle_summary()
    summed_up = shown.lines()[-1]
    shown.pane.toggle_summary()

    assert summed_up == "ERROR hello"
    assert shown.lines()[-1].startswith("{")
