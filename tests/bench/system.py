"""The whole core at once: 20 publishers, 20 log writers, 20 session workers.

What counts is what was done, not what was asked for:

- an *event* when its subscriber has been called with it;
- a *line* of 84 bytes, a read of its own, when it is in the store;
- a session's *operation* when its answer is there.  A session goes round six:
  the versions of all tables; the state of one process of 200; the extent of its
  log; its newest 20 lines; the health table; a command with its answer.

The time includes delivering and storing what is under way at the end.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from typing_extensions import override

from brummer.model.event import Event
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.bench.core import Core
from tests.bench.measure import stopwatch
from tests.bench.table import Table, verdict
from tests.support.wait import wait_until

#: Operations a second that the original program reports for this.
TARGET: Final = 239_000

WORKERS: Final = 20
SECONDS: Final = 5.0
PROCESSES: Final = 200

#: Seconds after which a worker that has not ended is taken for locked up.
_LIMIT: Final = 60.0

#: Lines that are in each log before anybody looks.
_BEFORE: Final = 200

_LINE: Final = (
    b"2026-05-04 12:00:00 GET /api/v1/items/00042?page=3 200 12ms"
    b" user=alice trace=7f3c9a\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    """Something happened to *worker*; its events stay in order."""

    worker: str

    @property
    @override
    def key(self) -> str:
        """The worker."""
        return self.worker


class Outcome(NamedTuple):
    """What was done in *seconds*; *published* and *put* are what was asked for.

    *cpu* is the CPU time that was had: where threads take turns, one second of it
    is what a second is on a machine that does nothing else.
    """

    seconds: float
    cpu: float
    published: int
    events: int
    put: int
    lines: int
    operations: int
    threads_before: int
    threads_after: int

    @property
    def done(self) -> int:
        """All that was done."""
        return self.events + self.lines + self.operations

    @property
    def rate(self) -> float:
        """All that was done, a second."""
        return self.done / self.seconds


class Crew:
    """The workers, and when they have to end.

    Threads: *stopping* is set once, by whoever runs them.  Each worker counts for
    itself and hands its count in when it ends.
    """

    def __init__(self, core: Core, workers: int) -> None:
        self._core = core
        self.stopping = threading.Event()
        self._beginning = threading.Event()
        self._counts: dict[str, list[int]] = {}
        self._threads: list[threading.Thread] = []
        for kind in (self._publish, self._write, self._look):
            counts = self._counts[kind.__name__] = [0] * workers
            for number in range(workers):
                self._threads.append(self._worker(kind, number, counts))

    def _worker(
        self, work: Callable[[int], int], number: int, counts: list[int]
    ) -> threading.Thread:
        def run() -> None:
            self._beginning.wait(_LIMIT)
            counts[number] = work(number)

        return threading.Thread(target=run, name=f"{work.__name__} {number}")

    def line_up(self) -> None:
        """Start all threads: that takes seconds once the first of them work."""
        for thread in self._threads:
            thread.start()

    def begin(self) -> None:
        """Let them all work."""
        self._beginning.set()

    def join(self) -> tuple[int, int, int]:
        """Return how many events, lines and operations they count, all together.

        :raises AssertionError: if one does not end.
        """
        self.stopping.set()
        for thread in self._threads:
            thread.join(_LIMIT)
            assert not thread.is_alive(), f"deadlock: {thread.name}"
        events, lines, operations = map(sum, self._counts.values())
        return events, lines, operations

    def _publish(self, number: int) -> int:
        """Publish events, as fast as the bus takes them."""
        publish, worker = self._core.bus.publish, f"worker-{number}"
        is_over = self.stopping.is_set
        for count in itertools.count():
            if is_over():
                return count
            publish(Ticked(worker=worker))
        raise AssertionError

    def _write(self, number: int) -> int:
        """Write lines, as fast as the log takes them."""
        put, process = self._core.log.put, self._core.names[number]
        is_over = self.stopping.is_set
        for count in itertools.count():
            if is_over():
                return count
            # Every read is bytes of its own; sharing one object would cost less.
            put(process, Stream.OUT, bytes(bytearray(_LINE)), 1.0)
        raise AssertionError

    def _look(self, number: int) -> int:
        """Look at everything and run commands, like a client does."""
        process = self._core.names[number]
        operations = self._operations(process)
        is_over = self.stopping.is_set
        for count, operation in enumerate(itertools.cycle(operations)):
            if is_over():
                return count
            operation()
        raise AssertionError

    def _operations(self, process: ProcessId) -> tuple[Callable[[], object], ...]:
        instance = self._core.instance
        return (
            instance.versions,
            lambda: instance.processes()[process].status,
            lambda: instance.log_extent(process),
            lambda: instance.log_window(
                instance.log_extent(process).end - 20, 20, process
            ),
            instance.health,
            lambda: instance.run("process.show", process=process).result(_LIMIT),
        )


def _fill(core: Core, logs: int) -> None:
    """Put something into the logs: looking at an empty one would be too easy."""
    for name in core.names[:logs] * _BEFORE:
        core.log.put(name, Stream.OUT, bytes(bytearray(_LINE)), 1.0)
    wait_until(lambda: core.store.extent().end == logs * _BEFORE)


def run(seconds: float = SECONDS, workers: int = WORKERS) -> Outcome:
    """Let everybody work for so long, and count."""
    before = threading.active_count()
    core = Core(PROCESSES)
    delivered = itertools.count()
    core.bus.subscribe(Ticked, lambda _: next(delivered), name="benchmark")
    _fill(core, workers)
    crew = Crew(core, workers)
    crew.line_up()
    passed, used = stopwatch(), time.process_time()
    crew.begin()
    crew.stopping.wait(seconds)
    published, put, operations = crew.join()
    core.close()
    return Outcome(
        seconds=passed(),
        cpu=time.process_time() - used,
        published=published,
        events=next(delivered),
        put=put,
        lines=core.store.extent().end - workers * _BEFORE,
        operations=operations,
        threads_before=before,
        threads_after=threading.active_count(),
    )


def tables() -> Iterator[Table]:
    """Measure."""
    outcome = run()
    table = Table(
        f"Whole system: 3 x {WORKERS} threads for {SECONDS:.0f} s",
        ("what", "asked for", "done", "done/s"),
    )
    seconds = outcome.seconds
    for name, asked, done in (
        ("events delivered", outcome.published, outcome.events),
        ("lines stored", outcome.put, outcome.lines),
        ("session operations", outcome.operations, outcome.operations),
    ):
        table.add(name, f"{asked:,}", f"{done:,}", f"{done / seconds:,.0f}")
    table.add("all together", "", "", f"{outcome.rate:,.0f}")
    table.notes.append(
        f"Target: {TARGET:,} operations/s, the original program's; ratio"
        f" {outcome.rate / TARGET:.2f}; met: {verdict(outcome.rate >= TARGET)}."
    )
    table.notes.append(
        f"Of these seconds the machine gave us {outcome.cpu:.2f} s of CPU time:"
        f" {outcome.done / outcome.cpu:,.0f} operations in one of them."
    )
    table.notes.append(
        f"No deadlock; {seconds:.2f} s with what was still under way;"
        f" threads {outcome.threads_before} -> {outcome.threads_after}."
    )
    yield table
