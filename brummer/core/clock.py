"""Time, as something that a test can turn by hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time.

    Threads: safe from any thread.
    """

    def now(self) -> float:
        """Return the wall-clock time in seconds since the epoch, for people."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring and deadlines."""


class SystemClock:
    """The real time.  A wall clock that is set back moves no deadline."""

    def now(self) -> float:
        """Return the wall-clock time in seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since some moment in the past."""
        return time.monotonic()
