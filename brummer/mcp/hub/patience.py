"""How often to knock at a door that stays shut."""

from random import Random

from brummer.mcp.hub.timing import Timing


class Patience:
    """Says how long to wait after each failure: back-off, and a circuit breaker.

    ::

        closed --failures in a row--> open --rest--> half open --failure--> open
           ^                                             |
           '------------------- success -----------------'

    Threads: its owner's.
    """

    def __init__(self, timing: Timing, random: Random) -> None:
        self._timing = timing
        self._random = random
        #: Failures since the last success.
        self.failures = 0
        #: Seconds to wait after the next one.
        self._pause = timing.first

    @property
    def is_spent(self) -> bool:
        """Whether the breaker is open."""
        return self.failures >= self._timing.failures

    def fail(self) -> float:
        """Count a failure; return in how many seconds to try again."""
        self.failures += 1
        timing = self._timing
        if self.is_spent:
            return timing.rest
        pause, self._pause = self._pause, min(2 * self._pause, timing.cap)
        return pause * (1 + timing.jitter * self._random.random())

    def succeed(self) -> None:
        """Forget all failures."""
        self.failures = 0
        self._pause = self._timing.first
