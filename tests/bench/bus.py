"""Events a second: the bus against one task of an executor for each.

The time ends when everything has been delivered and the threads have ended.  The
executor has as many threads as the bus, and a queue without a bound; so has the
bus in the rows *roomy*.  With its own bounds publishers wait for room, and what
gives way in the end does not count.  Either way publishes events that are there
already, or makes each as it goes, which is half the work.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from brummer.config.settings import EventBusSettings
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.health import HealthTable
from brummer.model.event import OutputStored
from brummer.model.process import ProcessId
from tests.bench.measure import stopwatch
from tests.bench.table import Table, verdict

EVENTS: Final = 50_000
ROUNDS: Final = 5
TARGET: Final = 10.0

#: Seconds that delivering may take.
_LIMIT: Final = 60.0

_ROOMY: Final = 1_000_000


class Outcome(NamedTuple):
    """How many events were delivered in how many seconds."""

    delivered: int
    seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.delivered / self.seconds


class Making(StrEnum):
    """When events are made."""

    BEFORE = "before"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Work:
    """So many *events*, published by so many threads, each about its process."""

    events: int
    publishers: int
    making: Making

    def start(
        self, publish: Callable[[OutputStored], object]
    ) -> tuple[Callable[[], float], list[threading.Thread]]:
        """Begin to publish; return what tells the time since then, and the threads."""
        shares = [self._share(number) for number in range(self.publishers)]
        if self.making is Making.BEFORE:
            shares = [list(share) for share in shares]

        def run(share: Iterable[OutputStored]) -> None:
            for event in share:
                publish(event)

        threads = [threading.Thread(target=run, args=(share,)) for share in shares]
        passed = stopwatch()
        for thread in threads:
            thread.start()
        return passed, threads

    def _share(self, number: int) -> Iterable[OutputStored]:
        process = ProcessId(f"job-{number}")
        for _ in range(self.events // self.publishers):
            yield OutputStored(process=process, lines=1)


def by_bus(settings: EventBusSettings, work: Work) -> Outcome:
    """Deliver events by the bus."""
    bus = EventBus(settings, HealthTable(SystemClock()))
    # Threads: next() on it is one atomic step.
    count = itertools.count()
    bus.subscribe(OutputStored, lambda _: next(count), name="benchmark")
    passed, threads = work.start(bus.publish)
    for thread in threads:
        thread.join()
    assert bus.close(_LIMIT), "the bus does not end"
    return Outcome(next(count), passed())


def by_executor(threads: int, work: Work) -> Outcome:
    """Deliver events by one task for each."""
    count = itertools.count()
    executor = ThreadPoolExecutor(threads)

    def receive(_: OutputStored) -> None:
        next(count)

    passed, publishers = work.start(lambda event: executor.submit(receive, event))
    for thread in publishers:
        thread.join()
    executor.shutdown()
    return Outcome(next(count), passed())


def compared(events: int, rounds: int) -> Iterator[tuple[str, Work, Outcome, Outcome]]:
    """Yield kind of queues, work, and the medians of the bus and the executor."""
    own = EventBusSettings()
    roomy = replace(own, queue_sizes=(_ROOMY, _ROOMY, _ROOMY))
    for publishers, making in itertools.product((1, 50), Making):
        work = Work(events, publishers, making)
        for name, settings in (("roomy", roomy), ("default", own)):
            buses, executors = [], []
            for _ in range(rounds):
                buses.append(by_bus(settings, work))
                executors.append(by_executor(settings.worker_pool_size, work))
            yield name, work, _median(buses), _median(executors)


def _median(outcomes: list[Outcome]) -> Outcome:
    return sorted(outcomes, key=lambda outcome: outcome.rate)[len(outcomes) // 2]


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        f"Event bus: {EVENTS:,} events with one subscriber",
        (
            *("queues", "publishers", "events made", "delivered"),
            *("bus/s", "submit/s", "ratio", "target", "met"),
        ),
    )
    for name, work, bus, executor in compared(EVENTS, ROUNDS):
        ratio = bus.rate / executor.rate
        rates = (f"{bus.rate:,.0f}", f"{executor.rate:,.0f}", f"{ratio:.1f}")
        wanted = (f"{TARGET:.0f}", verdict(ratio >= TARGET))
        what = (name, str(work.publishers), work.making, f"{bus.delivered:,}")
        table.add(*what, *rates, *wanted)
    yield table
