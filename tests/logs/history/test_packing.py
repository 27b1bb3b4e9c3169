"""Tests of packed files."""

import gzip
import random
from pathlib import Path

import pytest

from brummer.logs.history import packing
from brummer.logs.history.packing import MEMBER, Packed, PackingError

#: Three members, the last of them short.
OUTPUT = random.Random(1).randbytes(2 * MEMBER) + b"the end\n" * 100


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "00000001.log.gz"
    with path.open("wb") as file:
        for begin in range(0, len(OUTPUT), MEMBER):
            file.write(packing.member(OUTPUT[begin : begin + MEMBER]))
    return path


def test_gzip_reads_what_we_pack(packed: Path) -> None:
    assert gzip.decompress(packed.read_bytes()) == OUTPUT


def test_any_place_can_be_read_alone(packed: Path) -> None:
    file = Packed(packed)

    assert file.size == len(OUTPUT)
    for begin, end in (
        (0, 10),
        (MEMBER - 5, MEMBER + 5),
        (10, 2 * MEMBER + 10),
        (len(OUTPUT) - 8, len(OUTPUT)),
    ):
        assert file.read(begin, end - begin) == OUTPUT[begin:end]


def test_beyond_the_end_there_is_nothing(packed: Path) -> None:
    file = Packed(packed)

    assert file.read(len(OUTPUT) - 3, 10) == OUTPUT[-3:]
    assert file.read(len(OUTPUT) + MEMBER, 10) == b""


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.gz").touch()

    assert Packed(tmp_path / "empty.gz").size == 0


@pytest.mark.parametrize(
    "content", [b"x", gzip.compress(b"packed by hand"), b"\0" * 100], ids=len
)
def test_what_we_have_not_packed_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "00000001.log.gz"
    path.write_bytes(content)

    with pytest.raises(PackingError, match=r"00000001\.log\.gz is not as it was"):
        Packed(path)


def test_damage_is_found_when_it_is_read(packed: Path) -> None:
    content = bytearray(packed.read_bytes())
    content[1000:1100] = bytes(100)
    packed.write_bytes(content)
    file = Packed(packed)

    with pytest.raises(PackingError):
        file.read(0, 10)
    assert file.read(2 * MEMBER, 8) == b"the end\n"


def test_another_file_at_the_same_path_is_another_file(packed: Path) -> None:
    Packed(packed).read(0, 10)
    packed.unlink()
    packed.write_bytes(packing.member(b"something else"))

    assert Packed(packed).read(0, 14) == b"something else"
