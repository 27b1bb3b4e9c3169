"""Those who publish and receive in tests of the bus."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from brummer.config.settings import EventBusSettings
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.health import HealthTable
from brummer.model.event import Event
from tests.support.event import Step
from tests.support.wait import LIMIT

#: Makes a bus that is closed when the test ends.
MakeBus = Callable[..., EventBus]


class Gate:
    """A receiver that hangs in its first call until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.seen: list[Event] = []
        self._open = threading.Event()

    def receive(self, event: Event) -> None:
        self.entered.set()
        self._open.wait(LIMIT)
        self.seen.append(event)

    def open(self) -> None:
        self._open.set()


class Watcher:
    """A receiver that notices order, losses, and two calls at once."""

    def __init__(self) -> None:
        self.seen: list[Step] = []
        self.overlaps = 0
        self._inside: Counter[str] = Counter()

    def receive(self, event: Step) -> None:
        self._inside[event.key] += 1
        if self._inside[event.key] > 1:
            self.overlaps += 1
        self.seen.append(event)
        self._inside[event.key] -= 1

    def by_source(self) -> dict[str, list[int]]:
        numbers: dict[str, list[int]] = {}
        for step in self.seen:
            numbers.setdefault(step.source, []).append(step.number)
        return numbers


def new_bus(**changes: Any) -> EventBus:
    return EventBus(EventBusSettings(**changes), HealthTable(SystemClock()))


def broken(*_: object) -> None:
    raise ValueError("broken")


def run_all(count: int, work: Callable[[int], object]) -> None:
    """Call *work* on *count* threads at once, and wait for all."""
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
