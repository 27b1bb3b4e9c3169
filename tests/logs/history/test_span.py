"""Tests of knowing what is in the folders of processes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from brummer.logs.history import place
from brummer.logs.history.part import Outline, outline
from brummer.logs.history.span import Span, Spans
from tests.logs.history.shelf import API, WEB, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a shelf with three parts of web, after a line of api."""
    shelf = Shelf(tmp_path, part_bytes=20)
    shelf.print(b"api\n", API)
    for number in range(6):
        shelf.print(b"line %d\n" % number)
        shelf.write()
    return shelf


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the parts that were opened since."""
    opened: list[Path] = []

    def noted(stem: Path) -> Outline | None:
        opened.append(stem)
        return outline(stem)

    monkeypatch.setattr("brummer.logs.history.span.outline", noted)
    return opened


def test_a_span_is_from_the_first_part_to_the_last(shelf: Shelf) -> None:
    assert Spans().of(shelf.folder()) == Span(0, 6, 1, 7)


def test_a_folder_without_lines_has_none(shelf: Shelf, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    place.with_end(place.part(empty, 1), place.INDEX).write_bytes(b"")

    assert Spans().of(empty) is None
    assert Spans().of(tmp_path / "nowhere") is None


def test_what_is_known_needs_no_other_look(shelf: Shelf, looks: list[Path]) -> None:
    spans = Spans()
    known = spans.of(shelf.folder())
    looks.clear()

    assert spans.of(shelf.folder()) == known
    assert looks == []


def _more(shelf: Shelf) -> None:
    shelf.print(b"more\n" * 10)
    shelf.write()


def _more_in_the_same_part(shelf: Shelf) -> None:
    shelf.print(b"x\n")
    shelf.write()


def _without_the_oldest(shelf: Shelf) -> None:
    for end in (place.LOG, place.INDEX):
        place.with_end(place.part(shelf.folder(), 1), end).unlink()


@pytest.mark.parametrize("change", [_more, _more_in_the_same_part, _without_the_oldest])
def test_what_changes_is_seen(shelf: Shelf, change: Callable[[Shelf], None]) -> None:
    spans = Spans()
    before = spans.of(shelf.folder())

    change(shelf)

    after = spans.of(shelf.folder())
    assert after != before
    assert after == Spans().of(shelf.folder())


def test_parts_that_cannot_be_read_are_passed_over(shelf: Shelf) -> None:
    for number in (1, place.parts(shelf.folder())[-1]):
        place.with_end(place.part(shelf.folder(), number), place.LOG).unlink()

    found = Spans().of(shelf.folder())

    assert found is not None
    assert 0 < found.first < found.end < 6


def test_not_more_is_remembered_than_there_may_be(
    shelf: Shelf, looks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brummer.logs.history.span.MOST", 1)
    spans = Spans()

    found = [spans.of(shelf.folder(each)) for each in (WEB, API, WEB, API)]

    assert found[:2] == found[2:]
    assert len(looks) == 8
