"""The one kind of lock there is: plain, for writers, and it knows who waited."""

import threading
import time
from types import TracebackType
from typing import Final

#: Waiting longer than this for a lock, in seconds, is a fault of ours.
LOCK_WAIT: Final = 0.010


class MeasuredLock:
    """A plain lock, for the writers of one table, that measures the waiting.

    An uncontended entry costs one attempt and no look at the clock.

    Threads: any.  The numbers are written only by the thread that holds the
    lock, and reading one of them is a single read; a reader may see a number
    that is one wait old.
    """

    __slots__ = ("_lock", "longest", "name", "slow")

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        #: How often somebody waited longer than :data:`LOCK_WAIT`.
        self.slow = 0
        #: The longest wait in seconds.
        self.longest = 0.0

    def __enter__(self) -> None:
        """Take the lock."""
        if not self._lock.acquire(blocking=False):
            self._wait()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the lock."""
        self._lock.release()

    def _wait(self) -> None:
        began = time.monotonic()
        self._lock.acquire()
        waited = time.monotonic() - began
        # We hold the lock now, so nobody else is writing these.
        self.longest = max(self.longest, waited)
        if waited > LOCK_WAIT:
            self.slow += 1
