"""Tests of the commands that copy a log."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from brummer.app.copying import MAX_TEXT
from brummer.app.export import ExportCommands
from brummer.app.indexing import Indexing
from brummer.core.aside import settle
from brummer.core.commands import CommandTable
from brummer.core.newfile import TakenError
from brummer.core.registry import Registry
from brummer.errors import BrummerError, UsageError
from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.model.process import ProcessId, ProcessState
from tests.app.test_search import at_once
from tests.logs.history.shelf import API, ERR, WEB, Shelf, state
from tests.support.clock import FakeClock

CLOCK = time.strftime("%H:%M:%S", time.localtime(1.0))


def _becomes(new: ProcessState, _: ProcessState | None) -> ProcessState:
    return new


class Ticking(FakeClock):
    """A clock that goes on by *step* seconds whenever somebody looks."""

    step = 0.0

    @override
    def monotonic(self) -> float:
        self.advance(self.step)
        return super().monotonic()


class Worker:
    """Runs what it is given when the test says so."""

    def __init__(self) -> None:
        self.tasks: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def __call__(self, function: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.append((future, function))
        return future

    def work(self) -> None:
        future, function = self.tasks.popleft()
        settle(future, function)

    def refuse(self) -> None:
        self.tasks.popleft()[0].set_exception(BrummerError("it is the end"))


class Bench:
    """A store with two processes, their history, and the commands over both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        self.folder.mkdir()
        self.shelf = Shelf(folder, store=LogStore(max_entries=1_000))
        self.clock = Ticking()
        #: What runs something on a worker.
        self.aside: Callable[[Callable[[], Any]], Future[Any]] = at_once
        registry = Registry()
        for process in (WEB, API):
            registry.update(process, partial(_becomes, state(process)))
        archive = Archive(self.shelf.store, self.shelf.run)
        indexing = Indexing(
            store=self.shelf.store,
            archive=archive,
            filters={"loud": "level>=error"},
            findings=tuple,
            aside=at_once,
            clock=self.clock,
        )
        self._commands = CommandTable(at_once)
        commands = ExportCommands(
            archive=archive,
            registry=registry,
            condition=indexing.condition,
            aside=self._run_aside,
            clock=self.clock,
            folder=self.folder,
        )
        for entry in commands.table():
            self._commands.add(entry)

    def _run_aside(self, function: Callable[[], Any]) -> Future[Any]:
        return self.aside(function)

    def print(self, *lines: str, process: ProcessId = WEB) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self.shelf.print(data, process)
        self.shelf.write()

    def begin(self, command: str, **arguments: object) -> Future[Any]:
        return self._commands.run(command, arguments)

    def export(self, path: str, **arguments: object) -> Any:
        return self.begin("logs.export", path=path, **arguments).result(10)

    def copy(self, **arguments: object) -> Any:
        return self.begin("logs.copy", **arguments).result(10)

    def files(self) -> list[str]:
        return [path.name for path in self.folder.iterdir()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a bench with some lines."""
    made = Bench(tmp_path)
    made.print("ready", "\x1b[31merror\x1b[0m: broken")
    made.print("GET /", process=API)
    made.print("warn: slow")
    yield made
    made.shelf.close()


def test_a_log_is_written_to_a_file_of_the_project(bench: Bench) -> None:
    answer = bench.export("a.txt", process="web")

    path = bench.folder / "a.txt"
    assert answer == {"path": str(path), "lines": 3}
    assert path.read_text() == "ready\nerror: broken\nwarn: slow\n"
    assert bench.files() == ["a.txt"]


def test_all_processes_are_written_in_the_order_of_their_lines(bench: Bench) -> None:
    bench.export("a.txt")

    assert (bench.folder / "a.txt").read_text().splitlines() == [
        f"[{CLOCK}] web: ready",
        f"[{CLOCK}] web: error: broken",
        f"[{CLOCK}] api: GET /",
        f"[{CLOCK}] web: warn: slow",
    ]


@pytest.mark.parametrize(
    ("name", "form", "begin"),
    [
        ("a.html", "", "<!DOCTYPE html>"),
        ("a.jsonl", "", '{"number": 0'),
        ("a", "", "ready"),
        ("a.txt", "html", "<!DOCTYPE html>"),
    ],
)
def test_the_format_is_that_of_the_name_unless_another_is_asked_for(
    bench: Bench, name: str, form: str, begin: str
) -> None:
    bench.export(name, form=form, process="web")

    assert (bench.folder / name).read_text().startswith(begin)


def test_a_page_is_named_after_project_and_process(bench: Bench) -> None:
    bench.export("a.html", process="web-1")

    assert "<title>shop: web-1</title>" in (bench.folder / "a.html").read_text()


def test_only_what_is_wanted_is_written(bench: Bench) -> None:
    found = bench.copy(first=1, stop=4, every=["-/GET/"], some=["@loud", "level:warn"])
    rest = bench.copy(never=["level:error"], process="web")

    assert found == {"text": "error: broken\nwarn: slow\n", "lines": 2}
    assert rest == {"text": "ready\nwarn: slow\n", "lines": 2}


def test_lines_that_are_in_files_only_are_written_as_well(bench: Bench) -> None:
    bench.print(*(f"line {n}" for n in range(9_000)))

    found = bench.copy(process="web")

    assert bench.shelf.store.snapshot().view(WEB).extent.first > 0
    assert found["lines"] == 9_003
    assert found["text"].startswith("ready\n")
    assert found["text"].endswith("line 8999\n")


def test_copied_lines_say_when_and_by_whom_on_request(bench: Bench) -> None:
    assert bench.copy(labels=True, stop=1)["text"] == f"[{CLOCK}] web: ready\n"
    alone = bench.copy(labels=True, stop=1, process="web")
    assert alone["text"] == f"[{CLOCK}] ready\n"


def test_colours_that_are_open_go_on_where_lines_were_left_out(bench: Bench) -> None:
    bench.shelf.print(b"\x1b[32mgreen\nstill\n", WEB, ERR)

    bench.export("a.ans", process="web", every=["green or still"])

    text = (bench.folder / "a.ans").read_text()
    assert text == "\x1b[32mgreen\x1b[0m\n\x1b[0;32mstill\x1b[0m\n"


def test_a_file_is_not_overwritten_unless_that_is_said(bench: Bench) -> None:
    path = bench.folder / "a.txt"
    path.write_text("old")

    with pytest.raises(TakenError):
        bench.export("a.txt")
    before = path.read_text()
    bench.export("a.txt", overwrite=True, stop=1)

    assert (before, path.read_text()) == ("old", f"[{CLOCK}] web: ready\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"path": " "}, UsageError),
        ({"path": "a", "form": "pdf"}, UsageError),
        ({"path": "a", "first": -1}, UsageError),
        ({"path": "a", "every": ["level:nonsense"]}, UsageError),
        ({"path": "a", "process": "nobody"}, BrummerError),
        ({"path": "none/a"}, BrummerError),
        ({"path": "~nobody-of-that-name/a"}, UsageError),
        ({"path": "."}, BrummerError),
        ({"path": "x" * 300}, BrummerError),
        ({"path": "a\0b"}, BrummerError),
    ],
)
def test_what_makes_no_sense_leaves_nothing(
    bench: Bench, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        bench.export(**arguments)

    assert bench.files() == []


def test_more_than_fits_into_a_clipboard_is_refused(bench: Bench) -> None:
    bench.print(*["x" * 1_000] * (MAX_TEXT // 1_000 + 1))

    with pytest.raises(BrummerError, match="write them to a file"):
        bench.copy()


def test_a_copy_takes_many_short_turns(bench: Bench) -> None:
    worker = Worker()
    bench.print(*(f"line {n}" for n in range(9_000)))
    bench.aside = worker
    bench.clock.step = 1.0

    answer = bench.begin("logs.export", path="a.txt", process="web")
    turns = 0
    while worker.tasks:
        was_there = (bench.folder / "a.txt").exists()
        worker.work()
        turns += 1

    assert answer.result(0)["lines"] == 9_003
    assert turns > 2
    assert not was_there


def test_a_copy_that_nobody_waits_for_any_more_leaves_nothing(bench: Bench) -> None:
    worker = Worker()
    bench.aside = worker
    bench.clock.step = 1.0
    answer = bench.begin("logs.export", path="a.txt")

    answer.cancel()
    while worker.tasks:
        worker.work()

    with pytest.raises(CancelledError):
        answer.result(0)
    assert bench.files() == []


def test_a_copy_that_cannot_go_on_leaves_nothing(bench: Bench) -> None:
    worker = Worker()
    bench.aside = worker
    answer = bench.begin("logs.export", path="a.txt")

    worker.refuse()

    with pytest.raises(BrummerError, match="it is the end"):
        answer.result(0)
    assert bench.files() == []
