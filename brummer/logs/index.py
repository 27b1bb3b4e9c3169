"""An index of the lines of one log that a condition is true of, which goes on growing.

What there is when it begins is looked at once, from the newest line back through
memory and files; what comes later is looked at once as well, a stretch at a time.
"""

import logging
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.index import KEPT, Indexed
from brummer.logs.block import Block, of_log
from brummer.logs.condition import All, Condition, IsFrom
from brummer.logs.search import SLICE, Aside
from brummer.logs.view import LogSnapshot
from brummer.model.process import ProcessId

logger = logging.getLogger(__name__)

#: Yields what files have of a log before what a snapshot has, newest block first.
Before: TypeAlias = Callable[[LogSnapshot, ProcessId | None], Iterator[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where lines are looked for, and by whom.

    *before* reads files, which there are if it is *filed*: lines that leave memory are
    still in the log then.  *aside* runs a function on a worker; *changed* is called
    after each slice.

    Threads: all of them are safe from any.
    """

    snapshot: Callable[[], LogSnapshot]
    before: Before
    filed: bool
    aside: Aside
    changed: Callable[[], object]
    clock: Clock


class _Line(NamedTuple):
    """A line that was found; *key* is the same for lines that say the same.

    Without one it is like no other.
    """

    number: int
    key: tuple[ProcessId, int, int] | None

    def is_like(self, other: "_Line") -> bool:
        """Whether both say the same."""
        return self.key is not None and self.key == other.key


@dataclass(slots=True)
class _Sweep:
    """A stretch of the log, from *low* to before *end*, that is looked at backwards.

    *found* has numbers that descend, as far as blocks do.  *newest* is the newest line
    that was found, *edge* the oldest one, which is not in *found* yet if repeats are
    left out: the line before it may be the same.
    """

    blocks: Iterator[Block]
    low: int
    end: int
    #: Where that begins which is in memory.
    filed: int
    #: Where what was looked at begins.
    at: int
    found: "array[int]" = field(default_factory=lambda: array("Q"))
    newest: _Line | None = None
    edge: _Line | None = None


class LogIndex:
    """Implements :class:`~brummer.core.index.LineIndex` over a store and its files.

    It works in slices of :data:`~brummer.logs.search.SLICE` seconds, each a task of
    its own on a worker, so that no thread is held however much there is.  At most
    *kept* numbers are kept.  With *folded* a line that says the same as the one found
    before it, of the same process, is left out.

    Threads: :meth:`refresh` and :meth:`close` belong to one thread.  A slice begins
    when none is under way, so there is one writer at any time; it publishes a frozen
    value by one assignment.
    """

    def __init__(
        self,
        ground: Ground,
        process: ProcessId | None,
        make: Callable[[], Condition],
        *,
        folded: bool = False,
        kept: int = KEPT,
    ) -> None:
        """Look for nothing yet; *make* returns the condition, on a worker."""
        self._ground = ground
        self._process = process
        self._make = make
        self._folded = folded
        self._kept = kept
        #: Written by whoever asked for it; the workers look at it now and then.
        self._is_closed = False
        #: Set by the thread that refreshes when it is not, reset by the last slice.
        self._is_busy = False
        # All of these belong to the slice at work.
        self._condition: Condition | None = None
        self._version = -1
        #: Every line before this was looked at, or is being.
        self._end = 0
        self._back: _Sweep | None = None
        self._new: _Sweep | None = None
        self._was_new = False
        self._older = array("Q")
        self._newer = array("Q")
        #: The newest line that was found, for the first one of the next stretch.
        self._last: _Line | None = None
        self._published = Indexed()

    @property
    def found(self) -> Indexed:
        """What was found so far."""
        return self._published

    def refresh(self) -> None:
        """Have a look at what is new since the last time, aside."""
        if self._is_busy or self._is_closed or self._published.problem:
            return
        version = self._ground.snapshot().view(self._process).extent.version
        if version != self._version or not self._published.complete:
            self._is_busy = True
            self._begin()

    def close(self) -> None:
        """Look no further."""
        self._is_closed = True

    # Slice after slice.

    def _begin(self) -> None:
        """Have slices run until there is nothing left to look at."""
        while True:
            slice_ = self._ground.aside(self._look)
            # Where nothing runs aside it has run already, and a call from a call
            # from a call would end at some depth.
            if not slice_.done():
                slice_.add_done_callback(self._go_on)
                return
            if not self._is_unfinished(slice_):
                return

    def _go_on(self, done: Future[None]) -> None:
        if self._is_unfinished(done):
            self._begin()

    def _is_unfinished(self, done: Future[None]) -> bool:
        """Say that a slice is done; return whether there is more to look at."""
        error = done.exception()
        if error is not None:
            problem = str(error) or type(error).__name__
            self._published = replace(self._published, problem=problem)
        is_over = self._is_closed or bool(self._published.problem)
        if is_over:
            self._back = self._new = None
        more = not is_over and not (self._back is None and self._new is None)
        # Before anybody is told: who hears of it may find something new.
        self._is_busy = more
        # Whoever looks on must not keep the index from its end.
        _, trouble = attempt(self._ground.changed)
        if trouble is not None:
            logger.error("an index could not tell how far it is", exc_info=trouble)
        return more

    def _look(self) -> None:
        """Look at some blocks, for about :data:`SLICE` seconds."""
        end = self._ground.clock.monotonic() + SLICE
        if self._condition is None:
            self._condition = self._made()
            self._back = self._sweep(self._ground.snapshot(), 0)
        while not self._is_closed and self._ground.clock.monotonic() < end:
            sweep = self._new or self._turn()
            if sweep is None:
                break
            if not self._step(sweep, self._condition):
                self._finish(sweep)
        self._gather()

    def _made(self) -> Condition:
        """Return the condition, of lines of the process alone if it is about one.

        :raises UsageError: if it is none.
        """
        condition = self._make()
        if self._process is None:
            return condition
        return All((IsFrom((self._process,)), condition))

    def _sweep(self, snapshot: LogSnapshot, low: int) -> _Sweep:
        """Return a look at what *snapshot* has, and files have, from line *low* on."""
        view = snapshot.view(self._process)
        blocks = of_log(snapshot, self._process)
        if view.extent.first > low:
            blocks = chain(blocks, self._ground.before(snapshot, self._process))
        self._version = view.extent.version
        self._end = view.whole
        return _Sweep(blocks, low, view.whole, view.extent.first, view.whole)

    def _turn(self) -> _Sweep | None:
        """Return what to look at next.

        What is new comes first, but not twice in a row: where it comes quicker than
        it is looked at, the rest would have to wait for ever.
        """
        was_new, self._was_new = self._was_new, False
        if was_new and self._back is not None:
            return self._back
        return self._next() or self._back

    def _next(self) -> _Sweep | None:
        """Return a look at what has come since the last one, if anything has."""
        snapshot = self._ground.snapshot()
        view = snapshot.view(self._process)
        if view.whole > self._end:
            self._new = self._sweep(snapshot, self._end)
        else:
            self._version = view.extent.version
        return self._new

    def _step(self, sweep: _Sweep, condition: Condition) -> bool:
        """Look at one block; return whether there may be more.

        :raises PatternTooSlowError: if a pattern takes too long.
        """
        block = next(sweep.blocks, None)
        if block is None:
            return False
        begin, end = self._ends(block)
        if end <= sweep.low:
            return False
        lines = condition.select(block, block.every)
        found = list(zip(block.numbers(lines), lines, strict=True))
        found = [pair for pair in found if sweep.low <= pair[0] < sweep.end]
        if found:
            self._take(sweep, block, found)
        # Files of several processes overlap in the log of all, newest end first.
        is_mixed = self._process is None and end <= sweep.filed
        sweep.at = min(sweep.at, end if is_mixed else begin)
        return sweep is not self._back or not self._is_full(sweep)

    def _ends(self, block: Block) -> tuple[int, int]:
        """Return the first number that *block* has of the log, and that after the last.

        Both are 0 if it has none.
        """
        starts = block.starts
        runs: Sequence[int] = range(len(starts))
        own = {
            at
            for at, (process, _) in enumerate(block.sources)
            if self._process in {None, process}
        }
        if len(own) < len(block.sources):
            runs = [run for run in runs if block.source[run] in own]
        if not runs:
            return 0, 0
        last = runs[-1]
        stop = starts[last + 1] if last + 1 < len(starts) else block.lines
        return block.asked(runs[0]), block.asked(last) + stop - starts[last]

    def _is_full(self, back: _Sweep) -> bool:
        count = len(back.found) + self._published.past + len(self._newer)
        return count >= self._kept

    # Repeats.

    def _take(self, sweep: _Sweep, block: Block, found: list[tuple[int, int]]) -> None:
        """Add the lines of *block* that were *found*, each with its place in it."""
        if not self._folded:
            sweep.found.extend(number for number, _ in reversed(found))
            return
        # In the log of all, lines of others may stand between those of a block that
        # was read from the files of one process.
        is_alone = self._process is None and found[-1][0] < sweep.filed
        lines = self._alone(found) if is_alone else self._keyed(block, found)
        sweep.newest = sweep.newest or lines[-1]
        if sweep.edge is not None and not sweep.edge.is_like(lines[-1]):
            sweep.found.append(sweep.edge.number)
        first = [b.number for a, b in pairwise(lines) if not b.is_like(a)]
        sweep.found.extend(reversed(first))
        sweep.edge = lines[0]

    def _alone(self, found: list[tuple[int, int]]) -> list[_Line]:
        return [_Line(number, None) for number, _ in found]

    def _keyed(self, block: Block, found: list[tuple[int, int]]) -> list[_Line]:
        texts = block.texts([place for _, place in found])
        return [
            _Line(number, (block.origin(place).process, len(text), hash(text)))
            for (number, place), text in zip(found, texts, strict=True)
        ]

    # What was found.

    def _finish(self, sweep: _Sweep) -> None:
        """Take over what a look has found that is over."""
        if sweep is self._back:
            self._end_back(sweep)
            return
        if sweep.edge is not None:
            last = self._last or (self._back.newest if self._back else None)
            if last is None or not sweep.edge.is_like(last):
                sweep.found.append(sweep.edge.number)
            self._last = sweep.newest
        self._newer.extend(sorted(sweep.found))
        self._new = None
        self._was_new = True

    def _end_back(self, back: _Sweep) -> None:
        if back.edge is not None:
            back.found.append(back.edge.number)
            self._last = self._last or back.newest
        is_cut = self._is_full(back)
        if not is_cut:
            back.at = 0
        self._gather()
        self._back = None
        self._published = replace(self._published, complete=True, cut=is_cut)

    def _gather(self) -> None:
        """Publish what was found up to now, of new stretches what is complete."""
        past, low = self._published.past, self._published.low
        if self._back is not None:
            past = self._merge(past, sorted(self._back.found, reverse=True))
            self._back.found = array("Q")
            low = self._back.at
        end = self._new.low if self._new is not None else self._end
        self._published = replace(self._bounded(past), low=low, end=end)

    def _merge(self, past: int, found: list[int]) -> int:
        """Add older lines, which descend; return how many there are.

        Blocks of several processes overlap in the log of all: what comes late is put
        in its place in a copy, as readers may have the rest.
        """
        older = self._older
        if not found:
            return past
        if past and found[0] > older[past - 1]:
            keep = past
            while keep and older[keep - 1] < found[0]:
                keep -= 1
            found = sorted({*older[keep:past], *found}, reverse=True)
            self._older = older = older[:keep]
        older.extend(found)
        return len(older)

    def _bounded(self, past: int) -> Indexed:
        """Return what there is, without what is gone or too much."""
        newer, skipped = self._newer, self._published.skipped
        oldest = self._oldest()
        excess = past + len(newer) - skipped - self._kept
        is_cut = self._published.cut or excess > 0
        while past and (self._older[past - 1] < oldest or excess > 0):
            past -= 1
            excess -= 1
        while skipped < len(newer) and (newer[skipped] < oldest or excess > 0):
            skipped += 1
            excess -= 1
        if past < len(self._older):
            # It grows at its end, which readers may have.
            self._older = self._older[:past]
        if skipped > len(newer) // 2:
            self._newer, skipped = newer[skipped:], 0
        return replace(
            self._published,
            older=self._older,
            past=past,
            newer=self._newer,
            skipped=skipped,
            fresh=len(self._newer),
            cut=is_cut,
        )

    def _oldest(self) -> int:
        """Return the number before which lines are in the log no more."""
        if self._ground.filed:
            return 0
        return self._ground.snapshot().view(self._process).extent.first
