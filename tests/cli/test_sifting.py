"""Tests of brumctl logs with filters."""

import json
from collections.abc import Mapping

import pytest

from brummer.logs.expression import parse
from brummer.logs.sieve import Sieve
from brummer.logs.store import LogStore
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.cli.conftest import Desk


class Filtered:
    """Answers ``logs.filter`` from a store; at most *most* lines at a time."""

    def __init__(self, desk: Desk, most: int = 30) -> None:
        self._instance = desk.instance
        self._most = most
        self._store = LogStore()
        self.web = desk.instance.add_process("web").id
        desk.instance.answers["logs.filter"] = self._answer
        self.asked: list[Mapping[str, object]] = []

    def print(self, *lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self._store.append(self.web, Stream.OUT, data, 1.0)
        self._store.publish()
        self._instance.print(self.web, *lines)

    def _answer(
        self, filters: list[str], process: str, first: int, lines: int = 5_000
    ) -> object:
        self.asked.append({"filters": filters, "process": process})
        condition = parse(" ".join(f"({text})" for text in filters))
        of = ProcessId(process) if process else None
        found = Sieve(condition, of).sift(
            self._store.snapshot(), first, min(lines, self._most)
        )
        entries: tuple[LogEntry, ...] = found.entries
        return {"first": found.extent.first, "entries": entries, "next": found.next}


@pytest.fixture
def filtered(desk: Desk) -> Filtered:
    """Return 100 lines, every tenth of which is an error."""
    made = Filtered(desk)
    made.print(*(f"{'ERROR' if n % 10 == 0 else 'INFO'} {n}" for n in range(100)))
    return made


def test_the_options_are_asked_for_as_expressions(
    desk: Desk, filtered: Filtered
) -> None:
    options = ("--filter", "INFO or x", "--filter", "y", "--level", "warn")
    times = ("--since", "2026-05-04T12:00:00Z", "--until", "2026-05-05T12:00:00Z")

    said = desk.ctl("logs", "web", *options, "--grep", 'a "b"', *times)

    assert said.code == 0
    filters = filtered.asked[0]["filters"]
    assert isinstance(filters, list)
    assert filters[:4] == ["INFO or x", "y", "level>=warn", r'"a \"b\""']
    assert [text.partition(":")[0] for text in filters[4:]] == ["since", "until"]
    assert filtered.asked[0]["process"] == filtered.web


def test_lines_that_come_through_are_printed(desk: Desk, filtered: Filtered) -> None:
    lines = desk.ctl("logs", "web", "--level", "error").out.splitlines()

    assert lines == [f"ERROR {n}" for n in range(0, 100, 10)]


def test_the_last_lines_are_the_last_that_come_through(
    desk: Desk, filtered: Filtered
) -> None:
    last = desk.ctl("logs", "web", "--level", "error", "-n", "2").out.splitlines()
    none = desk.ctl("logs", "web", "--level", "error", "-n", "0").out

    assert last == ["ERROR 80", "ERROR 90"]
    assert none == ""


def test_json_is_of_what_comes_through(desk: Desk, filtered: Filtered) -> None:
    out = desk.ctl("logs", "--grep", "ERROR 7", "--json").out

    assert json.loads(out)["number"] == 70


def test_what_was_looked_for_stands_out(desk: Desk, filtered: Filtered) -> None:
    out = desk.ctl("logs", "web", "--grep", "ror 7", "--ansi").out

    assert out == "ER\x1b[1;31mROR 7\x1b[0m0\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--level", "loud"), "invalid choice"),
        (("--since", "noon"), "'noon' is none of"),
    ],
)
def test_options_are_checked(desk: Desk, words: tuple[str, ...], problem: str) -> None:
    said = desk.ctl("logs", *words)

    assert said.code == 2
    assert problem in said.err
