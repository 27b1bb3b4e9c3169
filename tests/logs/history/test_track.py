"""Tests of the files of one process, and of what may happen to them."""

import os
import shutil
from pathlib import Path

import pytest

from brummer.logs.history import packing, place
from brummer.logs.history.part import Part
from brummer.logs.history.past import Past
from brummer.logs.history.track import Track
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")


class Desk:
    """A track in *folder*, and what it wrote."""

    def __init__(self, folder: Path, part_bytes: int = 1000) -> None:
        self.folder = folder
        self.track = Track(folder, part_bytes=part_bytes)
        self.number = 0

    def write(self, data: bytes) -> int:
        """Write lines."""
        segment = Segment(WEB, Stream.OUT, 1.0, data, data.count(b"\n"))
        self.track.add(self.number, self.number, segment)
        self.number += segment.lines
        return self.track.write(lambda folder: folder.mkdir(exist_ok=True))

    @property
    def numbers(self) -> list[int]:
        """The numbers of the lines that can be read."""
        return [
            number + line
            for number, segment in Past(self.folder, WEB).segments(0, 10**9)
            for line in range(segment.lines)
        ]

    def log(self, part: int = 1) -> Path:
        """Return the path of a part's output."""
        return place.with_end(place.part(self.folder, part), place.LOG)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "web-1")


def test_what_is_written_stands_there_as_it_was_printed(desk: Desk) -> None:
    desk.write(b"one\n")
    desk.write(b"\x1b[31mtwo\x1b[0m\r\n\xff\n")

    assert desk.log().read_bytes() == b"one\n\x1b[31mtwo\x1b[0m\r\n\xff\n"
    assert desk.log().stat().st_mode & 0o777 == 0o600


def test_a_full_part_is_followed_by_another(desk: Desk) -> None:
    for _ in range(5):
        desk.write(b"x" * 399 + b"\n")

    assert place.parts(desk.folder) == [1, 2, 3]
    assert desk.log(1).stat().st_size == 800
    assert desk.numbers == [0, 1, 2, 3, 4]


def test_more_than_a_part_takes_is_a_part_of_its_own(desk: Desk) -> None:
    desk.write(b"x\n" * 5000)
    desk.write(b"y\n")

    assert place.parts(desk.folder) == [1, 2]
    assert len(desk.numbers) == 5001


def test_nothing_stays_open(desk: Desk) -> None:
    before = len([*Path("/dev/fd").iterdir()])

    desk.write(b"one\n")

    assert len([*Path("/dev/fd").iterdir()]) == before


def test_a_file_that_somebody_cut_is_left_alone(desk: Desk) -> None:
    desk.write(b"one\ntwo\n")
    os.truncate(desk.log(), 4)

    desk.write(b"three\n")

    assert desk.log(1).read_bytes() == b"one\n"
    assert desk.log(2).read_bytes() == b"three\n"
    assert desk.numbers == [2]


def test_a_file_that_somebody_added_to_is_left_alone(desk: Desk) -> None:
    desk.write(b"one\n")
    with desk.log().open("ab") as file:
        file.write(b"a remark\n")

    desk.write(b"two\n")

    assert desk.log(1).read_bytes() == b"one\na remark\n"
    assert desk.numbers == [0, 1]


def test_a_file_that_somebody_removed_is_followed_by_another(desk: Desk) -> None:
    desk.write(b"one\n")
    desk.log().unlink()

    desk.write(b"two\n")

    assert 1 in desk.numbers


def test_a_part_that_was_packed_meanwhile_is_followed_by_another(desk: Desk) -> None:
    desk.write(b"one\n")
    desk.write(b"two\n")
    for plain, packed in (
        (place.LOG, place.PACKED),
        (place.INDEX, place.PACKED_INDEX),
    ):
        file = place.with_end(place.part(desk.folder, 1), plain)
        content = packing.member(file.read_bytes())
        place.with_end(place.part(desk.folder, 1), packed).write_bytes(content)
        file.unlink()

    desk.write(b"three\n")

    assert place.parts(desk.folder) == [1, 2]
    assert not place.with_end(place.part(desk.folder, 1), place.LOG).exists()
    assert desk.log(2).read_bytes() == b"three\n"
    with Part(place.part(desk.folder, 1)) as part:
        assert part.read(0, 8) == b"one\ntwo\n"


def test_a_file_that_somebody_replaced_by_a_link_is_not_written_to(
    desk: Desk, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"one\n")
    desk.write(b"one\n")
    desk.log().unlink()
    desk.log().symlink_to(precious)

    desk.write(b"two\n")

    assert precious.read_bytes() == b"one\n"
    assert desk.numbers == [1]


def test_a_folder_that_somebody_removed_comes_back(desk: Desk) -> None:
    desk.write(b"one\n")
    shutil.rmtree(desk.folder)

    desk.write(b"two\n")

    assert desk.numbers == [1]
    # No number is used twice, or readers would take one part for another.
    assert place.parts(desk.folder) == [2]


def test_a_write_that_fails_is_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(b"one\n")
    write = os.write

    def half(file: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(28, "No space left on device")
        return write(file, data[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half)
        with pytest.raises(OSError, match="No space"):
            desk.write(b"a line that is lost\n")
    desk.write(b"three\n")

    assert desk.log().read_bytes() == b"one\nthree\n"
    assert desk.numbers == [0, 2]


def test_a_write_that_cannot_be_taken_back_is_the_last_in_its_part(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(b"one\n")

    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda f, d: write(f, d[:3]) if d[3:] else fail())
        patch.setattr(os, "truncate", fail)
        with pytest.raises(OSError, match="Input/output"):
            desk.write(b"lost\n")
    desk.write(b"three\n")

    assert desk.log(1).read_bytes().startswith(b"one\n")
    assert desk.log(2).read_bytes() == b"three\n"
    assert desk.numbers == [0, 2]


def test_a_track_that_was_forgotten_goes_on_in_the_next_part(desk: Desk) -> None:
    desk.write(b"one\ntwo\n")
    again = Desk(desk.folder)
    again.number = 2

    again.write(b"three\n")

    assert place.parts(desk.folder) == [1, 2]
    assert again.numbers == [0, 1, 2]


def test_numbers_go_on_when_memory_has_forgotten_the_log(desk: Desk) -> None:
    desk.write(b"one\ntwo\n")
    desk.number = 0

    desk.write(b"three\n")
    desk.write(b"four\n")

    assert desk.numbers == [0, 1, 2, 3]
