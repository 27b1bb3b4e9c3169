"""How well each part of Brummer does: the health table.

What makes a component worse, and better::

    HEALTHY --1 failure--> DEGRADED --3 in a minute--> FAILING --10--> FAILED
       ^                       |  ^                       |  ^           |
       `----a quiet minute-----'  `-----a quiet minute----'  `-----------'

A component that is gone (its thread ended) is FAILED at once, and stays so until
somebody says that it has recovered.  The table changes and tells what changed;
telling everybody else is the business of the caller (:mod:`brummer.core.guard`).
"""

from collections import deque
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from brummer.core.clock import Clock
from brummer.core.lock import MeasuredLock
from brummer.model.event import HealthChanged
from brummer.model.health import ComponentHealth, HealthLevel

#: Seconds over which failures add up, and after which quiet counts as better.
QUIET: Final = 60.0

#: Failures within :data:`QUIET` that make a component so bad.
FAILING_AFTER: Final = 3
FAILED_AFTER: Final = 10

#: Components that are remembered.  Names come from plugins too.
MAX_COMPONENTS: Final = 500

#: Characters of an error that are kept.
MAX_ERROR: Final = 500

_LEVELS: Final = tuple(HealthLevel)


@dataclass(slots=True)
class _Past:
    """What the table remembers of a component beyond its row; monotonic times."""

    recent: deque[float] = field(default_factory=lambda: deque(maxlen=FAILED_AFTER))
    changed: float = 0.0
    is_gone: bool = False


class HealthTable:
    """The health of every component that was ever heard of.

    Threads: any thread may write, which is why writers take a lock; it is held
    for one copy of a small table and never while anybody else is called.
    Readers take none: a published table is never changed, only replaced, by one
    store.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.lock = MeasuredLock("health")
        #: Rebound under the lock, never mutated.
        self._rows: MappingProxyType[str, ComponentHealth] = MappingProxyType({})
        #: Bumped after the rows: who sees the new number sees the new rows.
        self._version = 0
        #: Mutated under the lock; nobody reads it without.
        self._past: dict[str, _Past] = {}

    @property
    def version(self) -> int:
        """A number that changes with the table."""
        return self._version

    def snapshot(self) -> tuple[ComponentHealth, ...]:
        """Return all rows, in the order in which the components appeared."""
        return tuple(self._rows.values())

    def get(self, component: str) -> ComponentHealth:
        """Return the row of *component*; one that was never heard of is healthy."""
        return self._rows.get(component) or ComponentHealth(component=component)

    def add(self, component: str) -> None:
        """Show *component* in the table, healthy, before anything happens to it."""
        with self.lock:
            if component not in self._rows:
                self._publish(ComponentHealth(component=component))

    def fail(
        self, component: str, error: str, *, is_gone: bool = False
    ) -> HealthChanged | None:
        """Count a failure of *component*; return the change if it got worse.

        *is_gone* says that it will not do anything any more.
        """
        with self.lock:
            past = self._past.setdefault(component, _Past())
            now = self._clock.monotonic()
            past.recent.append(now)
            past.is_gone |= is_gone
            before = self.get(component)
            level = HealthLevel.FAILED if past.is_gone else _level(past.recent, now)
            after = replace(
                before,
                level=max(before.level, level, key=_LEVELS.index),
                error=error[:MAX_ERROR],
                count=before.count + 1,
                time=self._clock.now(),
            )
            return self._change(before, after)

    def recover(self, component: str) -> HealthChanged | None:
        """Say that *component* works again; return the change if there is one."""
        with self.lock:
            self._past.pop(component, None)
            before = self.get(component)
            return self._change(before, replace(before, level=HealthLevel.HEALTHY))

    def forget(self, component: str) -> None:
        """Remove the row of something that is no part of the program any more."""
        with self.lock:
            self._past.pop(component, None)
            if component in self._rows:
                rows = self._rows.copy()
                del rows[component]
                self._rows = MappingProxyType(rows)
                self._version += 1

    def settle(self) -> tuple[HealthChanged, ...]:
        """Let components that were quiet for long enough get one level better.

        To be called now and then.  Costs nothing while all are healthy.
        """
        with self.lock:
            now = self._clock.monotonic()
            changes = [
                self._improve(component)
                for component, past in tuple(self._past.items())
                if not past.is_gone and now - max(past.changed, *past.recent) >= QUIET
            ]
        return tuple(change for change in changes if change is not None)

    def _improve(self, component: str) -> HealthChanged | None:
        before = self.get(component)
        better = _LEVELS[max(0, _LEVELS.index(before.level) - 1)]
        change = self._change(before, replace(before, level=better))
        if better is HealthLevel.HEALTHY:
            del self._past[component]
        return change

    def _change(
        self, before: ComponentHealth, after: ComponentHealth
    ) -> HealthChanged | None:
        if after == before:
            return None
        self._publish(after)
        if after.level is before.level:
            return None
        if past := self._past.get(after.component):
            past.changed = self._clock.monotonic()
        return HealthChanged(before=before, after=after)

    def _publish(self, row: ComponentHealth) -> None:
        rows = self._rows | {row.component: row}
        if len(rows) > MAX_COMPONENTS:
            gone = min(self._rows.values(), key=_worth).component
            del rows[gone]
            self._past.pop(gone, None)
        self._rows = MappingProxyType(rows)
        self._version += 1


def _level(recent: deque[float], now: float) -> HealthLevel:
    """Return how bad the failures at the times in *recent* are."""
    failures = sum(now - time < QUIET for time in recent)
    if failures >= FAILED_AFTER:
        return HealthLevel.FAILED
    if failures >= FAILING_AFTER:
        return HealthLevel.FAILING
    return HealthLevel.DEGRADED


def _worth(row: ComponentHealth) -> tuple[int, float]:
    """Order rows by how little is lost with them: the better and older, the less."""
    return _LEVELS.index(row.level), row.time
