"""Watching whether one process is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from brummer.model.readiness import Readiness, ReadyBy
from brummer.process.loop import Loop, Timer

#: Seconds before the second look; then twice as long each time, up to the
#: interval.  Most servers are there after a fraction of a second.
FIRST_PAUSE: Final = 0.1

#: Shortest time between two looks at a process that was ready, in seconds.
CALM: Final = 10.0

#: Seconds between two looks into the log, which cost next to nothing.
GLANCE: Final = 0.25

#: Seconds beyond its time limit after which a look counts as unanswered.
SLACK: Final = 1.0

#: What cannot be undone: a line that was printed, an address that was announced.
_LASTING: Final = frozenset({ReadyBy.LOG, ReadyBy.URL})


class Look(Protocol):
    """Takes looks, one at a time.

    Threads: the supervisor thread only, answers included.
    """

    def begin(self, answer: Callable[[str], object]) -> None:
        """Take a look; *answer* is called with what is missing, empty for nothing."""

    def close(self, gone: Callable[[], object]) -> bool:
        """End the look under way, which is not answered any more.

        Returns whether something is left that has to end first; then *gone* is
        called when it has.
        """


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a look has shown.

    *is_late* says that the process was not ready within its time.
    """

    ready: bool
    reason: str = ""
    is_late: bool = False


class Vigil:
    """Looks again and again, and tells what is seen.

    Before the process is ready every look is told, after that only changes: that
    as many looks failed in a row as it takes, or that it is ready again.

    Threads: the supervisor thread only.
    """

    def __init__(
        self,
        readiness: Readiness,
        look: Look,
        loop: Loop,
        seen: Callable[[Sighting], object],
    ) -> None:
        self._readiness = readiness
        self._look = look
        self._loop = loop
        self._seen = seen
        self._began = loop.now()
        self._ready = False
        self._was_ready = False
        self._failures = 0
        #: Which look is under way; an answer to another one comes too late.
        self._number = 0
        self._next: Timer | None = None
        self._limit: Timer | None = None
        self._is_closed = False

    def begin(self) -> None:
        """Take the first look when it is time."""
        self._began = self._loop.now()
        self._next = self._loop.later(self._readiness.delay, self._take)

    def close(self, gone: Callable[[], object]) -> bool:
        """Look no more; return whether a look has something left that must end.

        Then *gone* is called when it has.
        """
        if self._is_closed:
            return False
        self._is_closed = True
        for timer in (self._next, self._limit):
            if timer is not None:
                timer.cancel()
        return self._look.close(gone)

    def _take(self) -> None:
        self._number += 1
        number = self._number
        patience = self._readiness.timeout + SLACK
        self._limit = self._loop.later(patience, self._unanswered)
        self._look.begin(lambda problem: self._answered(number, problem))

    def _unanswered(self) -> None:
        """Tell of a look that hangs; the next one is taken when it has ended."""
        self._judge(f"no answer within {self._readiness.timeout:g} s")

    def _answered(self, number: int, problem: str) -> None:
        if self._is_closed or number != self._number:
            return
        if self._limit is not None:
            self._limit.cancel()
        self._judge(problem)
        self._go_on()

    def _go_on(self) -> None:
        # Whoever was told may have closed it.
        is_settled = self._ready and self._readiness.by in _LASTING
        if not (self._is_closed or is_settled):
            self._next = self._loop.later(self._pause(), self._take)

    def _judge(self, problem: str) -> None:
        if not problem:
            self._failures = 0
            if not self._ready:
                self._ready = self._was_ready = True
                self._seen(Sighting(ready=True))
            return
        self._failures += 1
        if self._ready and self._failures < self._readiness.failures:
            return
        self._ready = False
        self._seen(Sighting(ready=False, reason=problem, is_late=self._is_late()))

    def _is_late(self) -> bool:
        within = self._readiness.within
        passed = self._loop.now() - self._began
        return bool(within) and not self._was_ready and passed >= within

    def _pause(self) -> float:
        interval = self._readiness.interval
        if self._ready and not self._failures:
            return max(interval, CALM)
        if self._was_ready:
            return interval
        if self._readiness.by in _LASTING:
            return min(interval, GLANCE)
        # The exponent is cut, or the number would be too large for a float.
        return min(interval, FIRST_PAUSE * 2.0 ** min(self._failures - 1, 32))
