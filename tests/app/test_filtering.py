"""Tests of the command that reads a log through filters."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from brummer.app.filtering import LINE, MAX_BYTES, MAX_LINES, FilterCommand
from brummer.core.commands import CommandTable
from brummer.core.registry import Registry
from brummer.errors import BrummerError, UsageError
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Stream
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId
from tests.app.test_search import at_once

WEB = ProcessId("web-1")


def _becomes(new: ProcessState, _: ProcessState | None) -> ProcessState:
    return new


class Bench:
    """A store with a process, and the command over it."""

    def __init__(self) -> None:
        self.store = LogStore()
        self.findings: list[Finding] = []
        registry = Registry()
        state = ProcessState(
            id=WEB,
            name="web",
            script=ScriptId("web"),
            command="web",
            folder=Path("/srv/shop"),
            status=ProcessStatus.RUNNING,
        )
        registry.update(WEB, partial(_becomes, state))
        self._commands = CommandTable(at_once)
        saved = {"loud": "level>=error"}
        command = FilterCommand(self.store, registry, saved, lambda: self.findings)
        for entry in command.table():
            self._commands.add(entry)

    def print(self, *lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self.store.append(WEB, Stream.OUT, data, 1.0)
        self.store.publish()

    def filter(self, *filters: str, **options: object) -> Any:
        arguments = {"filters": filters, **options}
        return self._commands.run("logs.filter", arguments).result(10)

    def found(self, *filters: str, **options: object) -> list[str]:
        return [entry.text for entry in self.filter(*filters, **options)["entries"]]


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.print("ready", "warn: slow", "error: broken", "0 errors")
    return made


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
        ({"filters": [], "lines": -1}, "from 0"),
    ],
)
def test_what_is_wrong_is_refused(
    options: dict[str, Any], problem: str, bench: Bench
) -> None:
    with pytest.raises(UsageError, match=problem):
        bench.filter(*options.pop("filters"), **options)


def test_an_answer_looks_at_so_many_lines_and_says_where_to_go_on(bench: Bench) -> None:
    bench.print(*("x" for _ in range(2 * MAX_LINES)))

    answer = bench.filter("level>=warn")

    assert [entry.number for entry in answer["entries"]] == [1, 2]
    assert answer["next"] == MAX_LINES
    assert answer["first"] == 0


def test_an_answer_is_not_too_large(bench: Bench) -> None:
    lines = 2 * MAX_BYTES // LINE
    bench.print(*("x" * 2 * LINE for _ in range(lines)))

    answer = bench.filter("xxx")

    assert len(answer["entries"]) < lines
    assert {len(entry.data) for entry in answer["entries"]} == {LINE}
    assert answer["next"] == answer["entries"][-1].number + 1
