"""What waits for one subscriber, and who is on the way to deliver it."""

import threading
from abc import ABC, abstractmethod
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

#: Events that may wait past the bounds, for the synchronous policy.
MOST: Final = 5_000

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
    #: Taken, and whoever put it has to send a drainer.
    UNATTENDED = "unattended"
    DROPPED = "dropped"
    #: The queue is full, and it is for the publisher to do something about it.
    FULL = "full"


# A look at a member of an enumeration costs more than all else in the usual way in.
TAKEN: Final = Offer.TAKEN
FULL: Final = Offer.FULL


class Answer(NamedTuple):
    """What became of an event, and whether its publisher waited *in vain* for room."""

    offer: Offer
    was_in_vain: bool = False


@dataclass(slots=True, eq=False)
class _Wish:
    """An event for which there was no room; written under the mailbox's lock."""

    event: Event
    is_granted: bool = False


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


class Mailbox(ABC):
    """The events that wait for one subscriber, and its *drainer*.

    The drainer is the one thread that may deliver: it was sent and is *due*, then
    it is at work.  Who finds that there is none has to send one; so there is one
    task of a pool per burst of events.

    Threads: any may put, the drainer alone takes.  Everything is written under the
    lock, which is held for a few steps and never while anybody is called; a
    subclass may say otherwise of its queues.  :meth:`metrics` reads without it:
    numbers of slightly different moments are good enough to look at.
    """

    def __init__(
        self, name: str, receiver: Callable[[Event], object], policy: Policy
    ) -> None:
        self.name: Final = name
        self.receiver: Final = receiver
        self._policy = policy
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        #: Whether a drainer is at work or due.  Read without the lock too; in a
        #: closed mailbox it is never true, so who puts there finds out.
        self._is_drained = False
        self._is_due = False
        self._is_open = True
        #: What publishers wait with.  Read without the lock too.
        self._wishes: deque[_Wish] = deque()
        #: Waiting was in vain, and nothing has been handled since.
        self._is_stalled = False
        #: That waiting was in vain was told, and there has not been much room since.
        self._is_short = False
        self._handled = self._failed = self._blocked = 0
        self._slowest = 0.0
        self._dropped = [0] * len(Priority)

    # What publishers do.

    @abstractmethod
    def put(self, event: Event) -> Offer:
        """Queue *event* if there is room; on ``FULL``, see :meth:`press`."""

    def press(self, event: Event, *, patient: bool) -> Answer:
        """Queue *event*, or let something give way as the policy says.

        A *patient* publisher waits up to :data:`PATIENCE` for room, unless that
        was in vain the last time and nothing has been handled since.
        """
        with self._lock:
            wish = _Wish(event)
            was_in_vain = patient and not self._is_stalled and self._waits(wish)
            if wish.is_granted:
                return Answer(TAKEN)
            # Asked once: what gives way may be the reason for it.
            level = self._level(event)
            offer = self._make_room(level) if self._is_full(level) else TAKEN
            if offer is TAKEN:
                self._add(event, level)
                offer = self._attended()
            return Answer(offer, was_in_vain)

    def _waits(self, wish: _Wish) -> bool:
        """Wait for room if there is none; return whether to tell: it was in vain.

        Who finds others waiting waits with them, room or not.  If it did not,
        those who come along fast would take all the room from those who wait.
        """
        if not (self._wishes or self._is_blocked(wish.event)):
            return False
        self._blocked += 1
        self._wishes.append(wish)
        handled = self._handled
        # A machine that stands still for a while uses up one slice, not all: the
        # drainer stood still as well.
        is_found = any(self._looks(wish) for _ in range(_SLICES))
        if not wish.is_granted:
            self._wishes.remove(wish)
        if is_found:
            return False
        self._is_stalled = self._handled == handled
        was_short, self._is_short = self._is_short, True
        return not was_short

    def _looks(self, wish: _Wish) -> bool:
        """Wait for a slice of time; return whether there is room, or was."""
        self._room.wait_for(
            lambda: wish.is_granted or not self._is_open, PATIENCE / _SLICES
        )
        return wish.is_granted or not self._is_blocked(wish.event)

    def _is_blocked(self, event: Event) -> bool:
        return self._is_open and self._is_full(self._level(event))

    def _make_room(self, level: int) -> Offer:
        """Let something give way in queue *level*; ``TAKEN``: now there is room."""
        if self._policy is Policy.SYNCHRONOUS:
            return FULL
        if self._policy is Policy.DROP_OLDEST:
            self._drop_oldest(level)
            return TAKEN
        if self._policy is Policy.DROP_LOW_PRIORITY and self._drop_lower(level):
            return TAKEN
        self._dropped[level] += 1
        return Offer.DROPPED

    def push(self, event: Event) -> Offer:
        """Queue *event* past the bound of its queue, for the synchronous policy.

        That is for a publisher that cannot deliver, as somebody is at it, and
        must not overtake what waits.  There is a bound for this too.
        """
        with self._lock:
            level = self._level(event)
            if not self._is_open or sum(self._queued()) >= MOST:
                self._dropped[level] += 1
                return Offer.DROPPED
            self._add(event, level)
            return TAKEN

    def _attended(self) -> Offer:
        """Return what became of an event that was just added; under the lock."""
        if not self._is_open:
            # It came between the last look at the routes and their end.
            self._lose()
            return Offer.DROPPED
        return Offer.UNATTENDED if self._claim() else TAKEN

    # What drainers do.

    @abstractmethod
    def take(self) -> Event:
        """Remove and return the next event; for the drainer at work.

        :raises IndexError: if nothing waits.
        """

    def begin(self) -> bool:
        """Go to work as the drainer that was sent, unless somebody was faster."""
        with self._lock:
            was_due, self._is_due = self._is_due, False
            return was_due

    def seize(self) -> bool:
        """Go to work as the drainer at once, unless one is at work."""
        with self._lock:
            if not self._is_open or (self._is_drained and not self._is_due):
                return False
            self._is_drained, self._is_due = True, False
            return True

    def stays(self) -> bool:
        """Whether there is work; if not, the caller is the drainer no more."""
        with self._lock:
            self._is_drained = False
            # Only now look: somebody who saw the flag before put without claiming,
            # and whoever puts from now on does claim, once we let go of the lock.
            self._is_drained = self._is_open and any(self._queued())
            return self._is_drained

    def hand_over(self) -> bool:
        """Stop work; return whether to send another drainer for what is left."""
        with self._lock:
            self._is_drained = self._is_due = False
            return self._claim()

    def _claim(self) -> bool:
        """Whether to send a drainer, who is due from now on; under the lock."""
        if self._is_drained or not self._is_open or not any(self._queued()):
            return False
        self._is_drained = self._is_due = True
        return True

    def note(self, *, handled: int, failed: int, slowest: float) -> None:
        """Count what was delivered, and let those in who wait, if there is much room.

        Little room would wake many for one place each; they also look by
        themselves now and then.  For the drainer at work.
        """
        with self._lock:
            self._handled += handled
            self._failed += failed
            self._slowest = max(self._slowest, slowest)
            self._is_stalled = False
            if self._is_roomy():
                self._is_short = False
                self._grant()

    def _grant(self) -> None:
        """Queue what publishers wait with, as far as there is room."""
        while self._wishes:
            event = self._wishes[0].event
            level = self._level(event)
            if self._is_full(level):
                break
            self._add(event, level)
            self._wishes.popleft().is_granted = True
        self._room.notify_all()

    # The end, and what there is to see.

    def close(self) -> None:
        """Take no more, and forget and count what waits."""
        with self._lock:
            self._is_open = self._is_drained = self._is_due = False
            # After that flag: who put before it was down is counted here, and
            # who puts later sees it.
            self._lose()
            self._room.notify_all()

    def metrics(self) -> MailboxMetrics:
        """Return the numbers."""
        dropped = (self._dropped[0], self._dropped[1], self._dropped[2])
        return MailboxMetrics(
            name=self.name,
            handled=self._handled,
            failed=self._failed,
            blocked=self._blocked,
            queued=self._queued(),
            dropped=dropped,
            slowest=self._slowest,
        )

    # The queues, all under the lock.

    @abstractmethod
    def _level(self, event: Event) -> int:
        """Return the number of the queue where *event* belongs at the moment."""

    @abstractmethod
    def _is_full(self, level: int) -> bool:
        """Whether there is no room in queue *level*."""

    @abstractmethod
    def _is_roomy(self) -> bool:
        """Whether no queue is more than half full."""

    @abstractmethod
    def _add(self, event: Event, level: int) -> None:
        """Put *event* into queue *level*, whether there is room or not."""

    @abstractmethod
    def _drop_oldest(self, level: int) -> None:
        """Drop and count what has waited longest in queue *level*."""

    @abstractmethod
    def _drop_lower(self, level: int) -> bool:
        """Drop and count something less urgent than *level*; return whether."""

    @abstractmethod
    def _lose(self) -> None:
        """Drop and count everything."""

    @abstractmethod
    def _queued(self) -> Counts:
        """Return how many wait per priority; without the lock too."""
