"""What waits for one subscriber: three bounded queues that keep the order of keys."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from brummer.model.event import Event, Priority

#: How long a publisher waits for room, in seconds: the threshold for blocking.
PATIENCE: Final = 0.050

#: In how many pieces it waits.
_SLICES: Final = 5

#: Events that are taken out at once.  More would make an urgent event wait for
#: longer, fewer would cost a lock for each.
BATCH: Final = 64

#: Events that may wait past the bounds, for the synchronous policy.
MOST: Final = 5_000

_LEVELS: Final = len(Priority)

Counts = tuple[int, int, int]


class Policy(StrEnum):
    """What gives way when a queue is full and waiting was in vain."""

    DROP_OLDEST = "drop_oldest"
    DROP_NEWEST = "drop_newest"
    DROP_LOW_PRIORITY = "drop_low_priority"
    SYNCHRONOUS = "synchronous"


class Offer(StrEnum):
    """What became of an event that was put."""

    TAKEN = "taken"
    DROPPED = "dropped"
    #: The queue is full, and the publisher has to make room by delivering.
    FULL = "full"


class Answer(NamedTuple):
    """What came of putting an event.

    *needs_drainer* asks the publisher to send one, *was_in_vain* says that it
    waited for room and there was none.
    """

    offer: Offer
    needs_drainer: bool
    was_in_vain: bool = False


#: The usual one.
TAKEN: Final = Answer(Offer.TAKEN, needs_drainer=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMetrics:
    """One subscriber at about one instant; *queued* and *dropped* per priority."""

    name: str
    handled: int
    failed: int
    blocked: int
    queued: Counts
    dropped: Counts
    slowest: float


class Mailbox:
    """The events that wait for one subscriber, in the order of their keys.

    A subscriber to one class of events has one queue.  One to several classes
    (*is_mixed*) has three, and urgent events come first; but events of one key
    are never reordered, so an urgent event of a key of which a less urgent one
    waits queues up behind it.

    Threads: several publishers put, one drainer at a time takes.  Appending to a
    deque is one atomic step, so the usual way in -- one queue, with room -- takes no
    lock.  Everything else is written under the lock, which is held for a few steps
    on small tables and never while anybody is called.  The bound is therefore
    exact up to the number of publishers that look at the same time.
    :meth:`metrics` reads without the lock: numbers of slightly different moments
    are good enough to look at.
    """

    def __init__(
        self,
        name: str,
        receiver: Callable[[Event], object],
        sizes: Counts,
        policy: Policy,
        *,
        level: Priority | None = None,
    ) -> None:
        """Make an empty mailbox with one queue for *level*, or ``None`` for mixed."""
        self.name: Final = name
        self.receiver: Final = receiver
        self._sizes = sizes
        self._policy = policy
        self._queues = tuple(deque[Event]() for _ in Priority)
        self._only = None if level is None else self._queues[level]
        self._only_level = 0 if level is None else int(level)
        # All below is written under the lock.
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        #: For each key that waits in a mixed mailbox: in which queue, how often.
        self._waiting: dict[str, tuple[int, int]] = {}
        #: Whether a drainer is at work or on its way; and whether on its way.
        self._is_drained = False
        self._is_due = False
        self._is_open = True
        #: Waiting was in vain, and nothing has been handled since.
        self._is_stalled = False
        self._handled = self._failed = self._blocked = 0
        self._dropped = [0] * _LEVELS
        self._slowest = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the subscriber still wants events."""
        return self._is_open

    def put(self, event: Event, *, patient: bool) -> Answer:
        """Queue *event*, or let something give way.

        A *patient* publisher waits up to :data:`PATIENCE` for room, unless that
        was in vain the last time and nothing has been handled since.
        """
        only = self._only
        if only is None or len(only) >= self._sizes[self._only_level]:
            return self._put_carefully(event, patient=patient)
        only.append(event)
        # The drainer clears the flag and then looks at the queue again; we put and
        # then look at the flag.  In any order, one of us sees the other.
        if self._is_drained:
            return TAKEN
        return Answer(Offer.TAKEN, self.claim())

    def _put_carefully(self, event: Event, *, patient: bool) -> Answer:
        key, was_in_vain = event.key, False
        with self._lock:
            level = self._level(event, key)
            if self._is_full(level) and patient and not self._is_stalled:
                was_in_vain = not self._wait_for_room(event, key)
                # The key's other events may be gone by now.
                level = self._level(event, key)
            offer = self._make_room(level) if self._is_full(level) else Offer.TAKEN
            if offer is Offer.TAKEN and self._is_open:
                self._add(event, key, level)
            return Answer(offer, self._claim(), was_in_vain)

    def _wait_for_room(self, event: Event, key: str) -> bool:
        self._blocked += 1
        # A machine that stands still for a while uses up one slice, not all: the
        # drainer stood still as well.
        found = any(
            self._room.wait_for(
                lambda: not (self._is_open and self._is_full(self._level(event, key))),
                PATIENCE / _SLICES,
            )
            for _ in range(_SLICES)
        )
        self._is_stalled = not found
        return found

    def _add(self, event: Event, key: str, level: int) -> None:
        self._queues[level].append(event)
        if key and self._only is None:
            _, count = self._waiting.get(key, (level, 0))
            self._waiting[key] = (level, count + 1)

    def _level(self, event: Event, key: str) -> int:
        """Return the queue for *event*: its own, or where its key waits already."""
        if self._only is not None:
            return self._only_level
        own = int(event.priority)
        waiting = self._waiting.get(key) if key else None
        return own if waiting is None else max(own, waiting[0])

    def _is_full(self, level: int) -> bool:
        return len(self._queues[level]) >= self._sizes[level]

    def _make_room(self, level: int) -> Offer:
        """Let something give way for an event of *level*, as the policy says."""
        if self._policy is Policy.SYNCHRONOUS:
            return Offer.FULL
        if self._policy is Policy.DROP_OLDEST:
            self._drop_from(level)
            return Offer.TAKEN
        if self._policy is Policy.DROP_LOW_PRIORITY:
            lower = [n for n in range(_LEVELS - 1, level, -1) if self._queues[n]]
            if lower:
                # The queues have bounds of their own, so this one goes over its
                # own by what another one falls short of.
                self._drop_from(lower[0])
                return Offer.TAKEN
        self._dropped[level] += 1
        return Offer.DROPPED

    def _drop_from(self, level: int) -> None:
        self._forget(self._queues[level].popleft())
        self._dropped[level] += 1

    def _forget(self, event: Event) -> None:
        """Count *event* out of what waits of its key."""
        key = event.key if self._only is None else ""
        if not key:
            return
        level, count = self._waiting[key]
        if count > 1:
            self._waiting[key] = (level, count - 1)
        else:
            del self._waiting[key]

    def push(self, event: Event) -> Offer:
        """Queue *event* past the bound of its queue, for the synchronous policy.

        That is for a publisher that cannot deliver, as somebody is at it, and
        must not overtake what waits.  There is a bound for this too.
        """
        key = event.key
        with self._lock:
            level = self._level(event, key)
            if sum(map(len, self._queues)) >= MOST:
                self._dropped[level] += 1
                return Offer.DROPPED
            if self._is_open:
                self._add(event, key, level)
            return Offer.TAKEN

    def claim(self) -> bool:
        """Whether to send a drainer: there is work, and none is at it or due."""
        with self._lock:
            return self._claim()

    def _claim(self) -> bool:
        if self._is_drained or not any(self._queues):
            return False
        self._is_drained = self._is_due = True
        return True

    def begin(self) -> bool:
        """Go to work as the drainer that was sent, unless somebody was faster."""
        with self._lock:
            was_due, self._is_due = self._is_due, False
            return was_due

    def seize(self) -> bool:
        """Go to work as the drainer at once, unless one is at work."""
        with self._lock:
            if self._is_drained and not self._is_due:
                return False
            self._is_drained, self._is_due = True, False
            return True

    def hand_over(self) -> bool:
        """Stop work; return whether to send another drainer for what is left."""
        with self._lock:
            self._is_drained = self._is_due = False
            return self._claim()

    def take(self) -> list[Event]:
        """Return the next events to deliver, in order; for who is at work.

        None mean that the caller has stopped being the drainer: whoever puts
        something from now on sends another one.
        """
        with self._lock:
            batch = self._batch()
            if not batch:
                self._is_drained = False
                # Somebody who saw the flag before this line put without claiming.
                batch = self._batch()
                self._is_drained = bool(batch)
            self._room.notify_all()
            return batch

    def _batch(self) -> list[Event]:
        batch: list[Event] = []
        for queue in self._queues:
            for _ in range(min(len(queue), BATCH - len(batch))):
                event = queue.popleft()
                self._forget(event)
                batch.append(event)
        return batch

    def note(self, *, handled: int, failed: int, slowest: float) -> None:
        """Count what the drainer delivered."""
        with self._lock:
            self._handled += handled
            self._failed += failed
            self._slowest = max(self._slowest, slowest)
            self._is_stalled = False

    def close(self) -> int:
        """Take no more and forget what waits; return how many events that were."""
        with self._lock:
            self._is_open = False
            lost = 0
            for level, queue in enumerate(self._queues):
                self._dropped[level] += len(queue)
                lost += len(queue)
                queue.clear()
            self._waiting.clear()
            self._room.notify_all()
            return lost

    def metrics(self) -> MailboxMetrics:
        """Return the numbers."""
        high, medium, low = (len(queue) for queue in self._queues)
        dropped = (self._dropped[0], self._dropped[1], self._dropped[2])
        return MailboxMetrics(
            name=self.name,
            handled=self._handled,
            failed=self._failed,
            blocked=self._blocked,
            queued=(high, medium, low),
            dropped=dropped,
            slowest=self._slowest,
        )
