"""Reads the counters of all parts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from brummer.app.engine import Engine
from brummer.core.bus import EventBus
from brummer.core.metrics import Kind, Metric
from brummer.core.registry import Registry
from brummer.core.resources import ResourceMonitor
from brummer.core.threads import census
from brummer.model.event import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """Where the numbers come from.

    Threads: any; each part tells without a lock, so numbers may stem from
    slightly different moments.
    """

    bus: EventBus
    registry: Registry
    engine: Engine
    monitor: ResourceMonitor

    def read(self) -> list[Metric]:
        """Return all metrics, those of one name together."""
        return [*self._processes(), *self._logs(), *self._events(), *self._own()]

    def _processes(self) -> Iterator[Metric]:
        states = self.registry.snapshot().values()
        for status, count in sorted(Counter(state.status for state in states).items()):
            yield Metric(
                name="processes",
                about="processes by status",
                value=count,
                labels={"status": status},
            )

    def _logs(self) -> Iterator[Metric]:
        extent, traffic = self.engine.store.extent(), self.engine.log.traffic()
        rows = (
            ("log_lines_total", "lines stored", extent.end, Kind.COUNTER),
            (
                "log_lines_dropped_total",
                "oldest lines dropped",
                extent.first,
                Kind.COUNTER,
            ),
            (
                "log_waiting_bytes",
                "bytes that wait to be stored",
                traffic.waiting_bytes,
                Kind.GAUGE,
            ),
            (
                "log_blocked_total",
                "times that reading had to wait",
                traffic.blocked,
                Kind.COUNTER,
            ),
            (
                "findings_dropped_total",
                "findings dropped",
                self.engine.detection.dropped,
                Kind.COUNTER,
            ),
            (
                "lines_unseen_total",
                "lines that no detector had the time to look at",
                self.engine.detection.unseen,
                Kind.COUNTER,
            ),
        )
        for name, about, value, kind in (*rows, *self._history()):
            yield Metric(name=name, about=about, value=value, kind=kind)

    def _history(self) -> Iterator[tuple[str, str, float, Kind]]:
        if (history := self.engine.past.history) is not None:
            yield (
                "history_bytes_total",
                "bytes written to the history",
                history.written,
                Kind.COUNTER,
            )
            yield (
                "history_lines_lost_total",
                "lines that are missing in the history",
                history.lost,
                Kind.COUNTER,
            )
            yield (
                "history_waiting_bytes",
                "bytes that wait to be written to the history",
                history.waiting_bytes,
                Kind.GAUGE,
            )

    def _events(self) -> Iterator[Metric]:
        bus = self.bus.metrics()
        for name, about, value in (
            ("events_handled_total", "events handled", bus.handled),
            ("events_failed_total", "events whose receiver raised", bus.failed),
            ("events_blocked_total", "times that publishing had to wait", bus.blocked),
            ("events_refused_total", "events refused at the end", bus.refused),
        ):
            yield Metric(name=name, about=about, value=value, kind=Kind.COUNTER)
        for name, about, counts, kind in (
            ("events_queued", "events that wait", bus.queued, Kind.GAUGE),
            ("events_dropped_total", "events dropped", bus.dropped, Kind.COUNTER),
        ):
            for priority, count in zip(Priority, counts, strict=True):
                labels = {"priority": priority.name.lower()}
                yield Metric(
                    name=name, about=about, value=count, kind=kind, labels=labels
                )

        for box in bus.subscribers:
            yield Metric(
                name="event_slowest_seconds",
                about="longest time that a subscriber took for one event",
                value=box.slowest,
                labels={"subscriber": box.name},
            )

    def _own(self) -> Iterator[Metric]:
        reading = self.monitor.reading
        yield Metric(name="memory_bytes", about="resident memory", value=reading.memory)
        yield Metric(
            name="threads_leaked",
            about="threads beyond what their roles may have",
            value=reading.leaked,
        )
        for role, count in sorted(census().items()):
            yield Metric(
                name="threads",
                about="threads by role",
                value=count,
                labels={"role": role},
            )
