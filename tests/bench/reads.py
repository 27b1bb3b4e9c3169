"""What reading costs, beside the same structure behind one :class:`threading.RLock`.

*Single* is one thread alone.  *Concurrent* is eight threads that read while one
writes without a pause.  *Mixed* is eight threads, each of which writes once for
nine reads; the log has one writer, so there is no such row for it.  Ours and the
locked one take turns, and the ratio is that of the medians.
"""

import itertools
import statistics
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from typing_extensions import override

from brummer.core.registry import Registry
from brummer.logs.store import LogStore
from brummer.model.log import LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId, ProcessState
from tests.bench import machine
from tests.bench.core import state
from tests.bench.measure import stopwatch
from tests.bench.table import Table, verdict

READERS: Final = 8
ROUNDS: Final = 3
SECONDS: Final = 0.4

#: The ratios wanted: for one thread, and for eight with a writer.
SINGLE_TARGET: Final = 3.0
CONCURRENT_TARGET: Final = 8.0

_LINE: Final = b"2026-05-04 12:00:00 GET /index.html 200 in 12 ms for 10.0.0.1\n"

#: The read that makes 50 objects: no lock costs as much, so no ratio is wanted.
LINES: Final = "log, 50 lines"

#: Steps between two looks at whether to stop.
_PORTION: Final = 25

Step = Callable[[], object]


class RLockRegistry(Registry):
    """The registry with everything behind one lock, and no other difference."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()

    @override
    def snapshot(self) -> Mapping[ProcessId, ProcessState]:
        with self._lock:
            return self._states

    @override
    def get(self, process: ProcessId) -> ProcessState | None:
        with self._lock:
            return self._states.get(process)

    @override
    def update(
        self,
        process: ProcessId,
        change: Callable[[ProcessState | None], ProcessState],
    ) -> tuple[ProcessState | None, ProcessState]:
        with self._lock:
            return super().update(process, change)


class RLockStore(LogStore):
    """The log store with everything behind one lock, and no other difference."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()

    @override
    def extent(self, process: ProcessId | None = None) -> LogExtent:
        with self._lock:
            return self._published.view(process).extent

    @override
    def window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        with self._lock:
            return self._published.view(process).window(first, count)

    @override
    def append(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> list[tuple[int, Segment]]:
        with self._lock:
            return super().append(process, stream, data, time)

    @override
    def publish(self) -> bool:
        with self._lock:
            return super().publish()


class Subject(NamedTuple):
    """Something to read and to write."""

    name: str
    read: Step
    write: Step
    has_one_writer: bool


def of_registry(table: Registry) -> Iterator[Subject]:
    """Yield what is done to a table of 200 processes."""
    states = [state(ProcessId(f"job-{n}")) for n in range(200)]
    turns = itertools.cycle(states)

    def write() -> None:
        # Taking the next turn is one atomic step, for threads that all write.
        new = next(turns)
        table.update(new.id, lambda _: new)

    for _ in states:
        write()
    read = partial(table.get, states[100].id)
    yield Subject("registry, one process", read, write, has_one_writer=False)
    yield Subject("registry, all", table.snapshot, write, has_one_writer=False)


def of_store(store: LogStore) -> Iterator[Subject]:
    """Yield what is done to the logs of 20 processes."""
    names = [ProcessId(f"job-{n}") for n in range(20)]
    turns = itertools.cycle(names)

    def write() -> None:
        store.append(next(turns), Stream.OUT, bytes(bytearray(_LINE)), 1.0)
        store.publish()

    for _ in range(5000):
        write()
    read = partial(store.extent, names[7])
    yield Subject("log, extent", read, write, has_one_writer=True)
    read_lines = partial(store.window, 200, 50, names[7])
    yield Subject(LINES, read_lines, write, has_one_writer=True)


def single(subject: Subject) -> tuple[list[Step], list[Step]]:
    """Return what counts, and what is done beside it: one step per thread."""
    return [subject.read], []


def concurrent(subject: Subject) -> tuple[list[Step], list[Step]]:
    """Return what counts, and what is done beside it: one step per thread."""
    return [subject.read] * READERS, [subject.write]


def mixed(subject: Subject) -> tuple[list[Step], list[Step]]:
    """Return what counts, and what is done beside it: one step per thread."""

    def nine_to_one() -> None:
        for _ in range(9):
            subject.read()
        subject.write()

    return [nine_to_one] * READERS, []


def rate(steps: Sequence[Step], beside: Sequence[Step], seconds: float) -> float:
    """Return how many of *steps* are done in a second, each on its own thread."""
    over = threading.Event()
    counts = [0] * (len(steps) + len(beside))

    def repeat(number: int, step: Step) -> None:
        count = 0
        while not over.is_set():
            for _ in range(_PORTION):
                step()
            count += _PORTION
        counts[number] = count

    threads = [
        threading.Thread(target=repeat, args=numbered)
        for numbered in enumerate([*steps, *beside])
    ]
    passed = stopwatch()
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    return sum(counts[: len(steps)]) / passed()


def compared(seconds: float, rounds: int) -> Iterator[tuple[str, str, float, float]]:
    """Yield subject, workload, and how often a second it goes: ours, locked."""
    pairs = zip(
        [*of_registry(Registry()), *of_store(LogStore())],
        [*of_registry(RLockRegistry()), *of_store(RLockStore())],
        strict=True,
    )
    for ours, locked in pairs:
        for work in (single, concurrent, mixed):
            if work is mixed and ours.has_one_writer:
                continue
            both = [
                [rate(*work(subject), seconds) for subject in (ours, locked)]
                for _ in range(rounds)
            ]
            first, second = map(statistics.median, zip(*both, strict=True))
            yield ours.name, work.__name__, first, second


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        "Reads, beside the same behind a threading.RLock",
        ("what", "threads", "ours/s", "locked/s", "ratio", "target", "met"),
    )
    targets = {"single": SINGLE_TARGET, "concurrent": CONCURRENT_TARGET}
    for name, work, ours, locked in compared(SECONDS, ROUNDS):
        ratio = ours / locked
        target = None if name == LINES else targets.get(work)
        wanted = [f"{target:.0f}", verdict(ratio >= target)] if target else []
        cells = (f"{ours:,.0f}", f"{locked:,.0f}", f"{ratio:.2f}", *wanted)
        table.add(name, work, *cells)
    table.notes.append(
        f"{READERS} threads, and a writer for the concurrent rows; a step of a mixed"
        f" row is nine reads and a write.  {machine.interpreter()}."
    )
    yield table
