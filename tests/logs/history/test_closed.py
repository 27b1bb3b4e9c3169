"""Tests of logs that nothing is written to any more."""

from pathlib import Path

import pytest

from brummer.logs.history import closed
from brummer.logs.history.archive import Archive
from brummer.logs.history.closed import ClosedLog
from brummer.logs.history.run import Run
from brummer.model.process import ProcessId
from tests.logs.history.shelf import API, WEB, Shelf


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run in which two processes printed lines in turns."""
    shelf = Shelf(tmp_path)
    for number in range(20):
        shelf.print(b"line %d\n" % number, WEB if number % 4 else API)
    shelf.write()
    return shelf.run


def test_each_log_ends_where_its_files_end(run: Run) -> None:
    snapshot = ClosedLog(run).snapshot()

    assert snapshot.view().extent[1:] == (20, 20)
    assert snapshot.view(WEB).extent[1:] == (15, 15)
    assert snapshot.view(API).extent[1:] == (5, 5)


def test_nothing_of_it_is_in_memory(run: Run) -> None:
    snapshot = ClosedLog(run).snapshot()

    assert snapshot.view().window(0, 20).entries == ()
    assert list(snapshot.view(WEB).segments()) == []


def test_it_is_read_as_memory_and_files_are(run: Run) -> None:
    archive = Archive(ClosedLog(run), run)

    texts = [entry.text for entry in archive.window(5, 3).entries]

    assert texts == ["line 5", "line 6", "line 7"]
    assert archive.extent(WEB) == (0, 15)
    assert archive.window(0, 99, API).extent[1:] == (0, 5)


def test_somebody_who_printed_nothing_has_an_empty_log(run: Run) -> None:
    assert ClosedLog(run).snapshot().view(ProcessId("nobody")).extent.end == 0


def test_of_many_processes_the_newest_have_logs_of_their_own(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closed, "MOST", 1)

    snapshot = ClosedLog(run).snapshot()

    assert snapshot.processes == (run.processes()[-1],)
    assert snapshot.view().extent.end == 20
