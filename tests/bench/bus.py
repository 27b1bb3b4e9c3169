"""Events a second: the bus against one task of an executor for each.

The time ends when everything has been delivered and the threads have ended.  The
executor has as many threads as the bus, and a queue without a bound; so has the
bus in the rows *roomy*.  With its own bounds publishers wait for room, and what
gives way in the end does not count.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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


def by_bus(settings: EventBusSettings, events: int, publishers: int) -> Outcome:
    """Deliver events by the bus."""
    bus = EventBus(settings, HealthTable(SystemClock()))
    # Threads: next() on it is one atomic step.
    count = itertools.count()
    bus.subscribe(OutputStored, lambda _: next(count), name="benchmark")
    passed = stopwatch()
    _publish(bus.publish, events, publishers)
    assert bus.close(_LIMIT), "the bus does not end"
    return Outcome(next(count), passed())


def by_executor(threads: int, events: int, publishers: int) -> Outcome:
    """Deliver events by one task for each."""
    count = itertools.count()
    executor = ThreadPoolExecutor(threads)

    def receive(_: OutputStored) -> None:
        next(count)

    passed = stopwatch()
    _publish(lambda event: executor.submit(receive, event), events, publishers)
    executor.shutdown()
    return Outcome(next(count), passed())


def _publish(
    publish: Callable[[OutputStored], object], events: int, publishers: int
) -> None:
    """Publish from some threads, each about a process of its own."""

    def run(number: int) -> None:
        process = ProcessId(f"job-{number}")
        for _ in range(events // publishers):
            publish(OutputStored(process=process, lines=1))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(publishers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compared(events: int, rounds: int) -> Iterator[tuple[str, int, Outcome, Outcome]]:
    """Yield kind of queues, publishers, and the medians of the bus and the executor."""
    own = EventBusSettings()
    roomy = replace(own, queue_sizes=(_ROOMY, _ROOMY, _ROOMY))
    for publishers in (1, 50):
        for name, settings in (("roomy", roomy), ("default bounds", own)):
            buses, executors = [], []
            for _ in range(rounds):
                buses.append(by_bus(settings, events, publishers))
                threads = settings.worker_pool_size
                executors.append(by_executor(threads, events, publishers))
            yield name, publishers, _median(buses), _median(executors)


def _median(outcomes: list[Outcome]) -> Outcome:
    return sorted(outcomes, key=lambda outcome: outcome.rate)[len(outcomes) // 2]


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        f"Event bus: {EVENTS:,} events with one subscriber",
        (
            *("queues", "publishers", "delivered"),
            *("bus/s", "submit/s", "ratio", "target", "met"),
        ),
    )
    for name, publishers, bus, executor in compared(EVENTS, ROUNDS):
        ratio = bus.rate / executor.rate
        rates = (f"{bus.rate:,.0f}", f"{executor.rate:,.0f}", f"{ratio:.1f}")
        wanted = (f"{TARGET:.0f}", verdict(ratio >= TARGET))
        table.add(name, str(publishers), f"{bus.delivered:,}", *rates, *wanted)
    yield table
