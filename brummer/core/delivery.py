"""Hands events to receivers, and stands what they do."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from brummer.core.guard import Guard, attempt
from brummer.core.mailbox import Mailbox
from brummer.model.event import ComponentFailed, Event, HealthChanged, ThresholdCrossed

#: A receiver that takes longer for one event, in seconds, is reported.
SLOW: Final = 0.100

#: Events after which a drainer looks up: it counts what it did, and tells
#: publishers that there is room.  Arbitrary; the more, the less that costs.
BATCH: Final = 64

#: Seconds after which it looks up at the latest.  Publishers wait for ten times as
#: long, so one that is handled slowly but steadily has them wait, not lose.
_GLANCE: Final = 0.005

#: Events about trouble.  Whoever fails while being told of a failure is counted
#: and not told of again, or the telling would never end.
_TROUBLE: Final = (ComponentFailed, HealthChanged, ThresholdCrossed)


class _Batch:
    """Some events on their way to one receiver.  Belongs to one thread."""

    __slots__ = ("box", "event", "failed", "handled", "slowest", "turns")

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.turns: Final = iter(range(BATCH))
        #: The last one that was handed over.
        self.event = Event()
        self.handled = self.failed = 0
        self.slowest = 0.0


class _Hurry(threading.local):
    """Whether the calling thread must not wait for room."""

    is_on = False


class Delivery:
    """Delivers from mailboxes.

    Threads: any, but one per mailbox, its drainer.  Nothing is kept here but what
    each thread keeps for itself.
    """

    def __init__(
        self, guard: Guard, publish: Callable[[Event], object], *, is_timed: bool
    ) -> None:
        self._guard = guard
        self._publish = publish
        self._is_timed = is_timed
        self._call = self._call_timed if is_timed else self._call_plain
        self._hurry = _Hurry()

    @property
    def is_hurried(self) -> bool:
        """Whether this thread is delivering or reporting: it must not wait then.

        It might wait for a mailbox that nobody but itself would empty.
        """
        return self._hurry.is_on

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Let this thread wait for no room for a while."""
        before, self._hurry.is_on = self._hurry.is_on, True
        try:
            yield
        finally:
            self._hurry.is_on = before

    def deliver(self, box: Mailbox) -> None:
        """Call the receiver with the next events; what it raises costs that one."""
        batch = _Batch(box)
        with self.hurried():
            try:
                while (error := attempt(self._call, batch)[1]) is not None:
                    batch.failed += 1
                    self._report(box, batch.event, error)
            finally:
                # Also if a KeyboardInterrupt takes this thread away.
                box.note(
                    handled=batch.handled, failed=batch.failed, slowest=batch.slowest
                )
            if batch.slowest > SLOW and not isinstance(batch.event, _TROUBLE):
                self.crossed(f"event processing: {box.name}", batch.slowest, SLOW)

    def _call_timed(self, batch: _Batch) -> None:
        """Call the receiver until it raises or has its batch."""
        take, receiver, clock = batch.box.take, batch.box.receiver, time.monotonic
        began = clock()
        until, slowest = began + _GLANCE, batch.slowest
        for _ in batch.turns:
            try:
                batch.event = event = take()
            except IndexError:
                return
            batch.handled += 1
            receiver(event)
            now = clock()
            if now - began > slowest:
                slowest = batch.slowest = now - began
            if now > until:
                # So the slowest one, if it was slow, is the last one.
                return
            began = now

    def _call_plain(self, batch: _Batch) -> None:
        """Do the same without a clock."""
        take, receiver = batch.box.take, batch.box.receiver
        for _ in batch.turns:
            try:
                batch.event = event = take()
            except IndexError:
                return
            batch.handled += 1
            receiver(event)

    def _report(self, box: Mailbox, event: Event, error: BaseException) -> None:
        if isinstance(event, _TROUBLE):
            self._guard.note(box.name, error)
        else:
            self._guard.report(box.name, error)

    def crossed(self, name: str, took: float, limit: float) -> None:
        """Publish that something took longer than its limit, both in seconds."""
        if self._is_timed:
            with self.hurried():
                self._publish(
                    ThresholdCrossed(
                        name=name, value=took * 1000, limit=limit * 1000, unit="ms"
                    )
                )
