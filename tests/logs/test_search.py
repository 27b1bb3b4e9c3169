"""Tests of searches."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from brummer.core.aside import settle
from brummer.core.clock import SystemClock
from brummer.core.pattern import Pattern, PatternTooSlowError
from brummer.errors import BrummerError
from brummer.logs.block import Block, newest_first
from brummer.logs.condition import All, Condition, HasText, IsFrom
from brummer.logs.search import Scope, Search, SearchProgress, SearchState
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock

WEB, API = ProcessId("web-1"), ProcessId("api-1")
FOO = HasText(Pattern("foo"))


@pytest.fixture
def store() -> LogStore:
    """Return a store with 20,000 lines, every hundredth with foo."""
    made = LogStore()
    for number in range(20_000):
        word = b"foo" if number % 100 == 0 else b"bar"
        made.append(WEB, Stream.OUT, b"%d %s\n" % (number, word), float(number))
    made.publish()
    return made


def at_once(function: Callable[[], None]) -> Future[None]:
    """Run *function* in the caller, like a bus without threads."""
    future: Future[None] = Future()
    settle(future, function)
    return future


def scope(store: LogStore, *processes: ProcessId) -> Scope:
    snapshot = store.snapshot()
    return Scope(
        blocks=newest_first(snapshot, processes),
        total=lambda: (
            sum(snapshot.view(each).extent.end for each in processes)
            or snapshot.view().extent.end
        ),
        processes=processes,
    )


def search(store: LogStore, condition: Condition = FOO, hits: int = 1_000) -> Search:
    return Search(scope(store), condition, hits=hits, clock=SystemClock())


def found(made: Search) -> SearchProgress:
    made.start(at_once, lambda: None)
    return made.ended.result(10)


def test_the_newest_are_found_first(store: LogStore) -> None:
    progress = found(search(store))

    assert progress.state is SearchState.DONE
    assert [hit.number for hit in progress.hits] == [*range(19_900, -1, -100)]
    assert progress.hits[0].data == b"19900 foo"
    assert progress.hits[0].time == 19_900.0
    assert progress.count == 200
    assert progress.scanned == progress.total == 20_000


@pytest.mark.parametrize("run", [1, 3, 600])
def test_what_is_counted_is_counted_for_each_process(run: int) -> None:
    store = LogStore()
    for number in range(40):
        process = API if number % 4 == 0 else WEB
        store.append(process, Stream.OUT, b"foo\nbar\n" * run, 1.0)
        store.append(process, Stream.ERR, b"foo\n", 1.0)
    store.publish()

    progress = found(search(store))
    other = found(search(store, HasText(Pattern("none"))))

    assert progress.counts == {WEB: 30 * (run + 1), API: 10 * (run + 1)}
    assert progress.count == 40 * (run + 1)
    assert (other.count, other.counts) == (0, {})


def test_lines_of_other_processes_are_not_part_of_the_whole(store: LogStore) -> None:
    for number in range(300):
        store.append(API, Stream.OUT, b"foo\n" * (number % 7), 1.0)
        store.append(WEB, Stream.OUT, b"foo\n", 1.0)
    store.publish()
    lines = store.extent(API).end

    made = Search(
        scope(store, API), All((IsFrom((API,)), FOO)), clock=SystemClock(), hits=0
    )
    progress = found(made)

    assert progress.count == progress.scanned == progress.total == lines


def test_hits_beyond_the_limit_are_counted(store: LogStore) -> None:
    progress = found(search(store, hits=3))

    assert [hit.number for hit in progress.hits] == [19_900, 19_800, 19_700]
    assert progress.count == 200


def test_nothing_to_keep_is_a_count(store: LogStore) -> None:
    progress = found(search(store, hits=0))

    assert progress.hits == ()
    assert progress.count == 200


def test_no_thread_is_held_longer_than_a_slice(store: LogStore) -> None:
    clock = FakeClock()

    class Slow:
        def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
            clock.advance(0.02)
            return FOO.select(block, among)

    made = Search(scope(store), Slow(), clock=clock)
    counts: list[int] = []
    made.start(at_once, lambda: counts.append(made.progress.count))

    assert made.progress.count == 200
    assert len(counts) > 10
    assert counts == sorted(counts)


def test_one_that_takes_too_long_says_what_it_has_found(store: LogStore) -> None:
    clock = FakeClock()

    class Slow:
        def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
            clock.advance(0.02)
            return FOO.select(block, among)

    made = Search(scope(store), Slow(), patience=0.05, clock=clock)

    progress = found(made)

    assert (progress.state, progress.problem) == (SearchState.STOPPED, "it took 0.05 s")
    assert 0 < progress.scanned < progress.total


def test_a_search_can_be_cancelled(store: LogStore) -> None:
    made = search(store)
    made.cancel()

    progress = found(made)

    assert progress.state is SearchState.CANCELLED
    assert progress.count == 0


def test_nothing_is_read_for_a_search_that_was_cancelled() -> None:
    class Unwanted:
        def __iter__(self) -> Iterator[Block]:
            return self

        def __next__(self) -> Block:
            raise AssertionError("nobody wants this")

    made = Search(Scope(blocks=Unwanted(), total=lambda: 5), FOO, clock=SystemClock())
    made.cancel()

    assert found(made).state is SearchState.CANCELLED


def test_a_search_is_cancelled_between_two_slices(store: LogStore) -> None:
    clock = FakeClock()

    class Once:
        def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
            clock.advance(1)
            made.cancel()
            return FOO.select(block, among)

    made = Search(scope(store), Once(), clock=clock)

    progress = found(made)

    assert progress.state is SearchState.CANCELLED
    assert 0 < progress.scanned < 20_000


def test_a_pattern_that_takes_too_long_stops_it_and_is_named(store: LogStore) -> None:
    class TooSlow:
        def select(self, block: Block, among: Sequence[int]) -> Sequence[int]:
            del block, among
            raise PatternTooSlowError("the pattern 'x' takes too long")

    progress = found(search(store, TooSlow()))

    assert progress.state is SearchState.STOPPED
    assert progress.problem == "the pattern 'x' takes too long"


def test_blocks_that_cannot_be_read_stop_it() -> None:
    class Broken:
        def __iter__(self) -> Iterator[Block]:
            return self

        def __next__(self) -> Block:
            raise OSError(5, "input/output error")

    broken = Scope(blocks=Broken(), total=lambda: 5)
    made = Search(broken, FOO, clock=SystemClock())

    progress = found(made)

    assert progress.state is SearchState.STOPPED
    assert "input/output error" in progress.problem


def test_a_search_that_is_refused_has_an_end(store: LogStore) -> None:
    def refuse(_: Callable[[], None]) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(BrummerError("it is the end"))
        return future

    made = search(store)
    made.start(refuse, lambda: None)

    assert made.ended.result(1).problem == "it is the end"


def test_many_search_at_once_on_few_threads(store: LogStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        searches = [search(store) for _ in range(20)]
        for made in searches:
            made.start(pool.submit, lambda: None)
        counts = [made.ended.result(20).count for made in searches]

    assert counts == [200] * 20


def test_what_is_printed_meanwhile_belongs_to_the_next_search() -> None:
    store = LogStore()
    store.append(WEB, Stream.OUT, b"foo\n", 1.0)
    store.publish()
    made = search(store, All(()))
    store.append(WEB, Stream.OUT, b"foo\n" * 10, 2.0)
    store.publish()

    assert found(made).count == 1


def test_the_end_is_told_once_everything_is_published(store: LogStore) -> None:
    changes: list[SearchState] = []
    ended = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        made = search(store)
        made.ended.add_done_callback(lambda _: ended.set())
        made.start(pool.submit, lambda: changes.append(made.progress.state))
        assert ended.wait(10)

    assert made.ended.result().state is SearchState.DONE
    assert changes[-1] is SearchState.DONE


def test_who_looks_on_and_fails_stops_nothing(
    store: LogStore, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("no terminal")

    made = search(store)
    made.start(at_once, fail)

    assert made.ended.result(10).count == 200
    assert "could not tell how far it is" in caplog.text
