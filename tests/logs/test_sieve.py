"""Tests of reading a log through a condition."""

from collections.abc import Callable

import pytest

from brummer.core.pattern import Pattern
from brummer.logs.claim import IsFound, IsOf
from brummer.logs.condition import All, Condition, HasText
from brummer.logs.sieve import LONGEST, STRIDE, Memory, Sieve
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock

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


def sieve(
    store: LogStore, condition: Condition = SEVEN, process: ProcessId | None = None
) -> Sieve:
    return Sieve(Memory(store.snapshot()), condition, process)


def always() -> bool:
    return True


def never() -> bool:
    return False


def forwards(made: Sieve, end: int, goes_on: Callable[[], bool]) -> list[LogEntry]:
    """Return all that comes through, at most 700 at a time."""
    found: list[LogEntry] = []
    at = 0
    while at < end:
        part = made.oldest(at, end, 700, goes_on)
        found += part.entries
        at = part.next
    return found


def backwards(made: Sieve, end: int, goes_on: Callable[[], bool]) -> list[LogEntry]:
    """Return the same, looked for from the end."""
    found: list[LogEntry] = []
    while end > 0:
        part = made.newest(0, end, 700, goes_on)
        found[:0] = part.entries
        end = part.next
    return found


@pytest.mark.parametrize("read", [forwards, backwards])
@pytest.mark.parametrize("goes_on", [always, never])
@pytest.mark.parametrize("lines", [0, 10, 30_000])
def test_lines_come_through_in_order(
    read: Callable[..., list[LogEntry]], goes_on: Callable[[], bool], lines: int
) -> None:
    found = read(sieve(filled(lines)), lines, goes_on)

    assert [(entry.number, entry.text) for entry in found] == [
        (n, str(n)) for n in range(lines) if "7" in str(n)
    ]


@pytest.mark.parametrize("read", [forwards, backwards])
def test_the_log_of_a_process_has_its_own_numbers(
    read: Callable[..., list[LogEntry]],
) -> None:
    found = read(sieve(filled(4_000), SEVEN, API), 2_000, always)

    lines = [n for n in range(4_000) if n % 4 > 1]
    assert [(entry.number, entry.text) for entry in found] == [
        (number, str(n)) for number, n in enumerate(lines) if "7" in str(n)
    ]


def test_a_stretch_says_where_to_go_on() -> None:
    made = sieve(filled(100))

    after, before = made.oldest(10, 30, 9, always), made.newest(10, 30, 9, always)
    first, last = made.oldest(10, 30, 1, always), made.newest(10, 30, 1, always)

    assert [entry.number for entry in after.entries] == [17, 27]
    assert after.entries == before.entries
    assert (after.next, before.next) == (30, 10)
    assert (first.entries[0].number, first.next) == (17, 18)
    assert (last.entries[0].number, last.next) == (27, 27)


def test_nothing_is_looked_at_for_nobody() -> None:
    made = sieve(filled(10))

    assert made.oldest(5, 5, 1, always) == ([], 5)
    assert made.newest(5, 5, 1, always) == ([], 5)
    assert made.newest(0, 10, 0, always) == ([], 10)


def test_where_little_is_found_more_is_looked_at_in_one_go() -> None:
    clock = FakeClock()
    store = filled(400_000, max_entries=400_000)

    def once_more() -> bool:
        clock.advance(1.0)
        return True

    began = clock.monotonic()
    sieve(store, HasText(Pattern("none"))).oldest(0, 400_000, 1, once_more)

    assert STRIDE * 4 < LONGEST
    assert clock.monotonic() - began < 400_000 // STRIDE // 4


def test_what_was_dropped_is_passed_over() -> None:
    store = filled(12_000, max_entries=10_000)
    first = store.extent().first

    part = sieve(store, All(())).oldest(0, 12_000, 1, always)

    assert first > 0
    assert [entry.number for entry in part.entries] == [first]


def test_a_line_without_an_end_waits_for_it() -> None:
    store = filled(2)
    store.append(WEB, Stream.OUT, b"77", 1.0)
    store.publish()

    assert sieve(store).oldest(0, 10, 10, always).entries == []


def test_findings_are_found_by_the_numbers_of_their_process() -> None:
    store = filled(4_000)
    finding = Finding(
        kind=FindingKind.ERROR, title="x", process=API, time=1.0, line=1_000, end=1_003
    )
    found = IsFound(lambda: [finding])

    both = [
        sieve(store, condition).oldest(0, 4_000, 9, always).entries
        for condition in (found, All((IsOf(("api",)), found)))
    ]

    assert [entry.text for entry in both[0]] == ["2002", "2003", "2006"]
    assert both[0] == both[1]
