"""A selection that keeps to its item."""

from hypothesis import given
from hypothesis import strategies as st

from brummer.tui.selection import Selection


def selecting(items: str, key: str) -> Selection[str]:
    """Return a selection of *key* among *items*."""
    selection: Selection[str] = Selection()
    selection.show(items)
    selection.select(key)
    return selection


def test_the_selection_stays_with_its_item() -> None:
    selection = selecting("abc", "b")

    selection.show("xyabc")

    assert selection.key == "b"


def test_the_one_that_took_its_place_is_selected_when_an_item_goes() -> None:
    selection = selecting("abc", "b")

    selection.show("ac")

    assert selection.key == "c"


def test_a_stand_in_goes_before_the_place() -> None:
    selection = selecting("abc", "a")

    selection.show("bcd", instead="d")

    assert selection.key == "d"


def test_an_empty_list_has_no_selection() -> None:
    selection = selecting("abc", "c")

    selection.show("")
    selection.move(1)

    assert selection.key is None
    assert not selection.select("a")
    assert list(selection.window(5)) == []


def test_moving_stops_at_the_ends() -> None:
    selection = selecting("abc", "b")

    selection.move(9)
    assert selection.key == "c"

    selection.move(-9)
    assert selection.key == "a"


def test_the_window_moves_no_further_than_it_has_to() -> None:
    selection = selecting("abcdefgh", "a")
    selection.window(3)

    selection.move(3)
    down = selection.window(3)
    selection.move(-1)
    still = selection.window(3)

    assert down == still == range(1, 4)
    assert selection.at(0) == "b"
    assert selection.at(9) is None


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 12), st.integers(0, 6))),
)
def test_the_selected_item_is_always_in_the_window(
    steps: list[tuple[int, int, int]],
) -> None:
    selection: Selection[int] = Selection()
    for move, length, rows in steps:
        selection.show(range(length))
        selection.move(move)

        window = selection.window(rows)

        if length:
            assert selection.index in window
            assert len(window) <= max(1, rows)
