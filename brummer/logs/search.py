"""Looking for lines, however many there are, without holding a thread."""

import logging
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.pattern import PatternTooSlowError
from brummer.logs.block import Block
from brummer.logs.condition import Condition
from brummer.model.log import Stream
from brummer.model.process import ProcessId

logger = logging.getLogger(__name__)

#: Seconds for which a search keeps a thread; then others get their turn.
SLICE: Final = 0.03
#: Hits that are kept unless somebody asks for more or fewer.
HITS: Final = 1_000

#: Runs a function on a worker, and returns the future of what comes of it.
Aside = Callable[[Callable[[], None]], Future[None]]


class Hit(NamedTuple):
    """A line that was found.

    *number* counts in the log of its *process*.  *data* is the line as it was
    printed, *time* when it was read, in seconds since the epoch.
    """

    process: ProcessId
    number: int
    stream: Stream
    time: float
    data: bytes


class SearchState(StrEnum):
    """How far a search is; all but ``RUNNING`` are ends."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress:
    """What a search has found so far.

    *hits* are in the order of finding, newest block first, and in each the newest
    first; *count* is how many there are, kept or not, and *counts* how many of each
    process that has some.  Of *total* lines *scanned* were looked at, *total* being 0
    until that is known.  *problem* says why a search was ``STOPPED``.
    """

    state: SearchState = SearchState.RUNNING
    hits: tuple[Hit, ...] = ()
    count: int = 0
    counts: Mapping[ProcessId, int] = field(
        default_factory=lambda: MappingProxyType({})
    )
    scanned: int = 0
    total: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a search looks: in *blocks*, of which only lines of *processes* count.

    All do if there are none.  *total* returns how many lines that are; it may have to
    look at many files.  *before* is what was found in older lines, where no block is.
    """

    blocks: Iterator[Block]
    total: Callable[[], int]
    processes: Collection[ProcessId] = ()
    before: SearchProgress = field(default_factory=SearchProgress)

    def count(self, block: Block) -> int:
        """Return how many lines of *block* count."""
        if not self.processes:
            return len(block.every)
        wanted = [process in self.processes for process, _ in block.sources]
        if all(wanted):
            return len(block.every)
        return sum(map(len, block.of_runs(lambda run: wanted[block.source[run]])))


class Search:
    """Asks blocks, one after the other, for the lines that *condition* selects.

    It works in slices of :data:`SLICE` seconds, each a task of its own on a
    worker, so that no thread is held however much there is.  At most *hits* are
    kept; the rest is counted.  *changed* is called after each slice.

    Threads: the slices follow each other, so there is one writer at any time.
    :attr:`progress` is a frozen value, published by one assignment; any thread may
    read it, and call :meth:`cancel`.
    """

    def __init__(
        self,
        scope: Scope,
        condition: Condition,
        *,
        hits: int = HITS,
        patience: float = math.inf,
        clock: Clock,
    ) -> None:
        """Look in *scope*, for at most *patience* seconds."""
        self._scope = scope
        self._condition = condition
        self._hits = hits
        self._clock = clock
        self._is_cancelled = False
        self._patience = patience
        # All of these belong to the slice at work.
        #: What was found in lines that have an end, and in those that have none.
        self._whole = replace(scope.before, state=SearchState.RUNNING, hits=())
        self._open = _Tally(hits, {})
        #: Rebound by each slice, for everybody.
        self._published = self._whole
        #: Both written by the first slice.
        self._is_counted = False
        self._deadline = math.inf
        #: Resolved once, by the last slice.
        self.ended: Future[SearchProgress] = Future()

    @property
    def progress(self) -> SearchProgress:
        """What was found so far."""
        return self._published

    @property
    def settled(self) -> SearchProgress:
        """What was found in lines that have an end; to be asked when it is over."""
        return self._whole

    def start(self, aside: Aside, changed: Callable[[], object]) -> None:
        """Begin; *aside* runs a function on a worker."""

        def go_on(done: Future[None]) -> None:
            if self._goes_on(done, changed):
                self.start(aside, changed)

        while True:
            slice_ = aside(self._look)
            # Where nothing runs aside it has run already, and a call from a call
            # from a call would end at some depth.
            if not slice_.done():
                slice_.add_done_callback(go_on)
                return
            if not self._goes_on(slice_, changed):
                return

    def cancel(self) -> None:
        """Look no further."""
        self._is_cancelled = True

    def _goes_on(self, done: Future[None], changed: Callable[[], object]) -> bool:
        """Say that a slice is done; return whether there is another."""
        error = done.exception()
        if error is not None:
            # Refused because too much waits or it is the end, or broken.
            self._end(SearchState.STOPPED, str(error))
        is_over = self._published.state is not SearchState.RUNNING
        if is_over:
            self.ended.set_result(self._published)
        # Whoever looks on must not keep the search from its end.
        _, trouble = attempt(changed)
        if trouble is not None:
            logger.error("a search could not tell how far it is", exc_info=trouble)
        return not is_over

    def _look(self) -> None:
        """Look through some blocks, for about :data:`SLICE` seconds."""
        end = self._clock.monotonic() + SLICE
        if not self._is_counted:
            self._is_counted = True
            self._deadline = end - SLICE + self._patience
            self._whole = replace(self._whole, total=self._scope.total())
        before = self._whole
        tally = _Tally(self._hits - len(before.hits), dict(before.counts))
        state, problem = SearchState.RUNNING, ""
        while state is SearchState.RUNNING and self._clock.monotonic() < end:
            block = None if self._is_cancelled else next(self._scope.blocks, None)
            if block is None:
                is_off = self._is_cancelled
                state = SearchState.CANCELLED if is_off else SearchState.DONE
                break
            try:
                self._examine(block, tally)
            except PatternTooSlowError as error:
                state, problem = SearchState.STOPPED, str(error)
        if state is SearchState.RUNNING and self._clock.monotonic() >= self._deadline:
            state, problem = SearchState.STOPPED, f"it took {self._patience:g} s"
        older = self._scope.before.hits if state is not SearchState.RUNNING else ()
        self._whole = replace(
            before,
            state=state,
            hits=(*before.hits, *tally.hits, *older)[: self._hits],
            count=sum(tally.counts.values()),
            counts=MappingProxyType(tally.counts),
            scanned=before.scanned + tally.scanned,
            problem=problem,
        )
        self._published = self._open.added_to(self._whole, self._hits)

    def _examine(self, block: Block, tally: "_Tally") -> None:
        """Look through one block.

        :raises PatternTooSlowError: if that takes too long.
        """
        into = self._open if block.is_open else tally
        into.add(block, self._condition.select(block, block.every))
        into.scanned += self._scope.count(block)

    def _end(self, state: SearchState, problem: str) -> None:
        self._published = replace(self._published, state=state, problem=problem)


@dataclass(slots=True)
class _Tally:
    """What one slice finds: as many hits as there is *room* for, and *counts* of all.

    Threads: that of the slice.
    """

    room: int
    counts: dict[ProcessId, int]
    hits: list[Hit] = field(default_factory=list)
    scanned: int = 0

    def add(self, block: Block, lines: Sequence[int]) -> None:
        """Add *lines* of *block*, which ascend."""
        if not lines:
            # As in most blocks.
            return
        for process, count in _counts(block, lines):
            self.counts[process] = self.counts.get(process, 0) + count
        kept = lines[max(len(lines) - self.room, 0) :]
        self.room -= len(kept)
        self.hits += reversed(_hits(block, kept))

    def added_to(self, found: SearchProgress, most: int) -> SearchProgress:
        """Return what was *found* together with this, of which the hits come first."""
        if not self.scanned:
            return found
        counts = dict(found.counts)
        for process, count in self.counts.items():
            counts[process] = counts.get(process, 0) + count
        return replace(
            found,
            hits=(*self.hits, *found.hits)[:most],
            count=sum(counts.values()),
            counts=MappingProxyType(counts),
            scanned=found.scanned + self.scanned,
        )


def _counts(block: Block, lines: Sequence[int]) -> Iterator[tuple[ProcessId, int]]:
    """Yield how many of *lines*, which ascend, are whose; a process may come twice."""
    if len({process for process, _ in block.sources}) == 1:
        yield block.sources[0][0], len(lines)
        return
    at = 0
    while at < len(lines):
        run = bisect_right(block.starts, lines[at]) - 1
        is_last = run + 1 == len(block.starts)
        end = len(lines) if is_last else bisect_left(lines, block.starts[run + 1], at)
        yield block.sources[block.source[run]][0], end - at
        at = end


def _hits(block: Block, lines: Sequence[int]) -> list[Hit]:
    """Return *lines* of *block*, which ascend, as hits."""
    return [
        Hit(process, number, stream, time, data)
        for (process, stream, time, number), data in zip(
            map(block.origin, lines), block.printed(lines), strict=True
        )
    ]
