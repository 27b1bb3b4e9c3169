"""Tests of reading runs without an instance."""

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from brummer.cli import kept
from brummer.cli.kept import Names
from brummer.cli.remote import Remote
from brummer.control.record import Directory
from brummer.errors import UsageError
from brummer.logs.search import SLICE
from brummer.model.process import ProcessId
from tests.cli.conftest import Desk
from tests.cli.test_past import shelf
from tests.logs.history.shelf import API, WEB, Shelf, state


@pytest.fixture
def earlier(lonely: Desk) -> Shelf:
    """Return a run that is over, of a folder in which no instance runs."""
    made = shelf(lonely)
    made.known |= {WEB: state(WEB), API: state(API)}
    for number in range(300):
        made.print(b"line %d\n" % number, WEB if number % 2 else API)
        made.write()
    made.close()
    return made


@pytest.fixture
def remote(lonely: Desk, tmp_path: Path) -> Remote:
    options = Namespace(dir=str(lonely.folder), run="", all_runs=False)
    return Remote(options, Directory(tmp_path))


def sought(remote: Remote, run: Shelf, **question: object) -> list[Any]:
    return list(kept.sought(remote, run.run, {"text": "line", **question}))


def test_names_are_looked_up_when_somebody_asks(earlier: Shelf) -> None:
    names = Names(earlier.run)

    assert dict(names) == {WEB: "web", API: "api"}
    assert len(names) == 2
    assert names["nobody-1"] == ""


def test_a_process_is_meant_by_id_or_name(earlier: Shelf) -> None:
    assert kept.named(earlier.run, "web") == WEB
    assert kept.named(earlier.run, "web-1") == WEB
    assert kept.named(earlier.run, "") is None
    with pytest.raises(UsageError, match="no process 'db' in that run; there are: api"):
        kept.named(earlier.run, "db")


def test_a_name_means_the_process_that_came_last(lonely: Desk) -> None:
    made = shelf(lonely)
    for number in (1, 9, 10):
        web = ProcessId(f"web-{number}")
        made.known |= {web: state(web, created=float(number))}
        made.print(b"line\n", web)
    made.write()
    made.close()

    assert kept.named(made.run, "web") == "web-10"


def test_a_search_tells_what_it_finds_in_the_end(
    remote: Remote, earlier: Shelf
) -> None:
    *_, last = parts = sought(remote, earlier, limit=2)

    assert (last["state"], last["count"]) == ("done", 300)
    assert last["counts"] == {WEB: 150, API: 150}
    assert last["scanned"] == last["total"] == 300
    assert [e.number for part in parts for e in part["entries"]] == [149, 148]


def test_a_search_tells_what_it_finds_slice_by_slice(
    remote: Remote, earlier: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(10**6))
    monkeypatch.setattr(
        "brummer.core.clock.SystemClock.monotonic", lambda _: next(ticks) * SLICE / 2
    )

    counts = [part["count"] for part in sought(remote, earlier)]

    assert len(counts) > 2
    assert counts == sorted(counts)
    assert counts[-1] == 300


def test_only_the_processes_asked_for_are_looked_at(
    remote: Remote, earlier: Shelf
) -> None:
    *_, last = sought(remote, earlier, processes=["web"])

    assert last["count"] == last["scanned"] == last["total"] == 150


def test_one_run_must_have_the_process_and_one_of_many_need_not(
    remote: Remote, earlier: Shelf
) -> None:
    with pytest.raises(UsageError, match="no process 'db'"):
        sought(remote, earlier, processes=["db"])
    remote.options.all_runs = True

    *_, last = sought(remote, earlier, processes=["db", "web"])

    assert last["count"] == 150
    assert sought(remote, earlier, processes=["db"]) == []
