"""The mailbox of a subscriber to several classes of events."""

from collections import deque
from collections.abc import Callable
from typing import Final

from typing_extensions import override

from brummer.core.mailbox import FULL, Counts, Mailbox, Offer, Policy
from brummer.model.event import Event, Priority

_LEVELS: Final = len(Priority)


class KeyedMailbox(Mailbox):
    """Three queues, urgent events first, each key in its order.

    An urgent event of a key of which a less urgent one waits queues up behind
    that one; so what is urgent gets past others, and never past its own past.

    Threads: everything is done under the lock.
    """

    def __init__(
        self,
        name: str,
        receiver: Callable[[Event], object],
        policy: Policy,
        *,
        sizes: Counts,
    ) -> None:
        """Make an empty mailbox for so many events of each priority."""
        super().__init__(name, receiver, policy)
        self._sizes = sizes
        self._most = sum(sizes)
        self._queues = tuple(deque[Event]() for _ in Priority)
        #: For each key that waits: in which queue its newest, how many in all.
        self._waiting: dict[str, tuple[int, int]] = {}

    @override
    def put(self, event: Event) -> Offer:
        with self._lock:
            level = self._level(event)
            if self._wishes or self._is_full(level):
                return FULL
            self._add(event, level)
            return self._attended()

    @override
    def take(self) -> Event:
        with self._lock:
            for queue in self._queues:
                if queue:
                    return self._pop(queue)
        raise IndexError("nothing waits")

    def _pop(self, queue: deque[Event]) -> Event:
        """Remove the oldest event of *queue*, and count it out of its key."""
        event = queue.popleft()
        if key := event.key:
            level, count = self._waiting[key]
            if count > 1:
                self._waiting[key] = (level, count - 1)
            else:
                del self._waiting[key]
        return event

    @override
    def _level(self, event: Event) -> int:
        """Return the queue for *event*: its own, or where its key waits already."""
        own = int(event.priority)
        waiting = self._waiting.get(event.key)
        return own if waiting is None else max(own, waiting[0])

    @override
    def _is_full(self, level: int) -> bool:
        # All together count too: of those who dropped something less urgent, a
        # queue may be longer than its own bound.
        return (
            len(self._queues[level]) >= self._sizes[level]
            or sum(map(len, self._queues)) >= self._most
        )

    @override
    def _is_roomy(self) -> bool:
        return all(
            len(queue) <= size // 2
            for queue, size in zip(self._queues, self._sizes, strict=True)
        )

    @override
    def _add(self, event: Event, level: int) -> None:
        self._queues[level].append(event)
        if key := event.key:
            _, count = self._waiting.get(key, (level, 0))
            self._waiting[key] = (level, count + 1)

    @override
    def _drop_oldest(self, level: int) -> None:
        self._pop(self._queues[level])
        self._dropped[level] += 1

    @override
    def _drop_lower(self, level: int) -> bool:
        # This queue then goes over its bound by what another falls short of.
        for lower in range(_LEVELS - 1, level, -1):
            if self._queues[lower]:
                self._drop_oldest(lower)
                return True
        return False

    @override
    def _lose(self) -> None:
        for level, queue in enumerate(self._queues):
            self._dropped[level] += len(queue)
            queue.clear()
        self._waiting.clear()

    @override
    def _queued(self) -> Counts:
        high, medium, low = map(len, self._queues)
        return high, medium, low
