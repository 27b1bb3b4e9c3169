"""Tests of the command that reads a log through filters."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from brummer.app.filtering import MAX_BYTES, MAX_LINES, SLICE, FilterCommands
from brummer.core.commands import CommandTable
from brummer.core.registry import Registry
from brummer.errors import BrummerError, UsageError
from brummer.logs.block import Block
from brummer.logs.condition import HasText
from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessState
from tests.app.test_search import at_once
from tests.logs.history.shelf import WEB, Shelf, state
from tests.support.clock import FakeClock


def _becomes(new: ProcessState, _: ProcessState | None) -> ProcessState:
    return new


class Bench:
    """A store with a process, its history, and the commands over both."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder, store=LogStore(max_entries=1_000))
        self.clock = FakeClock()
        self.findings: list[Finding] = []
        registry = Registry()
        registry.update(WEB, partial(_becomes, state(WEB)))
        self._commands = CommandTable(at_once)
        commands = FilterCommands(
            archive=Archive(self.shelf.store, self.shelf.run),
            registry=registry,
            filters={"loud": "level>=error"},
            findings=lambda: self.findings,
            clock=self.clock,
        )
        for entry in commands.table():
            self._commands.add(entry)

    def print(self, *lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self.shelf.print(data)
        self.shelf.write()

    def filter(self, *filters: str, **options: object) -> Any:
        return self.run("logs.filter", filters=filters, **options)

    def last(self, *filters: str, **options: object) -> Any:
        return self.run("logs.last", filters=filters, **options)

    def run(self, command: str, **arguments: object) -> Any:
        return self._commands.run(command, arguments).result(10)

    def found(self, *filters: str, **options: object) -> list[str]:
        return [entry.text for entry in self.filter(*filters, **options)["entries"]]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a bench with four lines."""
    made = Bench(tmp_path)
    made.print("ready", "warn: slow", "error: broken", "0 errors")
    yield made
    made.shelf.close()


def test_lines_have_to_be_like_all_filters(bench: Bench) -> None:
    assert bench.found("level>=warn") == ["warn: slow", "error: broken"]
    assert bench.found("level>=warn", "-slow") == ["error: broken"]
    assert bench.found() == ["ready", "warn: slow", "error: broken", "0 errors"]


def test_saved_filters_are_known(bench: Bench) -> None:
    assert bench.found("@loud") == ["error: broken"]


def test_findings_are_known(bench: Bench) -> None:
    bench.findings.append(
        Finding(kind=FindingKind.ERROR, title="x", process=WEB, time=1.0, line=2)
    )

    assert bench.found("is:finding") == ["error: broken"]


def test_a_process_is_named_by_id_or_script(bench: Bench) -> None:
    assert bench.found("slow", process="web") == bench.found("slow", process="web-1")
    with pytest.raises(BrummerError, match="no process 'api'"):
        bench.filter("slow", process="api")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"filters": ["level>=loud"]}, "column 8"),
        ({"filters": [], "first": -1}, "from 0"),
        ({"filters": [], "stop": -1}, "from 0"),
    ],
)
def test_what_is_wrong_is_refused(
    options: dict[str, Any], problem: str, bench: Bench
) -> None:
    with pytest.raises(UsageError, match=problem):
        bench.filter(*options.pop("filters"), **options)


def test_an_answer_has_so_many_lines_and_says_where_to_go_on(bench: Bench) -> None:
    bench.print(*("x" for _ in range(2 * MAX_LINES)))

    answer = bench.filter("-error")

    assert len(answer["entries"]) == MAX_LINES
    assert answer["next"] == answer["entries"][-1].number + 1
    assert answer["first"] == 0
    rest = bench.filter("-error", first=answer["next"])["entries"]
    assert rest[0].number == answer["next"]


def test_lines_that_have_left_memory_come_from_files(bench: Bench) -> None:
    bench.print(*(f"line {number}" for number in range(5_000)))
    oldest = bench.shelf.store.extent().first

    forwards, backwards = bench.filter("broken"), bench.last("broken", lines=1)

    assert oldest > 4
    assert [entry.number for entry in forwards["entries"]] == [2]
    assert backwards["entries"] == forwards["entries"]
    assert (forwards["next"], backwards["next"]) == (5_004, 2)


def test_the_last_lines_are_those_before_a_number(bench: Bench) -> None:
    def last(**options: int) -> tuple[list[int], int]:
        answer = bench.last("-warn", **options)
        return [entry.number for entry in answer["entries"]], answer["next"]

    assert last() == ([0, 2, 3], 0)
    assert last(lines=2) == ([2, 3], 2)
    assert last(lines=2, stop=2) == ([0], 0)
    assert last(lines=0) == ([], 4)
    with pytest.raises(UsageError, match="'lines' is a whole number"):
        last(lines=-1)


@pytest.mark.parametrize("command", ["logs.filter", "logs.last"])
def test_nobody_is_looked_for_longer_than_a_slice(
    bench: Bench, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.print(*("x" for _ in range(20_000)))
    select = HasText.select

    def slow(self: HasText, block: Block, among: Sequence[int]) -> Sequence[int]:
        bench.clock.advance(SLICE)
        return select(self, block, among)

    monkeypatch.setattr(HasText, "select", slow)

    answer = bench.run(command, filters=["broken"])

    assert 0 < answer["next"] < 20_004


def test_a_process_that_memory_has_forgotten_is_read(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.print("one", "two")
    bench.shelf.store = LogStore()
    again = Bench(tmp_path)

    assert again.found("one", process="web") == ["one"]
    assert [entry.text for entry in again.last("t", process="web")["entries"]] == [
        "two"
    ]
    bench.shelf.close()


def test_a_line_is_whole_however_long_it_is(bench: Bench) -> None:
    bench.print("x" * 2 * MAX_BYTES, "x")

    answer, last = bench.filter("xx"), bench.last("xx")

    assert [len(entry.data) for entry in answer["entries"]] == [2 * MAX_BYTES]
    assert [len(entry.data) for entry in last["entries"]] == [2 * MAX_BYTES]


def test_an_answer_is_not_too_large(bench: Bench) -> None:
    size = 32 * 1024
    lines = 2 * MAX_BYTES // size
    bench.print(*("x" * size for _ in range(lines)))

    answer, last = bench.filter("xxx"), bench.last("xxx", lines=lines)

    assert len(answer["entries"]) < lines
    assert {len(entry.data) for entry in answer["entries"]} == {size}
    assert answer["next"] == answer["entries"][-1].number + 1
    assert len(last["entries"]) < lines
    assert last["entries"][-1].number == lines + 3
    assert last["next"] == last["entries"][0].number
