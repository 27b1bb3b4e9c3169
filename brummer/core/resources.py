"""What Brummer itself uses, and what is done before that is too much."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import psutil

from brummer.config.settings import WORKERS, ResourceSettings
from brummer.core.clock import Clock
from brummer.core.guard import Guard
from brummer.core.lock import LOCK_WAIT, MeasuredLock
from brummer.core.threads import Role, allotment, census, on
from brummer.core.usage import Members, Sampler
from brummer.model.event import Event, ThresholdCrossed
from brummer.model.process import ProcessId, Usage

logger = logging.getLogger(__name__)

#: What the health table calls it.
COMPONENT: Final = "memory"

#: Shares of the memory limit at which there is a warning, and at which memory is
#: given back.
WARNING: Final = 0.80
CRITICAL: Final = 0.95

#: Seconds between two samples of the trees, while somebody looks at them.
SAMPLE: Final = 3.0

#: Seconds for which one look at the usage is taken for interest in it.
INTEREST: Final = 10.0

#: Seconds between the ticks for whoever has something to see to.
TICK: Final = 1.0

_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Brummer's own use at one moment: resident bytes, and threads by any name.

    *leaked* of the threads are more than their roles may have.
    """

    memory: int = 0
    threads: int = 0
    leaked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What the monitor has to see to.

    *sheds* give memory back; *ticks* are called about once a second.  *locks* are
    asked whether anybody had to wait for long.  *allotted* is how many threads each
    role may have.

    Threads: both are called on the monitor thread.
    """

    members: Members
    publish: Callable[[Event], object]
    sheds: tuple[Callable[[], object], ...] = ()
    ticks: tuple[Callable[[], object], ...] = ()
    locks: tuple[MeasuredLock, ...] = ()
    allotted: Mapping[Role, int] = field(default_factory=lambda: allotment(WORKERS))


class ResourceMonitor:
    """Watches memory and threads, and measures processes while somebody looks.

    Threads: everything is done and written on the monitor thread; with
    ``fallback_mode`` there is none, and whoever asks for :attr:`reading` measures.
    :meth:`usage`, :attr:`version` and :attr:`reading` are safe from any thread: a
    look at what was published last.
    """

    def __init__(
        self, settings: ResourceSettings, duties: Duties, guard: Guard, clock: Clock
    ) -> None:
        self._settings = settings
        self._duties = duties
        self._guard = guard
        self._clock = clock
        self._sampler = Sampler(duties.members, clock)
        self._own = psutil.Process()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        #: Rebound by the monitor thread; the rest is its own.
        self._usage: Mapping[ProcessId, Usage] = MappingProxyType({})
        self._version = 0
        self._reading = Reading()
        #: When somebody last asked for the usage.  Any thread writes it, and any
        #: one's time will do.
        self._asked = -INTEREST
        self._next_look = 0.0
        self._next_sample = 0.0
        self._over: set[str] = set()
        #: How many slow entries of each lock were told of.
        self._slow: dict[str, int] = {}

    @property
    def version(self) -> int:
        """A number that changes with :meth:`usage`."""
        return self._version

    @property
    def reading(self) -> Reading:
        """What Brummer itself used at the last look."""
        if self._settings.fallback_mode:
            self._look()
        return self._reading

    def usage(self) -> Mapping[ProcessId, Usage]:
        """Return what each tree used at the last sample.

        Asking keeps the samples coming for a while; when nobody asks, nothing is
        measured.
        """
        self._asked = self._clock.monotonic()
        return self._usage

    def open(self) -> None:
        """Measure for the first time, and start the monitor thread."""
        self._look()
        if not self._settings.fallback_mode:
            self._thread = self._guard.spawn(Role.MONITOR, "monitor", self._run)

    def close(self) -> None:
        """End the monitor thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        assert on(Role.MONITOR)
        while not self._ended.wait(TICK):
            self.step()

    def step(self) -> None:
        """Do what is due now."""
        now = self._clock.monotonic()
        for tick in self._duties.ticks:
            self._guard.call("monitor", tick)
        if now >= self._next_look:
            self._next_look = now + self._settings.monitoring_interval_ms / 1000
            self._guard.call("monitor", self._look)
            self._guard.call("monitor", self._ask_locks)
        if now >= self._next_sample and now - self._asked < INTEREST:
            self._next_sample = now + SAMPLE
            self._guard.call("monitor", self._sample)

    def _sample(self) -> None:
        usage = self._sampler.sample()
        if usage != self._usage:
            self._usage = usage
            self._version += 1

    def _look(self) -> None:
        """Measure ourselves and act on it."""
        memory, threads = self._own.memory_info().rss, threading.active_count()
        leaked = self._count_leaked()
        self._reading = Reading(memory=memory, threads=threads, leaked=leaked)
        limit = self._settings.memory_limit_mb
        used = memory / _MEGABYTE
        self._compare("memory", used, limit * WARNING, "MB")
        self._compare("threads", threads, self._settings.max_threads, "")
        if self._compare("memory, critical", used, limit * CRITICAL, "MB"):
            self._shed(used, limit)
        elif used < limit * WARNING:
            self._guard.recovered(COMPONENT)

    def _count_leaked(self) -> int:
        """Return how many threads there are beyond what each role may have.

        Such a thread is one that somebody replaced and did not end.
        """
        counts, leaked = census(), 0
        for role, most in self._duties.allotted.items():
            count = counts.get(role, 0)
            self._compare(f"threads: {role}", count, most, "")
            leaked += max(0, count - most)
        return leaked

    def _shed(self, used: float, limit: int) -> None:
        """Give memory back, and say so; the program goes on in any case."""
        for shed in self._duties.sheds:
            self._guard.call(COMPONENT, shed)
        text = (
            f"{used:.0f} MB of {limit} MB are used; the oldest output was dropped"
            " ([resources] memory_limit_mb, [log_store] max_bytes)"
        )
        logger.warning(text)
        self._guard.report(COMPONENT, MemoryError(text))

    def _ask_locks(self) -> None:
        """Tell of locks that somebody waited for since the last look."""
        for lock in self._duties.locks:
            slow = lock.slow
            if slow > self._slow.get(lock.name, 0):
                self._slow[lock.name] = slow
                self._duties.publish(
                    ThresholdCrossed(
                        name=f"lock wait: {lock.name}",
                        value=lock.longest * 1000,
                        limit=LOCK_WAIT * 1000,
                        unit="ms",
                    )
                )

    def _compare(self, name: str, value: float, limit: float, unit: str) -> bool:
        """Return whether *value* is over its limit; tell when it came to be."""
        is_over = value > limit
        if is_over and name not in self._over:
            self._duties.publish(
                ThresholdCrossed(name=name, value=value, limit=limit, unit=unit)
            )
        (self._over.add if is_over else self._over.discard)(name)
        return is_over
