"""One line of input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.tui.edit import LIMIT, LineEdit
from brummer.tui.row import width


def typed(*keys: str, text: str = "") -> LineEdit:
    """Return a line after some keys."""
    line = LineEdit.holding(text)
    for key in keys:
        line.press(key)
    return line


@pytest.mark.parametrize(
    ("keys", "text", "position"),
    [
        (("a", "b"), "one twoab", 9),
        (("left", "x"), "one twxo", 7),
        (("home", "x"), "xone two", 1),
        (("ctrl a", "delete"), "ne two", 0),
        (("ctrl e", "backspace"), "one tw", 6),
        (("ctrl w",), "one ", 4),
        (("ctrl w", "ctrl w"), "", 0),
        (("ctrl u",), "", 0),
        (("home", "right", "ctrl k"), "o", 1),
        (("home", "left", "backspace"), "one two", 0),
        (("end", "right", "delete"), "one two", 7),
    ],
)
def test_keys_do_what_they_do_in_a_shell(
    keys: tuple[str, ...], text: str, position: int
) -> None:
    line = typed(*keys, text="one two")

    assert (line.text, line.position) == (text, position)


def test_a_key_that_means_nothing_is_not_taken() -> None:
    assert not LineEdit().press("f1")
    assert LineEdit().press("\N{LATIN SMALL LETTER E WITH ACUTE}")


def test_input_is_bounded() -> None:
    line = typed(*"x" * (LIMIT + 10))

    assert len(line.text) == LIMIT


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_the_cursor_is_always_in_sight(text: str, position: int, columns: int) -> None:
    line = LineEdit(text, min(position, len(text)))

    shown, cursor = line.shown(columns)

    assert 0 <= cursor < columns
    assert width(shown) <= columns


def test_no_room_shows_nothing() -> None:
    assert LineEdit.holding("abc").shown(0) == ("", 0)
