"""Tests of marks."""

from brummer.model.process import ProcessId
from brummer.tui.mark import MOST, Marks

WEB = ProcessId("web-1")


def test_lines_are_marked_and_unmarked_in_their_log() -> None:
    marks = Marks()

    first = marks.toggle(WEB, 7)
    marks.toggle(WEB, 3)
    marks.toggle(None, 5)
    again = marks.toggle(None, 5)

    assert first
    assert not again
    assert marks.of(WEB) == (3, 7)
    assert marks.of(None) == ()
    assert marks.has(WEB, 7)
    assert not marks.has(None, 7)
    assert not marks.has(WEB, 4)


def test_the_oldest_lines_lose_their_marks_when_there_are_too_many() -> None:
    marks = Marks()

    for number in range(MOST + 1):
        marks.toggle(WEB, number)

    assert marks.of(WEB) == tuple(range(1, MOST + 1))


def test_a_mark_takes_the_place_of_another_even_if_its_line_is_older() -> None:
    marks = Marks()
    for number in range(1, MOST + 1):
        marks.toggle(WEB, number)

    marked = marks.toggle(WEB, 0)

    assert marked
    assert marks.of(WEB) == (0, *range(2, MOST + 1))
