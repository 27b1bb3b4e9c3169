"""Tests of writing a history."""

import shutil
from pathlib import Path

import pytest

from brummer.logs.history import place
from brummer.logs.history.claim import is_claimed
from brummer.logs.history.writer import Batch
from brummer.model.log import Segment
from brummer.model.process import ProcessId, ProcessStatus
from tests.logs.history.shelf import API, ERR, OUT, WEB, Shelf, state, timeless


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_each_process_has_a_folder_of_its_own(shelf: Shelf) -> None:
    shelf.print(b"hello\n", WEB)
    shelf.print(b"oh\n", API, ERR)
    shelf.print(b"again\n", WEB)

    outcome = shelf.write()

    log = place.with_end(place.part(shelf.folder(WEB), 1), place.LOG)
    assert log.read_bytes() == b"hello\nagain\n"
    assert place.folders(shelf.owner.folder) == [shelf.folder(API), shelf.folder(WEB)]
    assert (outcome.lost, outcome.error) == (0, None)
    assert outcome.bytes > log.stat().st_size
    shelf.close()


def test_a_folder_says_whose_it_is_and_what_became_of_it(shelf: Shelf) -> None:
    shelf.known[WEB] = state(WEB, started=5.0)
    shelf.print(b"hello\n")
    shelf.write()
    before = place.load(shelf.folder() / place.PROCESS)

    ended = state(WEB, ended=9.0, exit_code=3, status=ProcessStatus.FAILED)
    assert shelf.writer.describe(ended) is None

    after = place.load(shelf.folder() / place.PROCESS)
    assert (before["id"], before["command"], before["ended"]) == (
        "web-1",
        "npm run dev",
        None,
    )
    assert (after["exit_code"], after["ended"], after["status"]) == (3, 9.0, "failed")
    shelf.close()


def test_what_was_found_has_the_numbers_of_the_files(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.print(b"one\ntwo\n")
    shelf.write()
    shelf.writer.mark(WEB, [(1, 2)])
    # As if memory had forgotten the log.
    shelf.writer.write([Batch(2, [(0, Segment(WEB, OUT, 1.0, b"three\n", 1))])])
    shelf.writer.mark(WEB, [(0, 1)])
    shelf.close()

    assert [*shelf.run.found(WEB).within(0, 10)] == [range(1, 3)]


def test_what_cannot_be_written_down_is_no_trouble(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    shelf.writer.mark(WEB, [(1, 2)])
    shelf.close()

    assert len(shelf.run.found(WEB)) == 0


def test_a_process_that_printed_nothing_leaves_nothing(shelf: Shelf) -> None:
    assert shelf.writer.describe(state(WEB, exit_code=0)) is None
    shelf.close()

    assert not shelf.owner.history.exists()


def test_a_run_is_claimed_while_it_lasts_and_says_when_it_ended(shelf: Shelf) -> None:
    shelf.print(b"hello\n")
    shelf.write()
    during = place.load(shelf.owner.folder / place.RUN)
    assert is_claimed(shelf.owner.folder)

    shelf.clock.advance(60)
    shelf.close()

    after = place.load(shelf.owner.folder / place.RUN)
    assert not is_claimed(shelf.owner.folder)
    assert (during["instance"], during["ended"]) == ("shop-1", None)
    assert after["ended"] == shelf.clock.now()


def test_only_the_owner_can_look_into_it(shelf: Shelf) -> None:
    shelf.print(b"hello\n")
    shelf.write()

    for folder in (shelf.owner.folder, shelf.folder()):
        assert folder.stat().st_mode & 0o777 == 0o700
        for path in folder.iterdir():
            assert path.is_dir() or path.stat().st_mode & 0o777 == 0o600
    shelf.close()


def test_everything_comes_back_when_somebody_removed_it(shelf: Shelf) -> None:
    shelf.print(b"one\n")
    shelf.write()
    shutil.rmtree(shelf.owner.history)

    shelf.print(b"two\n")
    outcome = shelf.write()

    assert outcome.error is None
    assert timeless(shelf.lines(WEB)) == timeless(shelf.store.window(1, 1, WEB).entries)
    assert is_claimed(shelf.owner.folder)
    assert place.load(shelf.folder() / place.PROCESS)["id"] == WEB
    shelf.close()


def test_what_cannot_be_written_is_counted_and_the_rest_written(shelf: Shelf) -> None:
    shelf.owner.folder.mkdir(parents=True)
    # A file where a folder has to be, for nobody can be kept from writing as root.
    shelf.folder(WEB).touch()
    shelf.print(b"one\ntwo\n", WEB)
    shelf.print(b"three\n", API)

    outcome = shelf.write()

    assert outcome.lost == 2
    assert isinstance(outcome.error, OSError)
    assert [line.data for line in shelf.lines(API)] == [b"three"]

    shelf.folder(WEB).unlink()
    shelf.print(b"four\n", WEB)
    assert shelf.write().error is None
    assert [line.number for line in shelf.lines(WEB)] == [2]
    shelf.close()


def test_the_end_of_a_part_is_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, part_bytes=100)
    shelf.print(b"x" * 79 + b"\n")
    assert shelf.write().closed == []

    shelf.print(b"x" * 79 + b"\n")

    assert shelf.write().closed == [shelf.folder()]
    shelf.close()


def test_any_number_of_processes_with_any_names_can_print(shelf: Shelf) -> None:
    names = [ProcessId(f"{'Job/' * (n % 3)}\u00e9{n}-1") for n in range(3000)]
    for name in names:
        shelf.print(f"I am {name}\n".encode(), name)
    shelf.write()
    for name in names:
        shelf.print(b"still\n", name)
    shelf.write()

    assert sorted(shelf.run.processes()) == sorted(names)
    for name in names[::500]:
        assert [line.text for line in shelf.lines(name)] == [f"I am {name}", "still"]
    shelf.close()


def test_a_place_where_nothing_can_be_made_costs_the_lines_and_nothing_else(
    tmp_path: Path,
) -> None:
    (tmp_path / "history").touch()
    shelf = Shelf(tmp_path)
    shelf.print(b"one\n")

    outcome = shelf.write()

    assert outcome.lost == 1
    assert shelf.writer.close() is None
