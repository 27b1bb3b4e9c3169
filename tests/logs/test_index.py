"""Tests of indexes: compared with looking at every line there is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.core.index import Indexed
from brummer.errors import UsageError
from brummer.logs.claim import IsFound
from brummer.logs.condition import All, Condition
from brummer.logs.index import LogIndex
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from tests.logs.history.shelf import API, WEB
from tests.logs.indexed import Counting, Filed, Later, Log, Slow
from tests.support.wait import wait_until


@pytest.fixture
def log() -> Log:
    """Return a log of two processes, some of whose lines have foo."""
    log = Log()
    for number in range(3000):
        word = "foo" if number % 7 == 0 else "bar"
        log.print(f"{number} {word}\n", API if number % 5 == 0 else WEB)
    return log


@pytest.mark.parametrize("process", [None, WEB, API])
def test_all_lines_are_found_in_the_numbers_of_the_log(
    log: Log, process: ProcessId | None
) -> None:
    index = log.index(process=process)

    index.refresh()

    assert list(index.found) == log.numbers(b"foo", process)
    assert index.found.complete
    assert index.found.share == 1
    assert log.told > 0


@pytest.mark.parametrize("process", [None, WEB, API])
def test_lines_that_come_later_are_found_as_they_come(
    log: Log, process: ProcessId | None
) -> None:
    index = log.index(process=process)
    index.refresh()

    for number in range(3000):
        log.print(f"{number} more foo\nand no\n", API if number % 2 else WEB)
        if number % 97 == 0:
            index.refresh()
    index.refresh()

    assert list(index.found) == log.numbers(b"foo", process)


@pytest.mark.parametrize("process", [None, API])
def test_findings_are_found_by_the_numbers_of_their_process(
    log: Log, process: ProcessId | None
) -> None:
    finding = Finding(
        kind=FindingKind.ERROR, title="x", process=API, time=1.0, line=590, end=600
    )
    index = log.index(IsFound(lambda: [finding]), process=process)
    index.refresh()
    log.print("more\n", API)
    log.print("more\n", WEB)
    index.refresh()

    lines = [number for number in range(3000) if number % 5 == 0]
    texts = [f"{n} ".encode() for n in lines[590:600]]
    window = log.store.window(0, 10**6, process).entries
    assert list(index.found) == [
        entry.number for entry in window if entry.data.startswith(tuple(texts))
    ]


def test_what_was_looked_at_is_not_looked_at_again(log: Log) -> None:
    looked = Counting()
    index = log.index(looked)
    index.refresh()
    before = looked.lines
    log.print("one\ntwo\n")

    index.refresh()
    index.refresh()

    assert before == 3000
    # No more than what is on no page yet.
    assert looked.lines - before <= 514


def test_nothing_new_costs_nothing(log: Log) -> None:
    index = log.index()
    index.refresh()
    told = log.told

    index.refresh()

    assert log.told == told


def test_what_other_processes_print_costs_an_index_of_one_nothing(log: Log) -> None:
    index = log.index(process=API)
    index.refresh()
    told = log.told
    log.print("foo\n", WEB)

    index.refresh()

    assert log.told == told


def test_a_line_is_found_when_it_has_an_end() -> None:
    log = Log()
    index = log.index(process=WEB)
    log.print("no\nfoo")
    index.refresh()
    before = list(index.found)
    log.print(" bar\n")

    index.refresh()

    assert before == []
    assert list(index.found) == [1]


def test_the_newest_are_there_first_and_new_ones_do_not_wait(log: Log) -> None:
    later = Later()
    index = log.index(ground=log.ground(later))
    index.refresh()

    later.run()
    first = index.found
    log.print("foo at the end\n")
    # One looks at it, one sees that there is no more.
    later.run()
    later.run()
    second = index.found
    while later.waiting:
        later.run()

    wanted = log.numbers(b"foo")
    assert 0 < first.low < 3000
    assert list(first) == [n for n in wanted if first.low <= n < 3000]
    assert 0 < first.share < 1
    assert not first.complete
    assert 3000 in list(second)
    assert list(index.found) == wanted


def test_what_was_published_stays_as_it_was(log: Log) -> None:
    later = Later()
    index = log.index(ground=log.ground(later))
    index.refresh()
    kept = []
    while later.waiting:
        later.run()
        kept.append((index.found, list(index.found)))
        log.print("foo\n")

    assert all(list(found) == numbers for found, numbers in kept)


def test_lines_that_left_the_log_leave_the_index() -> None:
    log = Log(LogStore(max_entries=1000))
    index = log.index()
    for number in range(5000):
        log.print(f"{number} foo\n")
        if number % 50 == 0:
            index.refresh()
    index.refresh()

    assert list(index.found) == [*range(4000, 5000)]


def test_no_more_than_the_newest_are_kept() -> None:
    log = Log()
    log.print("foo\n" * 9000)
    index = log.index(kept=1000)

    index.refresh()
    backwards = index.found
    log.print("foo\n" * 500)
    index.refresh()

    assert backwards.cut
    assert list(backwards) == [*range(8000, 9000)]
    assert list(index.found) == [*range(8500, 9500)]


def test_a_closed_index_looks_no_further(log: Log) -> None:
    later = Later()
    index = log.index(ground=log.ground(later))
    index.refresh()
    later.run()
    found = index.found

    index.close()
    while later.waiting:
        later.run()
    log.print("foo\n")
    index.refresh()

    assert list(index.found) == list(found)
    assert not later.waiting


def test_a_wrong_condition_is_told_and_nothing_else_happens(log: Log) -> None:
    def wrong() -> Condition:
        raise UsageError("column 3: no such field")

    index = LogIndex(log.ground(), None, wrong)

    index.refresh()
    index.refresh()

    assert index.found.problem == "column 3: no such field"
    assert len(index.found) == 0


def test_a_slow_pattern_is_stopped_and_told_and_what_was_found_stays() -> None:
    log = Log()
    log.print("foo\n" * 9000)
    index = log.index(Slow(after=1), ground=log.ground(later := Later()))
    index.refresh()
    while later.waiting:
        later.run()

    assert index.found.problem.startswith("too slow")
    assert len(index.found) > 0


# Repeats.


def firsts(log: Log, process: ProcessId | None = None) -> list[int]:
    """Return which lines differ from the one before them, by looking at each."""
    entries = log.store.window(0, 10**6, process).entries
    before = (None, *((e.process, e.data) for e in entries))
    pairs = zip(entries, before, strict=False)
    return [e.number for e, last in pairs if (e.process, e.data) != last]


@pytest.mark.parametrize("process", [None, WEB, API])
def test_of_repeats_only_the_first_is_kept(process: ProcessId | None) -> None:
    log = Log()
    index = log.index(All(()), process, folded=True)
    later = Later()
    late = log.index(All(()), process, folded=True, ground=log.ground(later))
    for number in range(4000):
        # Some of one line, some of several, over the borders of pages as well.
        log.print(f"{number // 900}\n" * (number % 3), API if number % 8 == 0 else WEB)
        if number % 613 == 0:
            index.refresh()
    index.refresh()
    late.refresh()
    while later.waiting:
        later.run()

    assert list(index.found) == firsts(log, process)
    assert list(late.found) == firsts(log, process)


def test_colours_make_no_difference_to_a_repeat() -> None:
    log = Log()
    log.print("\x1b[31mtick\x1b[0m\ntick\n\x1b[32mtick\n")
    index = log.index(All(()), folded=True)

    index.refresh()

    assert list(index.found) == [0]


# Files.


@pytest.mark.parametrize("process", [None, WEB, API])
def test_lines_in_files_are_found_and_those_that_get_there_stay(
    tmp_path: Path, process: ProcessId | None
) -> None:
    log = Filed(tmp_path)
    for number in range(400):
        log.print(f"{number} foo\nbar\n", API if number % 3 else WEB)
    index = log.index(process=process, ground=log.ground(later := Later()))
    index.refresh()
    while later.waiting:
        later.run()
    before = list(index.found)
    expected = log.numbers(b"foo", process)
    # More than memory keeps comes before anybody looks again.
    for number in range(200):
        log.print(f"{number} foo\nbar\n", WEB if number % 3 else API)

    index.refresh()
    while later.waiting:
        later.run()

    assert before == expected
    assert list(index.found) == log.numbers(b"foo", process)
    log.shelf.close()


def test_the_kept_lines_of_a_quiet_process_are_found_once(tmp_path: Path) -> None:
    log = Filed(tmp_path)
    log.print("foo\n" * 3, API)
    log.print("bar\n" * 500, WEB)

    merged, own = log.index(), log.index(process=API)
    merged.refresh()
    own.refresh()

    assert list(merged.found) == [0, 1, 2]
    assert list(own.found) == [0, 1, 2]
    log.shelf.close()


def test_in_the_log_of_all_lines_of_others_part_repeats_in_files(
    tmp_path: Path,
) -> None:
    log = Filed(tmp_path)
    for _ in range(100):
        log.print("same\n", WEB)
        log.print("other\n", API)
    index = log.index(All(()), folded=True)

    index.refresh()

    assert list(index.found) == [*range(200)]
    log.shelf.close()


@pytest.mark.usefixtures("hasty")
def test_readers_see_order_whatever_is_written_and_looked_at_meanwhile() -> None:
    log = Log(LogStore(max_entries=3000))
    with ThreadPoolExecutor(3) as workers:
        ground = replace(log.ground(), aside=workers.submit)
        index = log.index(ground=ground, process=WEB)
        writing = workers.submit(write, log)
        while not writing.done():
            index.refresh()
            assert_ascends(index.found)
        writing.result()
        wait_until(lambda: caught_up(log, index))

    first = log.store.extent(WEB).first
    found = [number for number in index.found if number >= first]
    assert found == log.numbers(b"foo", WEB)


def write(log: Log) -> None:
    """Print lines of two processes, every third of which has foo."""
    for number in range(4000):
        word = "foo" if number % 3 == 0 else "bar"
        log.print(f"{word}\n" * (number % 4), API if number % 5 == 0 else WEB)


def assert_ascends(found: Indexed) -> None:
    numbers = list(found)
    assert numbers == sorted(set(numbers))


def caught_up(log: Log, index: LogIndex) -> bool:
    """Whether everything was looked at; if not, go on."""
    index.refresh()
    return index.found.complete and index.found.end == log.store.extent(WEB).end
