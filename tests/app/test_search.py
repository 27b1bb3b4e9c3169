"""Tests of the command that searches the log."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from brummer.app.recall import Recall
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
from brummer.logs.block import Block
from brummer.logs.history.archive import Archive
from brummer.logs.search import Scope
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
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
        #: What runs aside, once a test wants it by hand; before that all does at once.
        self.aside: list[Callable[[], object]] | None = None
        #: Whether a worker has taken it already, so that it cannot be cancelled.
        self.is_taken = False
        self._commands = CommandTable(self._run_aside)
        self.command = SearchCommand(
            store=self.store,
            registry=self._registry,
            aside=self._run_aside,
            clock=SystemClock(),
            archive=Archive(self.store),
            filters={"seven": "7"},
            findings=lambda: self.findings,
            recall=Recall(Archive(self.store), SystemClock()),
        )
        self.findings: list[Finding] = []
        for entry in self.command.table():
            self._commands.add(entry)

    def _run_aside(self, function: Callable[[], Any]) -> Future[Any]:
        if self.aside is None:
            return at_once(function)
        done: Future[Any] = Future()
        if self.is_taken:
            done.set_running_or_notify_cancel()

        def run() -> None:
            if done.running() or done.set_running_or_notify_cancel():
                settle(done, function)

        self.aside.append(run)
        return done

    def print(self, process: ProcessId, *lines: str, time: float = 1.0) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self.store.append(process, Stream.OUT, data, time)
        self.store.publish()

    def ask(self, text: str, **options: object) -> Future[object]:
        """Return the future of the answer."""
        return self._commands.run("logs.search", {"text": text, **options})

    def search(self, text: str, **options: object) -> Any:
        """Return the answer."""
        return self.ask(text, **options).result(10)

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
    assert answer["scanned"] == answer["total"] == 21
    assert answer["counts"] == {WEB: 11}


def test_a_process_is_named_by_id_or_script(bench: Bench) -> None:
    assert bench.found("line", processes=["api"]) == ["Line of api"]
    assert bench.found("line", processes=["api-1"]) == ["Line of api"]
    with pytest.raises(BrummerError, match="no process 'nope'"):
        bench.search("line", processes=["nope"])


def test_what_is_searched_are_the_processes_asked_for(bench: Bench) -> None:
    answer = bench.search("line", processes=["web"])

    assert answer["scanned"] == answer["total"] == 20


def test_filters_say_more(bench: Bench) -> None:
    bench.findings.append(
        Finding(kind=FindingKind.ERROR, title="x", process=WEB, time=1.0, line=17)
    )

    assert bench.found("line 1", filters=["@seven"]) == ["line 17"]
    assert bench.found("", filters=["@seven", "-/1/"]) == ["line 7"]
    assert bench.found("", filters=["is:finding"]) == ["line 17"]
    with pytest.raises(UsageError, match="no filter is called 'nine'"):
        bench.search("", filters=["@nine"])


def test_nobody_looks_for_who_has_gone(bench: Bench) -> None:
    bench.aside = []
    answer = bench.ask("line")
    bench.aside.pop()()

    answer.cancel()
    slice_ = bench.aside.pop()
    slice_()

    assert answer.cancelled()
    assert bench.aside == []


def test_a_search_that_nobody_wants_any_more_does_not_begin(bench: Bench) -> None:
    bench.aside = []
    answer = bench.ask("line")

    answer.cancel()
    bench.aside.pop()()

    assert answer.cancelled()
    assert bench.aside == []


def test_a_search_is_called_off_while_it_begins(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Block] = []

    def count(_: Scope, block: Block) -> int:
        looked.append(block)
        return 1

    monkeypatch.setattr(Scope, "count", count)
    bench.aside, bench.is_taken = [], True
    answer = bench.ask("line")

    answer.cancel()
    for _ in range(2):
        bench.aside.pop()()

    assert answer.cancelled()
    assert (looked, bench.aside) == ([], [])


def test_what_is_found_can_be_taken_as_it_is_found(bench: Bench) -> None:
    calls: list[int] = []
    looking = bench.command.begin(lambda: calls.append(1), {"text": "line", "limit": 3})

    part, rest = looking.take(), looking.take()

    assert calls
    assert (part["state"], part["count"], part["end"]) == ("done", 21, 21)
    entries = part["entries"]
    assert isinstance(entries, list)
    assert [entry.text for entry in entries] == ["Line of api", "line 19", "line 18"]
    assert rest["entries"] == []


def test_what_is_taken_at_once_has_a_size(bench: Bench) -> None:
    bench.print(API, *("needle" + "x" * 2 * LINE for _ in range(400)))
    looking = bench.command.begin(lambda: None, {"text": "needle", "limit": 1_000})

    found: list[LogEntry] = []
    states: list[object] = []
    while states[-1:] != ["done"]:
        part = looking.take()
        entries, state = part["entries"], part["state"]
        assert isinstance(entries, list)
        assert sum(len(entry.data) for entry in entries) <= MAX_BYTES
        found += entries
        states.append(state)

    assert len(states) == 2
    assert [entry.number for entry in found] == list(range(400, 0, -1))


def test_a_watched_search_can_be_cancelled(bench: Bench) -> None:
    bench.aside = []
    looking = bench.command.begin(lambda: None, {"text": "line"})

    looking.cancel()
    bench.aside.pop()()

    assert looking.take()["state"] == "cancelled"


def test_a_wrong_question_is_refused_at_once(bench: Bench) -> None:
    with pytest.raises(UsageError, match="takes text, filters"):
        bench.command.begin(lambda: None, {"txt": "line"})


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
