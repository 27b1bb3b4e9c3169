"""What several tests of the core need."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from brummer.config.settings import EventBusSettings
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.health import HealthTable
from tests.core.traffic import Gate, MakeBus


@pytest.fixture
def health() -> HealthTable:
    return HealthTable(SystemClock())


@pytest.fixture
def make_bus(health: HealthTable) -> Iterator[MakeBus]:
    made: list[EventBus] = []

    def make(**changes: Any) -> EventBus:
        made.append(EventBus(EventBusSettings(**changes), health))
        return made[-1]

    yield make
    for bus in made:
        bus.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
