"""Tests of brumctl logs with filters."""

import json
from collections.abc import Mapping

import pytest

from brummer.logs.expression import parse
from brummer.logs.sieve import Memory, Sieve
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.cli.conftest import Desk


class Filtered:
    """Answers ``logs.filter`` and ``logs.last`` from a store, a few lines at a time."""

    def __init__(self, desk: Desk, most: int = 3) -> None:
        self._instance = desk.instance
        self._most = most
        self._store = LogStore()
        self.web = desk.instance.add_process("web").id
        desk.instance.answers["logs.filter"] = self._filter
        desk.instance.answers["logs.last"] = self._last
        self.asked: list[Mapping[str, object]] = []
        #: Lines that came through when somebody read forwards.
        self.given: list[str] = []

    def print(self, *lines: str) -> None:
        data = "".join(f"{line}\n" for line in lines).encode()
        self._store.append(self.web, Stream.OUT, data, 1.0)
        self._store.publish()
        self._instance.print(self.web, *lines)

    def _sieve(self, filters: list[str], process: str) -> Sieve:
        self.asked.append({"filters": filters, "process": process})
        condition = parse(" ".join(f"({text})" for text in filters))
        of = ProcessId(process) if process else None
        return Sieve(Memory(self._store.snapshot()), condition, of)

    def _filter(
        self, filters: list[str], process: str, first: int, stop: int = 0
    ) -> object:
        extent = self._store.extent()
        found = self._sieve(filters, process).oldest(
            first, stop or extent.end, self._most, bool
        )
        self.given += [line.text for line in found.entries]
        return {"first": extent.first, **found._asdict()}

    def _last(self, filters: list[str], process: str, stop: int, lines: int) -> object:
        extent = self._store.extent()
        found = self._sieve(filters, process).newest(
            extent.first, stop or extent.end, min(lines, self._most), bool
        )
        return {"first": extent.first, "end": extent.end, **found._asdict()}


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
    counts = ("2", "5", "0", "99")
    said = [desk.ctl("logs", "web", "--level", "error", "-n", n) for n in counts]

    errors = [f"ERROR {n}" for n in range(0, 100, 10)]
    assert [one.out.splitlines() for one in said] == [
        errors[-2:],
        errors[-5:],
        [],
        errors,
    ]


def test_a_time_says_how_far_back_one_wants_to_see(
    desk: Desk, filtered: Filtered
) -> None:
    desk.instance.shelve(50, filtered.web)

    counts = [
        len(desk.ctl("logs", "web", "--level", "error", *words).out.splitlines())
        for words in ((), ("--history",), ("--since", "1970-01-01"))
    ]

    assert counts == [5, 10, 10]


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
