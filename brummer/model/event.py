"""Things that happened; what the event bus carries.

Class names are in the past tense.  Events with the same :attr:`Event.key`
reach a subscriber in the order in which they were published.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from typing_extensions import override

from brummer.model.finding import Finding
from brummer.model.health import ComponentHealth
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script


class Priority(IntEnum):
    """Which queue an event waits in; lower numbers are served first."""

    HIGH = 0
    MEDIUM = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    priority: ClassVar[Priority] = Priority.MEDIUM

    @property
    def key(self) -> str:
        """What the order is kept for; empty where order does not matter."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessChanged(Event):
    """A process appeared (*before* is ``None``) or its state changed."""

    priority: ClassVar[Priority] = Priority.HIGH

    before: ProcessState | None
    after: ProcessState

    @property
    @override
    def key(self) -> str:
        """The id of the process."""
        return self.after.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptsDetected(Event):
    """The project's scripts were read, again or for the first time."""

    scripts: tuple[Script, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputStored(Event):
    """A segment of *lines* lines of *process* can be read from the store."""

    priority: ClassVar[Priority] = Priority.LOW

    process: ProcessId
    lines: int

    @property
    @override
    def key(self) -> str:
        """The id of the process."""
        return self.process


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReported(Event):
    """A detector or a plugin reported something worth showing."""

    finding: Finding

    @property
    @override
    def key(self) -> str:
        """The id of the process whose output it was found in."""
        return self.finding.process


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged(Event):
    """A component of Brummer got worse or recovered."""

    priority: ClassVar[Priority] = Priority.HIGH

    before: ComponentHealth
    after: ComponentHealth

    @property
    @override
    def key(self) -> str:
        """The component."""
        return self.after.component


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFailed(Event):
    """A guarded part raised; the program went on."""

    priority: ClassVar[Priority] = Priority.HIGH

    component: str
    cause: str
    stack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCrossed(Event):
    """A measured *value* went over its *limit*; *unit* is ``ms``, ``MB``, ..."""

    name: str
    value: float
    limit: float
    unit: str
