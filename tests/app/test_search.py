"""Tests of the command that searches the log."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from brummer.app.search import (
    ENVELOPE,
    LINE,
    MAX_BYTES,
    MAX_CONTEXT,
    SearchCommand,
)
from brummer.core.aside import settle
from brummer.core.clock import SystemClock
from brummer.core.commands import CommandTable
from brummer.core.registry import Registry
from brummer.errors import BrummerError, UsageError
from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId

WEB, API = ProcessId("web-1"), ProcessId("api-1")


def at_once(function: Callable[[], Any]) -> Future[Any]:
    """Run *function* in the caller, like a bus without threads."""
    future: Future[Any] = Future()
    settle(future, function)
    return future


def _becomes(new: ProcessState, _: ProcessState | None) -> ProcessState:
    return new


class Bench:
    """A store with some lines, and the command over it."""

    def __init__(self) -> None:
        self.store = LogStore()
        self._registry = Registry()
        for process in (WEB, API):
            name = process.removesuffix("-1")
            state = ProcessState(
                id=process,
                name=name,
                script=ScriptId(name),
                command=name,
                folder=Path("/srv/shop"),
                status=ProcessStatus.RUNNING,
            )
            self._registry.update(process, partial(_becomes, state))
        self._commands = CommandTable(at_once)
        command = SearchCommand(
            self.store,
            self._registry,
            at_once,
            SystemClock(),
            Archive(self.store),
        )
        for entry in command.table():
            self._commands.add(entry)

    def print(self, process: ProcessId, *lines: str, time: float = 1.0) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self.store.append(process, Stream.OUT, data, time)
        self.store.publish()

    def search(self, text: str, **options: object) -> Any:
        """Return the answer."""
        return self._commands.run("logs.search", {"text": text, **options}).result(10)

    def found(self, text: str, **options: object) -> list[str]:
        """Return the lines that are hits."""
        return [hit["entry"].text for hit in self.search(text, **options)["hits"]]


@pytest.fixture
def bench() -> Bench:
    """Return 20 lines of web with numbers, and one of api."""
    made = Bench()
    made.print(WEB, *(f"line {number}" for number in range(20)))
    made.print(API, "Line of api", time=5.0)
    return made


def test_the_newest_lines_come_first(bench: Bench) -> None:
    answer = bench.search("line 1", limit=3)

    assert [hit["entry"].number for hit in answer["hits"]] == [19, 18, 17]
    assert answer["count"] == 11
    assert answer["state"] == "done"
    assert answer["scanned"] == 21


def test_a_process_is_named_by_id_or_script(bench: Bench) -> None:
    assert bench.found("line", processes=["api"]) == ["Line of api"]
    assert bench.found("line", processes=["api-1"]) == ["Line of api"]
    with pytest.raises(BrummerError, match="no process 'nope'"):
        bench.search("line", processes=["nope"])


def test_capitals_count_as_asked_for(bench: Bench) -> None:
    assert bench.found("Line") == ["Line of api"]
    assert len(bench.found("Line", case="ignore")) == 21
    assert len(bench.found("line", case="exact")) == 20
    with pytest.raises(UsageError, match="'case' is one of smart, exact, ignore"):
        bench.search("x", case="loud")


def test_a_regular_expression_is_one_on_request(bench: Bench) -> None:
    assert bench.found("e 1[89]$") == []
    assert bench.found("e 1[89]$", regex=True) == ["line 19", "line 18"]
    with pytest.raises(UsageError, match="is no pattern"):
        bench.search("(", regex=True)


def test_streams_and_times_are_respected(bench: Bench) -> None:
    assert bench.found("line", streams=["stderr"]) == []
    assert bench.found("line", since=2.0) == ["Line of api"]
    assert len(bench.found("line", until=2.0)) == 20
    with pytest.raises(UsageError, match="stdout, stderr, note"):
        bench.search("x", streams=["stdin"])


def test_lines_around_a_hit_are_those_of_its_process(bench: Bench) -> None:
    (hit,) = bench.search("line 7", context=2)["hits"]

    assert [line.text for line in hit["before"]] == ["line 5", "line 6"]
    assert [line.text for line in hit["after"]] == ["line 8", "line 9"]


def test_at_the_end_of_a_log_there_is_nothing_around(bench: Bench) -> None:
    (hit,) = bench.search("line 19", context=MAX_CONTEXT * 10)["hits"]

    assert len(hit["before"]) == 19
    assert hit["after"] == ()


def test_an_answer_has_a_size(bench: Bench) -> None:
    bench.print(API, *("needle" + "x" * 2 * LINE for _ in range(400)))

    answer = bench.search("needle", limit=1_000)

    assert answer["count"] == 400
    assert 0 < len(answer["hits"]) < 400
    assert sum(len(hit["entry"].data) for hit in answer["hits"]) <= MAX_BYTES


def test_short_lines_around_many_hits_have_a_size_too(bench: Bench) -> None:
    bench.print(API, *("x" for _ in range(5_000)))

    answer = bench.search("x", limit=5_000, context=MAX_CONTEXT)

    lines = sum(len(hit["before"]) + 1 + len(hit["after"]) for hit in answer["hits"])
    assert answer["count"] == 5_000
    assert 0 < lines <= MAX_BYTES / ENVELOPE


def test_counting_returns_no_lines(bench: Bench) -> None:
    answer = bench.search("line", limit=0)

    assert (answer["count"], answer["hits"]) == (21, [])
