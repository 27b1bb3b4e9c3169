"""The mailbox of a subscriber to one class of events: the fast one."""

from collections import deque
from collections.abc import Callable

from typing_extensions import override

from brummer.core.mailbox import FULL, TAKEN, Counts, Mailbox, Offer, Policy
from brummer.model.event import Event, Priority


class PlainMailbox(Mailbox):
    """One queue, first in, first out.

    Threads: appending to a deque and removing from it are atomic steps, so the
    usual ways in and out take no lock.  The bound is therefore exact up to the
    number of publishers that look at the same time.
    """

    def __init__(
        self,
        name: str,
        receiver: Callable[[Event], object],
        policy: Policy,
        *,
        level: Priority,
        size: int,
    ) -> None:
        """Make an empty mailbox for *size* events of priority *level*."""
        super().__init__(name, receiver, policy)
        self._number = int(level)
        self._size = size
        self._queue: deque[Event] = deque()

    @override
    def put(self, event: Event) -> Offer:
        queue = self._queue
        if len(queue) >= self._size or self._wishes:
            return FULL
        queue.append(event)
        # A drainer clears the flag and then looks at the queue again; we put and
        # then look at the flag.  In any order, one of us sees the other.
        if self._is_drained:
            return TAKEN
        with self._lock:
            return self._attended()

    @override
    def take(self) -> Event:
        return self._queue.popleft()

    @override
    def _level(self, event: Event) -> int:
        return self._number

    @override
    def _is_full(self, level: int) -> bool:
        return len(self._queue) >= self._size

    @override
    def _is_roomy(self) -> bool:
        return len(self._queue) <= self._size // 2

    @override
    def _add(self, event: Event, level: int) -> None:
        self._queue.append(event)

    @override
    def _drop_oldest(self, level: int) -> None:
        self._drop()

    @override
    def _drop_lower(self, level: int) -> bool:
        return False

    @override
    def _lose(self) -> None:
        while self._drop():
            pass

    def _drop(self) -> bool:
        """Drop and count the oldest event; return whether there was one."""
        try:
            self._queue.popleft()
        except IndexError:
            # The drainer was faster; it knows nothing of our lock.
            return False
        self._dropped[self._number] += 1
        return True

    @override
    def _queued(self) -> Counts:
        counts = [0] * len(Priority)
        counts[self._number] = len(self._queue)
        high, medium, low = counts
        return high, medium, low
