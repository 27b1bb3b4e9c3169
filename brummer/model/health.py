"""How well the parts of Brummer itself do."""

from dataclasses import dataclass
from enum import StrEnum


class HealthLevel(StrEnum):
    """How much of a component still works, best first."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    FAILING = "failing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentHealth:
    """One row of the health table.

    *error* is the last failure in words, *count* how many there were since
    the start, *time* when the last one was (seconds since the epoch, 0 for
    never).
    """

    component: str
    level: HealthLevel = HealthLevel.HEALTHY
    error: str = ""
    count: int = 0
    time: float = 0.0
