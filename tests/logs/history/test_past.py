"""Tests of reading what one process has printed."""

from pathlib import Path

import pytest

from brummer.logs.block import Block, Origin
from brummer.logs.history import place
from brummer.logs.history.past import of_all, of_process
from tests.logs.history.shelf import API, ERR, NOTE, WEB, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return 100 lines of one process in several parts, and some of another."""
    shelf = Shelf(tmp_path, part_bytes=200)
    for number in range(100):
        shelf.print(b"line %d\n" % number, time=float(number))
        if number % 10 == 0:
            shelf.print(b"between\n", API)
            shelf.write()
    shelf.write()
    shelf.close()
    return shelf


def blocks(shelf: Shelf, stop: int | None = None) -> list[Block]:
    past = shelf.run.past(WEB)
    found = [past.block(sheet) for sheet in past.newest_first(stop)]
    return [block for block in found if block is not None]


def newest_first(found: list[Block]) -> list[bytes]:
    """Return the lines of blocks that come in that order."""
    return [line for block in found for line in reversed([*block.printed(block.every)])]


def test_lines_come_back_with_their_numbers(shelf: Shelf) -> None:
    found = list(shelf.run.past(WEB).segments(33, 36))

    assert [(number, segment.data) for number, segment in found] == [
        (33, b"line 33\n"),
        (34, b"line 34\n"),
        (35, b"line 35\n"),
    ]


def test_the_next_line_is_found_over_gaps(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for data in (b"0\n1\n", b"lost\n" * 50, b"52\n"):
        shelf.print(data, time=float(len(data)))
        if len(data) > 10:
            shelf.lose()
        shelf.write()
    shelf.close()
    past = shelf.run.past(WEB)

    assert past.following(1, of_process) == 1
    assert past.following(2, of_process) == 52
    assert past.following(53, of_process) is None
    assert past.following(7, of_all) == 52


def test_blocks_come_newest_first_and_have_every_line_once(shelf: Shelf) -> None:
    found = blocks(shelf)

    lines = newest_first(found)
    assert lines == [b"line %d" % n for n in range(99, -1, -1)]
    assert len(found) > 3
    assert found[0].origin(0).process == WEB


def test_blocks_end_before_a_line(shelf: Shelf) -> None:
    found = blocks(shelf, stop=42)

    lines = newest_first(found)
    assert lines == [b"line %d" % n for n in range(41, -1, -1)]


def test_a_block_may_end_in_the_middle_of_what_one_read_brought(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"0\n1\n2\n3\n", time=5.0)
    shelf.write()
    shelf.close()

    (block,) = blocks(shelf, stop=3)

    assert block.data == b"0\n1\n2\n"
    assert block.lines == 3
    assert block.origin(2) == Origin(WEB, shelf.lines(WEB)[0].stream, 5.0, 2)


def test_a_block_knows_streams_times_and_colours(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"plain\n", time=1.0)
    shelf.print(b"\x1b[31mred\x1b[0m\n", stream=ERR, time=2.0)
    shelf.print(b"a note\n", stream=NOTE, time=3.0)
    shelf.write()
    shelf.close()

    (block,) = blocks(shelf)

    assert [block.text(at) for at in block.every] == [b"plain", b"red", b"a note"]
    assert block.plain == b"plain\nred\na note\n"
    assert [block.origin(at)[1:] for at in block.every] == [
        (shelf.lines(WEB)[at].stream, at + 1.0, at) for at in block.every
    ]


def test_a_block_is_of_bounded_size_unless_a_line_is_not(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, part_bytes=10**8)
    for _ in range(20):
        shelf.print(b"x" * 99_999 + b"\n")
    shelf.print(b"y" * 1_000_000 + b"\n")
    shelf.write()
    shelf.close()

    sizes = [len(block.data) for block in blocks(shelf)]

    assert sizes[0] == 1_000_001
    assert max(sizes[1:]) <= 256 * 1024
    assert sum(sizes) == 3_000_001


def test_sheets_of_parts_that_are_gone_make_no_block(shelf: Shelf) -> None:
    past = shelf.run.past(WEB)
    sheets = list(past.newest_first())
    for number in place.parts(shelf.folder())[1:]:
        place.with_end(place.part(shelf.folder(), number), place.LOG).unlink()

    found = [past.block(sheet) for sheet in sheets]

    assert found[0] is None
    assert found[-1] is not None


def test_what_was_found_is_known_as_soon_as_it_is_written(shelf: Shelf) -> None:
    past = shelf.run.past(WEB)
    before = len(past.found())
    shelf.writer.mark(WEB, [(33, 35)])
    then = [*past.found().within(0, 100)]
    shelf.writer.mark(WEB, [(50, 51)])

    assert before == 0
    assert then == [range(33, 35)]
    assert len(past.found()) == 2


def test_an_unterminated_line_keeps_its_form(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"one\nno end")
    shelf.end(WEB)
    shelf.write()
    shelf.close()

    segments = [segment for _, segment in shelf.run.past(WEB).segments(0, 9)]

    assert b"".join(segment.data for segment in segments) == b"one\nno end"
    assert blocks(shelf)[0].data == b"one\nno end\n"


def test_what_is_read_of_a_part_is_remembered_when_it_is_complete(
    shelf: Shelf,
) -> None:
    past = shelf.run.past(WEB)
    before = past.outlines()
    first = place.part(shelf.folder(), place.parts(shelf.folder())[0])
    place.with_end(first, place.INDEX).write_bytes(b"")

    assert past.outlines() == before
    assert shelf.run.past(WEB).outlines() == before[1:]
