"""Time that something may take of a thread, however much there is to do."""

from typing import Final

from brummer.core.clock import Clock

#: The part of all time that may be taken in the long run.
SHARE: Final = 0.5
#: Seconds that may be saved up, for a burst, and owed.
MOST: Final = 2.0
LEAST: Final = -0.5


class Allowance:
    """Lets a task take half of the time at most, and two seconds at once.

    Threads: those of who does the task.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds = MOST
        self._asked = self._began = clock.monotonic()

    def begin(self) -> bool:
        """Whether the task may go on now; if so, :meth:`end` is called after it."""
        now = self._clock.monotonic()
        self._seconds = min(self._seconds + SHARE * (now - self._asked), MOST)
        self._asked = self._began = now
        return self._seconds > 0

    def end(self) -> None:
        """Count what the task took."""
        took = self._clock.monotonic() - self._began
        self._seconds = max(self._seconds - took, LEAST)
