"""Events for tests: numbered, with a key and each priority."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from brummer.model.event import Event, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Event):
    """The *number*-th thing that happened to *source*."""

    source: str = ""
    number: int = 0

    @property
    @override
    def key(self) -> str:
        """The source."""
        return self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentStep(Step):
    """A step of high priority."""

    priority: ClassVar[Priority] = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStep(Step):
    """A step of low priority."""

    priority: ClassVar[Priority] = Priority.LOW


#: By priority, high first.
STEPS = (UrgentStep, Step, IdleStep)
