"""Tests of one part."""

from pathlib import Path

import pytest

from brummer.logs.history import packing, place
from brummer.logs.history.part import Part, outline
from brummer.logs.history.past import of_all, of_process
from brummer.logs.history.stretch import SIZE
from tests.logs.history.shelf import API, ERR, Shelf


@pytest.fixture
def stem(tmp_path: Path) -> Path:
    """Return a part of lines 0 to 29, of which every second one is another record."""
    shelf = Shelf(tmp_path)
    for number in range(0, 30, 3):
        shelf.print(b"%d\n%d\n" % (number, number + 1), time=float(number))
        shelf.print(b"between\n", API)
        shelf.print(b"%d\n" % (number + 2), stream=ERR, time=number + 0.5)
    shelf.write()
    shelf.close()
    return place.part(shelf.folder(), 1)


def test_a_record_is_found_by_a_line_in_it(stem: Path) -> None:
    with Part(stem) as part:
        assert part.count == 20
        assert part.find(0, of_process) == 0
        assert part.find(1, of_process) == 0
        assert part.find(2, of_process) == 1
        assert part.find(29, of_process) == 19
        assert part.find(30, of_process) == 20
        assert part.find_end(0, of_process) == 0
        assert part.find_end(1, of_process) == 1
        assert part.find_end(1000, of_process) == 20


def test_a_record_is_found_by_its_number_in_the_log_of_all(stem: Path) -> None:
    with Part(stem) as part:
        # Line 2 of all is another process's.
        assert part.find(2, of_all) == 1
        assert part.record(1).merged == 3
        assert part.find_end(3, of_all) == 1


def test_what_was_printed_is_read_from_its_place(stem: Path) -> None:
    with Part(stem) as part:
        record = part.record(19)

        assert part.read(record.offset, record.size) == b"29\n"


def test_the_outline_tells_which_lines_are_there(stem: Path) -> None:
    found = outline(stem)

    assert found is not None
    assert (found.first, found.end, found.merged, found.merged_end) == (0, 30, 0, 40)


def test_half_a_record_is_left_out(stem: Path) -> None:
    with place.with_end(stem, place.INDEX).open("ab") as file:
        file.write(b"x" * (SIZE - 1))

    with Part(stem) as part:
        assert part.count == 20


@pytest.mark.parametrize("left", [0, 1, 40])
def test_records_whose_lines_are_gone_are_left_out(stem: Path, left: int) -> None:
    log = place.with_end(stem, place.LOG)
    log.write_bytes(log.read_bytes()[:left])

    with Part(stem) as part:
        found = [part.record(at) for at in range(part.count)]

        assert all(one.offset + one.size <= left for one in found)
        assert part.count == {0: 0, 1: 0, 40: 10}[left]


def test_a_packed_part_is_as_it_was(stem: Path) -> None:
    with Part(stem) as part:
        before = list(part.columns(0, part.count)), part.read(0, 30)

    for plain, packed in (
        (place.LOG, place.PACKED),
        (place.INDEX, place.PACKED_INDEX),
    ):
        file = place.with_end(stem, plain)
        place.with_end(stem, packed).write_bytes(packing.member(file.read_bytes()))
        file.unlink()

        with Part(stem) as part:
            assert (list(part.columns(0, part.count)), part.read(0, 30)) == before


def test_output_that_no_record_speaks_of_is_nobodys(stem: Path) -> None:
    with place.with_end(stem, place.LOG).open("ab") as file:
        file.write(b"half a wri")

    with Part(stem) as part:
        assert part.count == 20


@pytest.mark.parametrize("index", [b"\xff" * SIZE * 3, b""])
def test_what_is_no_index_has_no_lines(stem: Path, index: bytes) -> None:
    place.with_end(stem, place.INDEX).write_bytes(index)

    assert outline(stem) is None


def test_a_part_that_is_not_there_has_no_outline(tmp_path: Path) -> None:
    assert outline(tmp_path / "00000007") is None
