"""The commands that read source and report errors."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from brummer.app.source import SourceCommands
from brummer.core.aside import settle
from brummer.core.commands import CommandTable
from brummer.errors import BrummerError
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind, Frame
from brummer.model.log import Stream
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId

WEB = ProcessId("web-1")
GONE = ProcessId("old-1")


def at_once(function: Callable[[], Any]) -> Future[Any]:
    """Run *function* in the caller, like a bus without threads."""
    future: Future[Any] = Future()
    settle(future, function)
    return future


class Bench:
    """A project with a process, what it printed, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = folder / "apps" / "web"
        self.app.mkdir(parents=True)
        self.store = LogStore()
        self.findings: list[Finding] = []
        state = ProcessState(
            id=WEB,
            name="web",
            script=ScriptId("node:web"),
            command="node server.js",
            folder=self.app,
        )
        commands = SourceCommands(
            folder, lambda: {WEB: state}, lambda: self.findings, self.store.window
        )
        self._table = CommandTable(at_once)
        for command in commands.table():
            self._table.add(command)

    def run(self, command: str, **arguments: object) -> dict[str, Any]:
        answer = self._table.run(command, arguments).result(0)
        assert isinstance(answer, dict)
        return answer

    def print(self, *lines: str) -> None:
        for line in lines:
            self.store.append(WEB, Stream.OUT, line.encode() + b"\n", 1000.0)
        self.store.publish()

    def find(self, title: str, **fields: Any) -> Finding:
        given = {
            "kind": FindingKind.ERROR,
            "process": WEB,
            "time": 1000.0 + len(self.findings),
            **fields,
        }
        finding = Finding(title=title, **given)
        self.findings.append(finding)
        return finding


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_source_is_read_from_the_folder_of_the_process_first(at: Bench) -> None:
    (at.app / "server.js").write_text("one\ntwo\nthree\n")
    (at.folder / "server.js").write_text("not this\n")

    found = at.run("source.read", file="server.js", line=2, process=WEB, around=1)

    assert found["path"] == str(at.app / "server.js")
    assert (found["first"], found["lines"]) == (1, ("one", "two", "three"))
    assert found["problem"] == ""


def test_without_a_process_the_folder_of_the_project_counts(at: Bench) -> None:
    (at.folder / "Makefile").write_text("all:\n")

    found = at.run("source.read", file="Makefile", line=1)

    assert found["lines"] == ("all:",)


def test_what_is_outside_of_the_project_is_not_shown(at: Bench) -> None:
    found = at.run("source.read", file="/etc/passwd", line=1, process=WEB)

    assert found["lines"] == ()
    assert found["problem"] == "it is outside of the project"


def test_no_more_source_is_read_than_anybody_looks_at(at: Bench) -> None:
    (at.folder / "long.txt").write_text("x\n" * 10_000)

    found = at.run("source.read", file="long.txt", line=5000, around=1_000_000)
    none = at.run("source.read", file="long.txt", line=5000, around=-5)

    assert len(found["lines"]) == 401
    assert len(none["lines"]) == 1


def test_a_report_has_all_about_an_error(at: Bench) -> None:
    (at.app / "user.js").write_text("const a = 1\nthrow a\n")
    at.print("before", "TypeError: no", "    at f (user.js:2:7)", "after")
    at.find(
        "TypeError: no",
        line=1,
        end=3,
        file="user.js",
        line_in_file=2,
        column=7,
        frames=(Frame(file="user.js", line=2, column=7, function="f"),),
    )

    report = at.run("error.report")

    assert report["title"] == "TypeError: no"
    text = report["text"]
    assert text.startswith("TypeError: no\nplace      user.js:2:7\n")
    assert "process    web-1: node server.js\n" in text
    assert "  > user.js:2:7  f\n" in text
    assert "  >     2 | throw a\n" in text
    assert [line[13:] for line in text.partition("log:\n")[2].splitlines()] == [
        "before",
        "TypeError: no",
        "    at f (user.js:2:7)",
        "after",
    ]


def test_the_last_error_is_reported_rather_than_a_warning(at: Bench) -> None:
    at.find("first")
    at.find("second", fingerprint="2")
    at.find("a warning", kind=FindingKind.WARNING)
    at.find("a server", kind=FindingKind.URL)

    assert at.run("error.report")["title"] == "second"


def test_one_error_can_be_asked_for(at: Bench) -> None:
    at.find("first", fingerprint="1")
    at.find("second", line=7)
    at.find("third", process=GONE)

    assert at.run("error.report", process=WEB, fingerprint="1")["title"] == "first"
    assert at.run("error.report", process=WEB, line=7)["title"] == "second"
    assert at.run("error.report", process=GONE)["title"] == "third"


def test_without_an_error_there_is_nothing_to_report(at: Bench) -> None:
    with pytest.raises(BrummerError, match="no errors"):
        at.run("error.report")
    with pytest.raises(BrummerError, match="no such error"):
        at.run("error.report", process="web-7")
