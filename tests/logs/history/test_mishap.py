"""Tests of a history to which everything happens that can happen to files."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from brummer.logs.condition import IsBetween
from brummer.logs.history import place
from brummer.logs.history.part import Part
from brummer.logs.history.upkeep import Bounds, Upkeep
from brummer.logs.sieve import Sieve
from brummer.model.process import ProcessId
from tests.logs.history.shelf import API, WEB, Shelf, timeless
from tests.support.disk import small_disk

#: More than the small disk has room for, in lines of 1,000 bytes.
TOO_MANY = 400


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 256) as folder:
        yield folder


def line(number: int) -> bytes:
    return b"%06d %s\n" % (number, b"x" * 992)


def flood(shelf: Shelf, numbers: range) -> int:
    """Print numbered lines; return how many were lost."""
    lost = 0
    for number in numbers:
        shelf.print(line(number))
        lost += shelf.write().lost
    return lost


def numbers(shelf: Shelf, process: ProcessId | None = None) -> list[int]:
    """Return the numbers of the lines that are kept, none of which is torn."""
    entries = shelf.lines(process)
    for entry in entries:
        assert entry.data + b"\n" == line(entry.number)
    return [entry.number for entry in entries]


def test_a_full_disk_costs_the_lines_that_have_no_room(disk: Path) -> None:
    shelf = Shelf(disk)

    lost = flood(shelf, range(TOO_MANY))

    kept = numbers(shelf, WEB)
    assert 0 < lost < TOO_MANY
    assert len(kept) == TOO_MANY - lost
    assert shelf.store.extent().end == TOO_MANY
    # There is no room for the note that it has ended either.
    shelf.writer.close()


def test_a_disk_that_has_room_again_is_written_to_again(disk: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 128 * 1024)
    shelf = Shelf(disk)
    lost = flood(shelf, range(TOO_MANY))

    ballast.unlink()
    after = flood(shelf, range(TOO_MANY, TOO_MANY + 50))

    kept = numbers(shelf)
    assert lost > 0
    assert after == 0
    assert kept[-50:] == list(range(TOO_MANY, TOO_MANY + 50))
    shelf.close()


def test_a_disk_that_was_full_from_the_beginning_costs_lines_only(disk: Path) -> None:
    with suppress(OSError):
        (disk / "ballast").write_bytes(b"x" * 1024 * 1024)
    shelf = Shelf(disk)

    lost = flood(shelf, range(5))
    shelf.writer.mark(WEB, [(1, 2)])
    error = shelf.writer.close()

    assert lost == 5
    assert error is None or error.errno
    assert shelf.lines() == []


def test_what_has_no_room_to_be_packed_stays_as_it_is(disk: Path) -> None:
    shelf = Shelf(disk, part_bytes=100_000)
    noise = os.urandom(48_000).hex().encode()
    for _ in range(2):
        shelf.print(noise + b"\n", API)
        shelf.write()
    before = shelf.lines(API)
    room = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(b"x" * (room - 8192))
    upkeep = Upkeep(
        shelf.owner.history,
        shelf.owner.folder,
        Bounds(max_bytes=10**9, max_age=float("inf")),
        shelf.clock,
    )
    shelf.print(b"x" * 60_000 + b"\n", API)

    upkeep.note(shelf.write())
    while upkeep.step():
        pass

    names = {path.name for path in shelf.folder(API).iterdir()}
    assert not any(name.endswith(".gz") or name.startswith(".") for name in names)
    assert shelf.lines(API)[:2] == before
    shelf.close()


def _cut_output(stem: Path) -> None:
    log = place.with_end(stem, place.LOG)
    os.truncate(log, log.stat().st_size // 2)


def _cut_index(stem: Path) -> None:
    index = place.with_end(stem, place.INDEX)
    os.truncate(index, index.stat().st_size // 2)


def _emptied(stem: Path) -> None:
    for end in (place.LOG, place.INDEX):
        os.truncate(place.with_end(stem, end), 0)


def _removed(stem: Path) -> None:
    place.with_end(stem, place.LOG).unlink()


@pytest.mark.parametrize("mishap", [_cut_output, _cut_index, _emptied, _removed])
def test_who_reads_goes_on_whatever_somebody_does_to_a_file(
    tmp_path: Path, mishap: Callable[[Path], None]
) -> None:
    shelf = Shelf(tmp_path)
    flood(shelf, range(20))
    run = shelf.run
    before = [entry.number for entry in run.window(0, 100)]

    mishap(place.part(shelf.folder(), 1))
    during = [entry.number for entry in run.window(0, 100)]
    lost = flood(shelf, range(20, 30))
    after = [entry.number for entry in run.window(0, 100)]
    found = Sieve(run, IsBetween()).oldest(0, 100, 100, lambda: True).entries
    blocks = sum(len(block.every) for block in run.newest_first({}))

    assert before == list(range(20))
    assert during == list(range(len(during)))
    assert len(during) < 20
    assert lost == 0
    assert after[-10:] == list(range(20, 30))
    assert [entry.number for entry in found] == after
    assert blocks == len(after)
    shelf.close()


def test_an_index_that_somebody_wrote_over_costs_its_part(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, part_bytes=20_000)
    flood(shelf, range(20))
    index = place.with_end(place.part(shelf.folder(), 1), place.INDEX)

    index.write_bytes(b"\xff" * index.stat().st_size)
    flood(shelf, range(20, 50))

    kept = numbers(shelf)
    assert kept[-20:] == list(range(30, 50))
    assert kept == sorted(kept)
    shelf.close()


def test_a_clock_that_was_set_back_changes_no_order(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number, time in enumerate((100.0, 200.0, 50.0, 60.0, 210.0)):
        shelf.print(line(number), WEB if number % 2 else API, time=time)
    shelf.write()
    shelf.close()
    run = shelf.run

    entries = run.window(0, 10)
    since = Sieve(run, IsBetween(since=100.0)).oldest(0, 10, 10, lambda: True)
    until = Sieve(run, IsBetween(until=100.0)).newest(0, 10, 10, lambda: True)

    assert [entry.time for entry in entries] == [100.0, 200.0, 50.0, 60.0, 210.0]
    assert [entry.number for entry in since.entries] == [0, 1, 4]
    assert [entry.number for entry in until.entries] == [2, 3]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\n\x00x\n",
        "zwei Zeilen\nin UTF-16\n".encode("utf-16"),
        b"\xff\xfe\r\n\x1b[31m\r\x08\n",
        b"x" * 10_000_000 + b"\n",
    ],
)
def test_any_bytes_are_kept_as_they_are(tmp_path: Path, data: bytes) -> None:
    shelf = Shelf(tmp_path)

    shelf.print(data)
    shelf.end(WEB)
    outcome = shelf.write()
    shelf.close()

    assert outcome.lost == 0
    memory = shelf.store.window(0, 100).entries
    assert timeless(shelf.lines()) == timeless(memory)
    with Part(place.part(shelf.folder(), 1)) as part:
        assert part.read(0, len(data)) == data


def test_thousands_of_names_are_as_many_logs(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    count = 3_000
    for number in range(count):
        shelf.print(b"%d\n" % number, ProcessId(f"Name {number % 7}/{number}"))
        if number % 500 == 0:
            shelf.write()
    outcome = shelf.write()
    shelf.close()

    assert outcome.error is None
    assert shelf.run.extent() == (0, count)
    texts = [entry.text for entry in shelf.run.window(1_000, 5)]
    assert texts == ["1000", "1001", "1002", "1003", "1004"]
