"""Tests of keeping a history within its bounds."""

import os
from pathlib import Path

import pytest

from brummer.logs.history import place
from brummer.logs.history.run import Run, size
from brummer.logs.history.upkeep import Bounds, Upkeep
from tests.logs.history.shelf import API, WEB, Shelf

DAY = 86_400.0


def upkeep(
    shelf: Shelf, *, max_bytes: int = 10**9, max_age: float = 14 * DAY
) -> Upkeep:
    """Return the upkeep of the run of *shelf*."""
    bounds = Bounds(max_bytes=max_bytes, max_age=max_age)
    return Upkeep(shelf.owner.history, shelf.owner.folder, bounds, shelf.clock)


def finished(work: Upkeep) -> int:
    """Do all there is to do; return how many steps that took."""
    steps = 0
    while work.step():
        steps += 1
    return steps


def ended_run(folder: Path, instance: str, *, lines: int = 100) -> Run:
    """Return a run of some time ago."""
    shelf = Shelf(folder, instance=instance, part_bytes=1000)
    for number in range(lines):
        shelf.print(b"%08d\n" % number)
        if number % 10 == 0:
            shelf.write()
    shelf.write()
    shelf.close()
    time = shelf.clock.now()
    os.utime(shelf.owner.folder / place.RUN, (time, time))
    return shelf.run


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a run that goes on, with several parts for two processes."""
    shelf = Shelf(tmp_path, instance="z-now", part_bytes=1000)
    for number in range(400):
        shelf.print(b"%08d\n" % number, WEB if number < 200 else API)
        if number % 10 == 0:
            shelf.write()
    shelf.write()
    return shelf


def ends(folder: Path) -> set[str]:
    """Return the kinds of files in the folder of a process."""
    return {path.name.partition(".")[2] for path in folder.iterdir()}


def test_parts_that_are_complete_are_packed_and_read_as_before(shelf: Shelf) -> None:
    before = shelf.lines()
    work = upkeep(shelf)
    shelf.print(b"x" * 900 + b"\n", API)
    shelf.print(b"y\n", API)
    work.note(shelf.write())

    finished(work)

    assert ends(shelf.folder(API)) == {"idx", "idx.gz", "log", "log.gz", "json"}
    assert place.parts(shelf.folder(API))[-1:] == [
        int(path.stem) for path in shelf.folder(API).glob("*.log")
    ]
    assert shelf.lines()[:-2] == before
    shelf.close()


def test_packing_goes_in_steps(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, part_bytes=2_000_000)
    shelf.print(b"x" * 1_999_999 + b"\n")
    shelf.write()
    shelf.print(b"y\n")
    outcome = shelf.write()
    work = upkeep(shelf)
    finished(work)

    work.note(outcome)

    # A member has 256 KiB.
    assert finished(work) >= 8
    shelf.close()


def test_what_earlier_runs_left_is_packed(tmp_path: Path, shelf: Shelf) -> None:
    earlier = ended_run(tmp_path, "a-then")

    finished(upkeep(shelf))

    assert ends(earlier.folder / WEB) == {"idx.gz", "log.gz", "json"}
    assert len(earlier.window(0, 1000)) == 100
    shelf.close()


def test_runs_that_others_work_on_are_theirs(tmp_path: Path, shelf: Shelf) -> None:
    other = Shelf(tmp_path, instance="b-other", part_bytes=100)
    for _ in range(10):
        other.print(b"x" * 99 + b"\n")
        other.write()

    work = upkeep(shelf, max_bytes=1, max_age=0.0)
    finished(work)
    work.clear()

    assert len(other.lines()) == 10
    assert "log.gz" not in ends(other.folder())
    other.close()
    shelf.close()


def test_the_oldest_runs_go_first(tmp_path: Path, shelf: Shelf) -> None:
    runs = [ended_run(tmp_path, name) for name in ("a-1", "a-2", "a-3")]
    enough = size(shelf.owner.folder) + size(runs[2].folder)

    finished(upkeep(shelf, max_bytes=enough))

    assert [run.folder.exists() for run in runs] == [False, False, True]
    assert len(shelf.lines()) == 400
    shelf.close()


def test_runs_that_ended_too_long_ago_go(tmp_path: Path, shelf: Shelf) -> None:
    old, new = ended_run(tmp_path, "a-old"), ended_run(tmp_path, "a-new")
    shelf.clock.advance(3 * DAY)
    now = shelf.clock.now()
    os.utime(new.folder / place.RUN, (now, now))

    finished(upkeep(shelf, max_age=2 * DAY))

    assert [run.folder.exists() for run in (old, new)] == [False, True]
    shelf.close()


def test_a_clock_that_was_set_back_removes_nothing(
    tmp_path: Path, shelf: Shelf
) -> None:
    run = ended_run(tmp_path, "a-then")
    shelf.clock.set_wall(0.0)

    finished(upkeep(shelf))

    assert run.folder.exists()
    shelf.close()


def test_our_own_oldest_parts_go_when_nothing_else_is_left(shelf: Shelf) -> None:
    finished(upkeep(shelf, max_bytes=size(shelf.owner.folder) // 2))

    first, end = shelf.run.extent()
    assert 100 < first < 300
    assert end == 400
    # The newest part of each stays.
    assert shelf.run.extent(WEB)[1] == shelf.run.extent(API)[1] == 200
    shelf.close()


def test_the_quota_is_heeded_in_a_flood_that_leaves_no_time(shelf: Shelf) -> None:
    quota = 20_000
    work = upkeep(shelf, max_bytes=quota)

    for _ in range(100):
        shelf.print(b"x" * 799 + b"\n")
        work.note(shelf.write())

    assert size(shelf.owner.folder) < quota + quota // 8
    shelf.close()


def test_a_part_that_cannot_be_packed_stays_as_it_is(shelf: Shelf) -> None:
    folder = shelf.folder(WEB)
    for number in place.parts(folder):
        (folder / f".{number:08}.log-{os.getpid()}").mkdir()
    work = upkeep(shelf)
    shelf.print(b"x" * 1000 + b"\n", WEB)
    work.note(shelf.write())

    finished(work)

    assert "log.gz" not in ends(folder)
    assert len(shelf.lines()) == 401
    shelf.close()


def test_clearing_leaves_the_newest_parts_of_what_runs(
    tmp_path: Path, shelf: Shelf
) -> None:
    earlier = ended_run(tmp_path, "a-then")
    shelf.print(b"x" * 990 + b"\n", WEB)
    shelf.write()

    upkeep(shelf).clear()

    assert not earlier.folder.exists()
    assert len(place.parts(shelf.folder(WEB))) == 1
    assert [len(entry.data) for entry in shelf.lines(WEB)] == [990]
    shelf.close()


def test_what_is_not_ours_is_left_alone(tmp_path: Path, shelf: Shelf) -> None:
    mine = shelf.owner.history / "notes"
    mine.mkdir()
    (mine / "precious").write_text("x" * 1000)

    work = upkeep(shelf, max_bytes=1, max_age=0.0)
    finished(work)
    work.clear()

    assert (mine / "precious").exists()
    shelf.close()
