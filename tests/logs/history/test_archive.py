"""Tests of memory and files as one log."""

from collections.abc import Callable
from pathlib import Path

import pytest

from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.logs.history.shelf import API, WEB, Shelf, timeless


class Both:
    """A store that keeps few lines, its files, and a store that keeps all."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder, part_bytes=500, store=LogStore(max_entries=16))
        self.whole = LogStore()
        self.settled = 0
        self.archive = Archive(self.shelf.store, self.shelf.run, self.settle)

    def settle(self, _: float) -> None:
        """Write what was stored."""
        self.settled += 1
        self.shelf.write()

    def print(self, data: bytes, process: ProcessId = WEB) -> None:
        """Print, and remember."""
        self.shelf.print(data, process)
        self.whole.append(process, Stream.OUT, data, 1.0)
        self.whole.publish()


@pytest.fixture
def both(tmp_path: Path) -> Both:
    both = Both(tmp_path)
    for number in range(300):
        both.print(b"line %d\n" % number, WEB if number % 3 else API)
        if number == 150:
            both.shelf.write()
    both.print(b"no end yet")
    return both


@pytest.mark.parametrize("process", [None, WEB, API])
def test_no_one_sees_where_memory_ends(both: Both, process: ProcessId | None) -> None:
    end = both.whole.extent(process).end
    assert both.shelf.store.extent(process).first > 0

    for first in range(0, end + 3, 5):
        for count in (0, 1, 40):
            window = both.archive.window(first, count, process)

            whole = both.whole.window(first, count, process)
            assert timeless(window.entries) == timeless(whole.entries)
            assert window.extent[1:] == whole.extent[1:]
    both.shelf.close()


def test_what_is_on_its_way_to_the_disk_is_waited_for_once(both: Both) -> None:
    both.archive.window(0, 10)
    both.archive.window(0, 10)

    assert both.settled == 1
    both.shelf.close()


def test_what_is_in_memory_needs_no_disk(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"one\n")

    def fail(_: float) -> None:
        raise AssertionError

    archive = Archive(shelf.store, shelf.run, fail)

    assert archive.window(0, 10).entries == shelf.store.window(0, 10).entries
    assert archive.window(0, 10, API).entries == ()
    assert Archive(shelf.store).window(0, 10) == shelf.store.window(0, 10)
    assert list(Archive(shelf.store).older(shelf.store.snapshot())) == []


def test_what_memory_has_forgotten_altogether_is_read(both: Both) -> None:
    both.shelf.write()
    archive = Archive(LogStore(), both.shelf.run)

    window = archive.window(90, 20, API)

    assert [entry.number for entry in window.entries] == list(range(90, 100))
    assert window.extent[1:] == (0, 100)
    both.shelf.close()


def test_lines_that_are_missing_on_disk_are_left_out(tmp_path: Path) -> None:
    both = Both(tmp_path)
    both.print(b"0\n1\n")
    both.shelf.write()
    both.print(b"lost\n" * 50)
    both.shelf.lose()
    both.print(b"x\n" * 30)
    both.shelf.write()

    numbers = [entry.number for entry in both.archive.window(0, 6).entries]

    assert numbers == [0, 1, 52, 53, 54, 55]
    both.shelf.close()


@pytest.mark.parametrize("processes", [(), (WEB,), (WEB, API)])
def test_older_blocks_end_where_memory_begins(
    both: Both, processes: tuple[ProcessId, ...]
) -> None:
    snapshot = both.shelf.store.snapshot()

    found = sorted(
        block.origin(at)[::3]
        for block in both.archive.older(snapshot, processes)
        for at in block.every
    )

    assert found == sorted(
        (process, number)
        for process in processes or (WEB, API)
        for number in range(snapshot.view(process).extent.first)
    )
    both.shelf.close()


def test_lines_that_leave_memory_meanwhile_are_not_lost(both: Both) -> None:
    busy: list[Callable[[], None]] = [lambda: both.print(b"more\n" * 100)]

    def settle(_: float) -> None:
        while busy:
            busy.pop()()
        both.shelf.write()

    archive = Archive(both.shelf.store, both.shelf.run, settle)

    numbers = [entry.number for entry in archive.window(0, 300).entries]

    assert numbers == list(range(300))
    both.shelf.close()


@pytest.mark.parametrize("process", [None, WEB, API])
def test_the_first_line_since_a_time_is_found_wherever_it_is(
    tmp_path: Path, process: ProcessId | None
) -> None:
    shelf = Shelf(tmp_path, store=LogStore(max_entries=16))
    for number in range(90):
        shelf.print(b"line\n", WEB if number % 2 else API, time=100.0 + number)
    shelf.write()
    archive = Archive(shelf.store, shelf.run)
    entries = archive.window(0, 100, process).entries

    for time in (0.0, 100.0, 120.5, 121.0, 188.0):
        later = [entry.number for entry in entries if entry.time >= time]
        assert archive.since(time, process) == later[0]
    assert archive.since(190.0, process) == len(entries)
    shelf.close()
