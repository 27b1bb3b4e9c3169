"""Tests of reading a log through a condition."""

import pytest

from brummer.core.pattern import Pattern
from brummer.logs.claim import IsFound, IsOf
from brummer.logs.condition import All, Condition, HasText
from brummer.logs.sieve import Sieve
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import Stream
from brummer.model.process import ProcessId

WEB, API = ProcessId("web-1"), ProcessId("api-1")
SEVEN = HasText(Pattern("7"))


def filled(lines: int, **bounds: int) -> LogStore:
    """Return a store in which web and api print in turn, two lines at a time."""
    store = LogStore(**bounds)
    for number in range(0, lines, 2):
        process = API if number % 4 else WEB
        store.append(process, Stream.OUT, b"%d\n%d\n" % (number, number + 1), 1.0)
    store.publish()
    return store


def numbers(
    store: LogStore, condition: Condition, process: ProcessId | None = None
) -> list[tuple[int, str]]:
    """Return all that comes through, asked for 700 lines at a time."""
    found: list[tuple[int, str]] = []
    at, snapshot = 0, store.snapshot()
    while True:
        part = Sieve(condition, process).sift(snapshot, at, 700)
        found += [(entry.number, entry.text) for entry in part.entries]
        if part.next == at:
            return found
        at = part.next


@pytest.mark.parametrize("lines", [0, 10, 5_000])
def test_lines_come_through_in_order(lines: int) -> None:
    store = filled(lines)

    expected = [(n, str(n)) for n in range(lines) if "7" in str(n)]

    assert numbers(store, SEVEN) == expected


def test_the_log_of_a_process_has_its_own_numbers() -> None:
    store = filled(4_000)

    lines = [n for n in range(4_000) if n % 4 > 1]

    assert numbers(store, SEVEN, API) == [
        (number, str(n)) for number, n in enumerate(lines) if "7" in str(n)
    ]


def test_a_stretch_says_where_to_go_on() -> None:
    part = Sieve(SEVEN).sift(filled(100).snapshot(), 10, 20)

    assert [entry.number for entry in part.entries] == [17, 27]
    assert part.next == 30
    assert part.extent.end == 100


def test_what_was_dropped_is_passed_over() -> None:
    store = filled(12_000, max_entries=10_000)
    first = store.extent().first

    part = Sieve(All(())).sift(store.snapshot(), 0, 1)

    assert first > 0
    assert [entry.number for entry in part.entries] == [first]


@pytest.mark.parametrize("first", [100, 1_000])
def test_at_the_end_there_is_nothing_more(first: int) -> None:
    part = Sieve(All(())).sift(filled(100).snapshot(), first, 50)

    assert part.entries == ()
    assert part.next == first


def test_a_line_without_an_end_waits_for_it() -> None:
    store = filled(2)
    store.append(WEB, Stream.OUT, b"77", 1.0)
    store.publish()

    assert numbers(store, SEVEN) == []


def test_findings_are_found_by_the_numbers_of_their_process() -> None:
    store = filled(4_000)
    finding = Finding(
        kind=FindingKind.ERROR, title="x", process=API, time=1.0, line=1_000, end=1_003
    )

    found = numbers(store, IsFound(lambda: [finding]))

    assert [text for _, text in found] == ["2002", "2003", "2006"]
    assert found == numbers(store, All((IsOf(("api",)), IsFound(lambda: [finding]))))
