"""The history thread: between the log thread, which must not wait, and the disk."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeAlias

from brummer.core.clock import Clock
from brummer.logs.history.writer import Batch, HistoryWriter, Outcome
from brummer.logs.inbox import Inbox
from brummer.model.finding import Finding
from brummer.model.log import Segment
from brummer.model.process import ProcessId, ProcessState

#: What may wait to be written: bytes of output, and goes of the log thread.
BYTES: Final = 8 * 1024 * 1024
BATCHES: Final = 2_000

#: Seconds that the log thread waits for room, and with it whoever prints.
PATIENCE: Final = 1.0

#: Seconds after such a wait in vain in which it does not wait again.
QUIET: Final = 60.0

#: Seconds for which output is gathered, and bytes that are enough for a write.
_INTERVAL: Final = 0.2
_ENOUGH: Final = 1024 * 1024

#: Seconds without output after which a flood is over.
_CALM: Final = 1.0

#: While it is behind, nothing is taken before so small a part of all is waiting.
_PART: Final = 4

_STOP: Final = None  # put last by finish(); everything before it is still written


class _Order(NamedTuple):
    """Something to do when all before it is written, and who hears that it is done."""

    action: Callable[[], object]
    done: threading.Event


class Marks(NamedTuple):
    """Which lines of *process* belong to findings."""

    process: ProcessId
    ranges: Sequence[tuple[int, int]]


_Item: TypeAlias = Batch | ProcessState | Marks | _Order | None


class Chores(Protocol):
    """What is done beside writing: packing old parts, removing old runs.

    Threads: the history thread only.
    """

    def note(self, outcome: Outcome) -> None:
        """Hear what was written."""

    def step(self) -> bool:
        """Do a little of it; return whether there is more to do."""

    def clear(self) -> None:
        """Remove all that is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Who is told how the history does.

    *failed* gets a sentence when it goes wrong, *recovered* is called when it works
    again.  *spawn* starts the thread.  *patience* is how many seconds the log thread
    waits for room.

    Threads: *failed* is called by the log thread and the history thread,
    *recovered* by the latter; neither may wait.
    """

    failed: Callable[[str], object]
    recovered: Callable[[], object]
    spawn: Callable[[Callable[[], object]], threading.Thread]
    clock: Clock
    patience: float = PATIENCE


class History:
    """Writes what the log thread has stored, on a thread of its own.

    A disk that is slow stops the log thread, as any full queue does, but not for
    long: after a second the history is *behind*.  What comes then
    is kept in memory as ever and missing in the files, which shows there as a gap
    in the numbers of the lines, until most of what waits has been written.

    Threads: :meth:`put` and :meth:`mark` are the log thread's.  The rest is safe from
    any, and waits for nobody but where it says so.
    """

    def __init__(
        self, writer: HistoryWriter, chores: Chores, surroundings: Surroundings
    ) -> None:
        self._writer = writer
        self._chores = chores
        self._surroundings = surroundings
        self._clock = surroundings.clock
        self._patience = surroundings.patience
        self._inbox: Inbox[_Item] = Inbox(BATCHES, _size, size_limit=BYTES)
        #: The log thread's; read by the history thread.
        self._is_behind = False
        self._is_patient_from = float("-inf")
        self._dropped = 0
        #: How often it fell behind.
        self._falls = 0
        #: The history thread's.
        self._is_stopped = False
        self._is_failing = False
        self._is_flooded = False
        self._settled_falls = 0
        self._lost = 0
        self._written = 0
        self._thread = surroundings.spawn(self._run)

    # Telling.

    @property
    def is_behind(self) -> bool:
        """Whether what is printed now goes into memory only."""
        return self._is_behind

    @property
    def lost(self) -> int:
        """How many lines are missing in the files."""
        # Two counters, because each has its own writer.
        return self._dropped + self._lost

    @property
    def written(self) -> int:
        """How many bytes have been written."""
        return self._written

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait to be written."""
        return self._inbox.waiting_bytes

    # Writing.

    def put(self, stored: Sequence[tuple[int, Segment]], end: int) -> None:
        """Take what was stored, *end* being the number after it in the log of all.

        Each segment comes with the number of its first line in the log of its
        process.  Waits a while for room, and not again soon.
        """
        lines = sum(segment.lines for _, segment in stored)
        if self._is_behind and not self._is_nearly_empty():
            self._dropped += lines
            return
        now = self._clock.monotonic()
        patience = self._patience if now >= self._is_patient_from else 0.0
        try:
            self._inbox.put(Batch(end - lines, stored), timeout=patience)
        except queue.Full:
            self._fall_behind(lines)
        else:
            self._is_behind = False

    def _is_nearly_empty(self) -> bool:
        bytes_, batches = self._inbox.waiting_bytes, self._inbox.depth
        return bytes_ <= BYTES // _PART and batches <= BATCHES // _PART

    def _fall_behind(self, lines: int) -> None:
        self._dropped += lines
        self._is_patient_from = self._clock.monotonic() + QUIET
        if not self._is_behind:
            self._is_behind = True
            self._falls += 1
            self._surroundings.failed("the disk is too slow; lines are missing in it")

    def describe(self, state: ProcessState) -> None:
        """Note what became of a process that has printed its last.

        Where too much is waiting that is left out.
        """
        try:
            self._inbox.put(state, block=False)
        except queue.Full:
            return

    def mark(self, findings: Sequence[Finding]) -> None:
        """Take what was found in lines that were put before.

        Where too much is waiting that is left out, as lines are then.
        """
        ranges: dict[ProcessId, list[tuple[int, int]]] = {}
        for finding in findings:
            ranges.setdefault(finding.process, []).append(finding.range)
        for process, found in ranges.items():
            try:
                self._inbox.put(Marks(process, found), block=False)
            except queue.Full:
                return

    def settle(self, timeout: float) -> bool:
        """Wait until what was put is written; return whether it is."""
        return self._order(_nothing, timeout)

    def clear(self, timeout: float) -> bool:
        """Remove what was written, and wait for that; return whether it is gone.

        What others are at work on stays, as does what was printed last.
        """
        return self._order(self._chores.clear, timeout)

    def _order(self, action: Callable[[], object], timeout: float) -> bool:
        done = threading.Event()
        self._inbox.urge(_Order(action, done))
        # One that is just about to end may not take it; then we wait in vain.
        return self._thread.is_alive() and done.wait(timeout)

    def finish(self) -> None:
        """Begin the end, and return at once: what was put is still written."""
        self._inbox.urge(_STOP)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; return whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._is_stopped:
                self._take(self._gather())
        finally:
            # Whatever has ended us: nobody waits for room any more.
            left = self._inbox.refuse()
        self._take(left)
        if error := self._writer.close():
            self._fail(error)

    def _gather(self) -> list[_Item]:
        """Return what is to be written in one go, doing chores until there is any.

        While much is printed they have to wait: the processors are needed.
        """
        items = self._inbox.take(BATCHES, _CALM if self._is_flooded else 0)
        while not items:
            if not self._chores.step():
                items = self._inbox.take(BATCHES)
                break
            items = self._inbox.take(BATCHES, 0)
        end = self._clock.monotonic() + _INTERVAL
        size = sum(map(_size, items))
        while (
            size < _ENOUGH
            and not any(map(_is_urgent, items))
            and (left := end - self._clock.monotonic()) > 0
        ):
            more = self._inbox.take(BATCHES, left)
            size += sum(map(_size, more))
            items += more
        self._is_flooded = size >= _ENOUGH
        return items

    def _take(self, items: Sequence[_Item]) -> None:
        """Write *items*."""
        batches = [item for item in items if isinstance(item, Batch)]
        if batches:
            outcome = self._writer.write(batches)
            self._note(outcome)
            self._chores.note(outcome)
        for item in items:
            if isinstance(item, ProcessState):
                self._writer.describe(item)
            elif isinstance(item, Marks):
                self._writer.mark(*item)
            elif isinstance(item, _Order):
                item.action()
                item.done.set()
            elif item is None:
                self._is_stopped = True

    def _note(self, outcome: Outcome) -> None:
        """Count what was written and what was not, and tell when that changes."""
        self._written += outcome.bytes
        self._lost += outcome.lost
        if outcome.error is not None:
            self._fail(outcome.error)
            return
        # Read before the look whether it is behind: if it falls behind after that,
        # the number is greater the next time, and the recovery is told again.  In
        # the worst case a new fall is taken for healthy until then.
        falls = self._falls
        if self._is_behind or (not self._is_failing and falls == self._settled_falls):
            return
        self._is_failing = False
        self._settled_falls = falls
        self._surroundings.recovered()

    def _fail(self, error: OSError) -> None:
        if not self._is_failing:
            self._is_failing = True
            reason = error.strerror or str(error)
            self._surroundings.failed(f"cannot be written: {reason}")


def _size(item: _Item) -> int:
    """Return how many bytes of output *item* holds."""
    if not isinstance(item, Batch):
        return 0
    return sum(len(segment.data) for _, segment in item.stored)


def _is_urgent(item: _Item) -> bool:
    """Whether somebody waits for *item*."""
    return item is None or isinstance(item, _Order)


def _nothing() -> None:
    """Only wait for one's turn."""
