"""Tests of what searches remember of what they have found."""

import gc
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from brummer.app.recall import BYTES, COUNTED, REMEMBERED, Recall, Sought
from brummer.core.pattern import Pattern
from brummer.logs.claim import IsFound
from brummer.logs.condition import All, Any, Condition, HasText, IsBetween, IsFrom, Not
from brummer.logs.expression import parse
from brummer.logs.history.archive import Archive
from brummer.logs.outset import BeginsError
from brummer.logs.search import SLICE, Search, SearchProgress, SearchState
from brummer.logs.store import LogStore
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from tests.app.test_search import Bench as SearchBench
from tests.app.test_search import at_once
from tests.logs.history.shelf import API, WEB, Shelf
from tests.support.clock import FakeClock

FOO = HasText(Pattern("foo"))


class Ticking(FakeClock):
    """A clock by which a slice is over after one block."""

    @override
    def monotonic(self) -> float:
        self.advance(SLICE * 0.6)
        return super().monotonic()


class Bench:
    """A log, in memory and maybe in files, and searches that remember."""

    def __init__(self, folder: Path, *, filed: bool = True, lines: int = 200) -> None:
        kept = LogStore(max_entries=lines)
        self.shelf = Shelf(folder, part_bytes=500, store=kept)
        run = self.shelf.run if filed else None
        self.archive = Archive(kept, run, lambda _: self.shelf.write())
        self.use(FakeClock())

    def use(self, clock: FakeClock) -> None:
        """Begin anew by another clock."""
        self.clock = clock
        self.recall = Recall(self.archive, clock)

    def sought(
        self,
        condition: Condition = FOO,
        process: ProcessId | None = None,
        hits: int = 9,
    ) -> Sought:
        processes = (process,) if process else ()
        return Sought(
            condition=All((IsFrom(processes), condition)),
            processes=processes,
            hits=hits,
            snapshot=self.shelf.store.snapshot(),
        )

    def search(self, sought: Sought | None = None) -> SearchProgress:
        """Search as the program does."""
        sought = sought or self.sought()
        return self._searched(self.recall, sought)

    def anew(self, sought: Sought | None = None) -> SearchProgress:
        """Search as if it was the first time."""
        return self._searched(Recall(self.archive, self.clock), sought or self.sought())

    def _searched(self, recall: Recall, sought: Sought) -> SearchProgress:
        made = Search(
            recall.scope(sought), sought.condition, hits=sought.hits, clock=self.clock
        )
        made.start(at_once, lambda: None)
        found = made.ended.result(10)
        recall.keep(sought, made.settled)
        return found

    def looked_at(self, sought: Sought | None = None) -> int:
        """Return how many lines the next search will look at."""
        return sum(
            len(block.every)
            for block in self.recall.scope(sought or self.sought()).blocks
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return one with 100 lines, every tenth with foo."""
    made = Bench(tmp_path)
    for number in range(100):
        made.shelf.print(b"%d %s\n" % (number, b"bar" if number % 10 else b"foo"))
    yield made
    made.shelf.close()


def test_only_what_is_new_is_looked_at(bench: Bench) -> None:
    first = bench.search()
    bench.shelf.print(b"a foo\nno\n")

    assert bench.looked_at() == 2
    second = bench.search()

    assert (first.count, second.count) == (10, 11)
    assert [hit.data for hit in second.hits][:3] == [b"a foo", b"90 foo", b"80 foo"]
    assert second.scanned == second.total == 102
    assert bench.looked_at() == 0


def test_a_line_without_an_end_is_found_once_it_is_there_and_counted_once(
    bench: Bench,
) -> None:
    bench.shelf.print(b"a foo, ")
    waiting = bench.search()
    again = bench.search()
    bench.shelf.print(b"and its end\n")
    whole = bench.search()

    assert [found.count for found in (waiting, again, whole)] == [11, 11, 11]
    assert [found.scanned for found in (waiting, again, whole)] == [101, 101, 101]
    assert waiting.hits[0].data == b"a foo, "
    assert whole.hits[0].data == b"a foo, and its end"
    assert [hit.number for hit in whole.hits] == [100, *range(90, 10, -10)]


@pytest.mark.parametrize("clock", [FakeClock, Ticking])
@pytest.mark.parametrize("filed", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_it_finds_what_a_search_from_the_beginning_finds(
    tmp_path: Path, seed: int, clock: type[FakeClock], *, filed: bool
) -> None:
    bench, chance = Bench(tmp_path, filed=filed, lines=60), random.Random(seed)
    bench.use(clock())
    pieces = [b"foo\n", b"bar\n", b"foo", b"ba", b"\n", b"foo\nbar\nfoo\n", b"x\n" * 40]
    seen = 0

    for _ in range(150):
        bench.shelf.print(chance.choice(pieces), chance.choice([WEB, API]))
        if chance.random() < 0.2:
            bench.shelf.write()
        if chance.random() < 0.4:
            process = chance.choice([None, WEB, API])
            condition: Condition = chance.choice((FOO, Not(FOO)))
            sought = bench.sought(condition, process, hits=10_000)
            seen += bench.looked_at(sought)
            found, whole = bench.search(sought), bench.anew(sought)
            assert found.count == whole.count
            assert found.counts == whole.counts
            assert sorted(found.hits) == sorted(whole.hits)
            assert found.scanned == found.total == whole.scanned

    assert seen
    bench.shelf.close()


def test_hits_of_one_process_stay_in_order_whatever_is_kept(bench: Bench) -> None:
    for number in range(100, 150):
        bench.shelf.print(b"%d foo\n" % number)
        sought = bench.sought(process=WEB, hits=4)

        assert bench.search(sought).hits == bench.anew(sought).hits


def test_who_keeps_nothing_gets_a_count(bench: Bench) -> None:
    counts = [bench.search(bench.sought(hits=0)).count for _ in range(2)]

    assert counts == [10, 10]


def test_what_memory_has_dropped_is_counted_no_more(tmp_path: Path) -> None:
    bench = Bench(tmp_path, filed=False, lines=16)
    bench.shelf.print(b"foo\n" * 16)
    bench.search()
    bench.shelf.print(b"bar\n" * 4_000)

    found = bench.search()

    assert found.count == bench.anew().count < 16
    bench.shelf.close()


def test_what_came_and_went_to_the_files_meanwhile_is_found(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lines=16)
    bench.shelf.print(b"foo\n")
    bench.search()
    for _ in range(100):
        bench.shelf.print(b"foo\n" * 20)

    assert bench.search().count == 2_001
    bench.shelf.close()


def test_that_files_are_gone_is_noticed_in_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lines=16)
    for number in range(200):
        bench.shelf.print(b"%d foo\n" % number)
    bench.shelf.write()
    assert bench.search().count == 200
    shutil.rmtree(bench.shelf.folder())

    soon = bench.search().count
    bench.clock.advance(COUNTED)
    later = bench.search().count

    assert soon == 200
    assert later == bench.anew().count < 200


def test_while_nothing_is_gone_it_is_counted_now_and_then(bench: Bench) -> None:
    bench.search()
    for _ in range(3):
        bench.clock.advance(COUNTED)
        bench.shelf.print(b"foo\n")

        assert bench.looked_at() == 1
        bench.search()

    assert bench.search().count == 13


def test_what_may_become_true_later_is_asked_of_every_line(bench: Bench) -> None:
    findings: list[Finding] = []
    found = IsFound(lambda: findings)
    sought = bench.sought(All((FOO, Not(Not(found)))))
    assert bench.search(sought).count == 0

    findings.append(
        Finding(kind=FindingKind.ERROR, title="x", process=WEB, time=1.0, line=20)
    )

    assert bench.search(sought).count == 1


@pytest.mark.parametrize(
    "condition",
    [
        BeginsError(lambda: ()),
        Any((FOO, Not(IsFound(lambda: ())))),
        IsBetween(since=0.5),
        IsBetween(until=9e9),
    ],
    ids=["an error", "a finding", "since", "until"],
)
def test_what_is_another_question_each_time_is_not_remembered(
    bench: Bench, condition: Condition
) -> None:
    sought = bench.sought(condition)
    bench.search(sought)

    assert bench.looked_at(sought) == 100


@pytest.mark.parametrize(
    "text",
    ["level>=warn", "-level:info", "process:web foo", "priority>=1 or foo", "tag:http"],
)
def test_what_a_line_says_of_itself_stays_as_it_is(bench: Bench, text: str) -> None:
    sought = bench.sought(All((IsBetween(since=0.0), parse(text))))
    bench.search(sought)

    assert bench.looked_at(sought) == 0
    assert bench.search(sought) == bench.anew(sought)


def test_a_search_that_ended_holds_nothing() -> None:
    bench = SearchBench()
    bench.print(WEB, "foo")
    gc.disable()
    try:
        before = {id(found) for found in gc.get_objects() if isinstance(found, Search)}
        assert bench.found("foo") == ["foo"]
        left = [found for found in gc.get_objects() if isinstance(found, Search)]
    finally:
        gc.enable()

    assert not [found for found in left if id(found) not in before]


def test_a_search_that_is_stopped_says_what_was_known_before(bench: Bench) -> None:
    bench.search()
    bench.shelf.print(b"foo\nfoo without an end")
    sought = bench.sought()
    made = Search(
        bench.recall.scope(sought),
        sought.condition,
        hits=sought.hits,
        patience=SLICE / 2,
        clock=Ticking(),
    )

    made.start(at_once, lambda: None)
    found = made.ended.result(10)

    assert (found.state, found.count) == (SearchState.STOPPED, 11)
    assert [hit.number for hit in found.hits] == [101, *range(90, 10, -10)]


def test_what_did_not_come_to_its_end_is_not_remembered(bench: Bench) -> None:
    sought = bench.sought()

    for state in SearchState:
        if state is not SearchState.DONE:
            bench.recall.keep(sought, SearchProgress(state=state, count=5))

    assert bench.search().count == 10


def test_an_older_look_at_the_log_sees_nothing_newer(bench: Bench) -> None:
    before = bench.sought()
    bench.shelf.print(b"foo\n")
    bench.search()

    assert bench.search(before).count == 10


def test_long_lines_are_not_remembered(bench: Bench) -> None:
    bench.shelf.print(b"foo" + b"x" * BYTES + b"\n")
    bench.search()

    assert bench.looked_at() == 101


def test_so_many_searches_are_remembered_the_latest(bench: Bench) -> None:
    others = [
        bench.sought(HasText(Pattern(f"{number}"))) for number in range(REMEMBERED)
    ]
    bench.search()
    for other in others:
        bench.search(other)

    assert bench.looked_at() == 100
    assert not any(map(bench.looked_at, others))
