"""Carries events from those who publish to those who subscribed.

Publishing puts an event into the mailbox of every subscriber and, if nobody is on
the way there already, sends one *drainer* to the thread pool, which empties the
mailbox.  So there is one task of the pool per burst and not per event.

What is promised:

* A subscriber gets one event at a time; events of one key in the order in which
  they were published, urgent ones before others.
* One that raises, hangs or is slow harms itself alone: it has queues of its own,
  and holds one thread at most.
* Everything is bounded.  A publisher that meets a full queue waits a moment, but
  not if that was in vain the last time and nothing moved since; then the
  configured policy says what gives way.  Everything dropped is counted.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from brummer.config.settings import EventBusSettings
from brummer.core.aside import Tasks
from brummer.core.guard import Guard, attempt
from brummer.core.health import HealthTable
from brummer.core.mailbox import (
    PATIENCE,
    TAKEN,
    Answer,
    Counts,
    Mailbox,
    MailboxMetrics,
    Offer,
    Policy,
)
from brummer.core.threads import Role, thread_name
from brummer.model.event import ComponentFailed, Event, HealthChanged, ThresholdCrossed

_E = TypeVar("_E", bound=Event)
_T = TypeVar("_T")

#: A receiver that takes longer for one event, in seconds, is reported.
SLOW: Final = 0.100

#: Seconds for which a drainer serves one mailbox before others get their turn.
_TURN: Final = 0.1

_FOREVER: Final = float("inf")

#: Events about trouble.  Whoever fails while being told of a failure is counted
#: and not told of again, or the telling would never end.
_TROUBLE: Final = (ComponentFailed, HealthChanged, ThresholdCrossed)


class Subscription:
    """What :meth:`EventBus.subscribe` returns, to end it.

    Threads: any.
    """

    def __init__(self, name: str, cancel: Callable[[], None]) -> None:
        self.name = name
        self._cancel = cancel

    def cancel(self) -> None:
        """Forget what waits for the receiver, and do not call it again.

        Waits for nobody: a call that has begun on another thread goes on.
        """
        self._cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusMetrics:
    """The bus at about one instant.

    *handled* counts deliveries: an event for two subscribers is two.  *blocked*
    counts how often a publisher had to wait, *refused* what came after the end.
    *queued* and *dropped* are per priority, high first.
    """

    handled: int
    failed: int
    blocked: int
    refused: int
    queued: Counts
    dropped: Counts
    tasks_waiting: int
    tasks_running: int
    subscribers: tuple[MailboxMetrics, ...]


class _Routes:
    """Which mailboxes get events of which class.

    Threads: never changed, only replaced; but for *_known*, a memory of answers:
    two threads that miss the same one both work it out, to the same end.
    """

    def __init__(self, table: tuple[tuple[type[Event], Mailbox], ...] = ()) -> None:
        self.table: Final = table
        self._known: dict[type[Event], tuple[Mailbox, ...]] = {}

    def to(self, kind: type[Event]) -> tuple[Mailbox, ...]:
        """Return the mailboxes for events of *kind*."""
        boxes = self._known.get(kind)
        if boxes is None:
            boxes = tuple(box for wanted, box in self.table if issubclass(kind, wanted))
            self._known[kind] = boxes
        return boxes


class _Round:
    """Some events on their way to one receiver.  Belongs to one thread."""

    __slots__ = ("box", "event", "failed", "handled", "rest", "slowest")

    def __init__(self, box: Mailbox, rest: Iterator[Event]) -> None:
        self.box = box
        self.rest = rest
        #: The last one that was handed over.
        self.event = Event()
        self.handled = self.failed = 0
        self.slowest = 0.0


class EventBus:
    """Carries events; see the module for what is promised.

    Threads: every method is safe from any thread, receivers included, but not
    from a signal handler.  The routes are replaced as a whole and read without a
    lock; each mailbox has a lock of its own.  In *fallback_mode* there is no pool,
    and whoever publishes delivers what waits.
    """

    def __init__(self, settings: EventBusSettings, health: HealthTable) -> None:
        threads = settings.worker_pool_size
        self._settings = settings
        self._is_timed = settings.enable_monitoring
        self._health = health
        self._guard = Guard(health, self._publish_now)
        self._pool = (
            None
            if settings.fallback_mode
            else ThreadPoolExecutor(threads, initializer=_name_thread)
        )
        # Half of the threads at least are for events, whatever hangs aside.
        self._tasks = Tasks(most=max(1, threads // 2))
        #: Whether this thread is just delivering: then it must not wait for room.
        self._here = threading.local()
        self._lock = threading.Lock()
        #: Rebound under the lock, read without.
        self._routes = _Routes()
        # Written under the lock.
        self._is_open = True
        self._refused = 0
        self._busy = 0
        self._idle = threading.Condition(self._lock)

    def publish(self, event: Event) -> bool:
        """Hand *event* to every subscriber of its class; return if all will get it.

        ``False`` if the bus is closed or a queue was full and it was this event
        that gave way.  Waits at most 50 ms, and not at all in a receiver.
        """
        return self._offer(event, patient=not self._is_delivering)

    def _publish_now(self, event: Event) -> bool:
        """Publish without waiting, for reports about what happens in between."""
        return self._offer(event, patient=False)

    @property
    def _is_delivering(self) -> bool:
        return getattr(self._here, "is_delivering", False)

    def _offer(self, event: Event, *, patient: bool) -> bool:
        if not self._is_open:
            with self._lock:
                self._refused += 1
            return False
        is_taken = True
        for box in self._routes.to(type(event)):
            answer = box.put(event, patient=patient)
            if answer is not TAKEN:
                is_taken &= self._follow(box, event, answer)
        return is_taken

    def _follow(self, box: Mailbox, event: Event, answer: Answer) -> bool:
        """Do what *answer* asks for; return whether the event is taken."""
        if answer.needs_drainer:
            self._send_to(box)
        if answer.was_in_vain:
            self._cross(f"queue block: {box.name}", PATIENCE, PATIENCE)
        if answer.offer is Offer.FULL:
            return self._deliver_in_between(box, event)
        return answer.offer is not Offer.DROPPED

    def _deliver_in_between(self, box: Mailbox, event: Event) -> bool:
        """Deliver on this thread what waits and then *event*: the synchronous policy.

        If somebody else is at it, *event* waits behind the rest, past the bound:
        delivering it here would break the order.
        """
        is_taken = box.push(event) is Offer.TAKEN
        if box.seize():
            self._drain(box, time.monotonic() + _TURN)
        return is_taken

    def subscribe(
        self, kind: type[_E], receiver: Callable[[_E], object], *, name: str
    ) -> Subscription:
        """Call *receiver* with each event of *kind*, or of a class below it.

        *receiver* runs on a thread of the bus and may take its time, at the
        expense of its own later events only.  *name* is what the health table
        calls it.
        """
        policy = Policy(self._settings.backpressure_strategy)
        accepts: Callable[[Any], object] = receiver
        # Later subclasses keep the one queue of the class that was asked for.
        level = None if kind.__subclasses__() else kind.priority
        box = Mailbox(name, accepts, self._settings.queue_sizes, policy, level=level)
        self._health.add(name)
        with self._lock:
            self._routes = _Routes((*self._routes.table, (kind, box)))
        return Subscription(name, lambda: self._cancel(box))

    def _cancel(self, box: Mailbox) -> None:
        with self._lock:
            rest = tuple(row for row in self._routes.table if row[1] is not box)
            self._routes = _Routes(rest)
        box.close()
        self._health.forget(box.name)

    def run_aside(self, function: Callable[[], _T]) -> Future[_T]:
        """Run *function* on a thread of the bus, at once if one is free for it.

        Whatever it raises is the exception of the future; so is a
        :class:`BrummerError` if too much waits already or the bus is closed.  In
        *fallback_mode* it has run when this returns.
        """
        future, needs_thread = self._tasks.add(function)
        if needs_thread:
            self._send(self._tasks.work)
        return future

    def _send_to(self, box: Mailbox) -> None:
        self._send(lambda: self._serve(box))

    def _send(self, work: Callable[[], None]) -> None:
        """Have *work* done by the pool, or here if there is none."""
        with self._lock:
            self._busy += 1
        if self._pool is None:
            self._work(work)
            return
        try:
            self._pool.submit(self._work, work)
        except RuntimeError:
            # The pool was shut down between our caller's look and now: what waits
            # has been dropped and counted by then, or will be.
            self._leave()

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._busy -= 1
            if not self._busy:
                self._idle.notify_all()

    def _serve(self, box: Mailbox) -> None:
        """Empty *box*; after a while go back into the line behind others."""
        # In fallback mode there is no line, and whoever publishes delivers it all.
        until = _FOREVER if self._pool is None else time.monotonic() + _TURN
        if box.begin():
            self._drain(box, until)

    def _drain(self, box: Mailbox, until: float) -> None:
        """Deliver from *box* as its drainer, till it is empty or *until*."""
        is_empty = False
        try:
            while batch := box.take():
                self._deliver(box, batch)
                if time.monotonic() > until:
                    return
            is_empty = True
        finally:
            # Also if a KeyboardInterrupt takes this thread away: others go on.
            if not is_empty and box.hand_over():
                self._send_to(box)

    def _deliver(self, box: Mailbox, events: list[Event]) -> None:
        """Call the receiver with each event; what it raises costs that one call."""
        before, self._here.is_delivering = self._is_delivering, True
        round_ = _Round(box, iter(events))
        try:
            while True:
                _, error = attempt(self._call, round_)
                if error is None:
                    break
                round_.failed += 1
                self._report(box, round_.event, error)
        finally:
            self._here.is_delivering = before
            box.note(
                handled=round_.handled, failed=round_.failed, slowest=round_.slowest
            )

    def _call(self, round_: "_Round") -> None:
        """Call the receiver with what is left of a round, until it raises."""
        box, receiver, timed = round_.box, round_.box.receiver, self._is_timed
        began = time.monotonic() if timed else 0.0
        for event in round_.rest:
            # A subscription may be cancelled at any moment, hence the look.
            if not box.is_open:
                return
            round_.event = event
            round_.handled += 1
            receiver(event)
            if timed:
                now = time.monotonic()
                if now - began > round_.slowest:
                    self._slower(round_, now - began)
                began = now

    def _slower(self, round_: "_Round", took: float) -> None:
        round_.slowest = took
        if took > SLOW and not isinstance(round_.event, _TROUBLE):
            self._cross(f"event processing: {round_.box.name}", took, SLOW)

    def _report(self, box: Mailbox, event: Event, error: BaseException) -> None:
        if isinstance(event, _TROUBLE):
            self._guard.note(box.name, error)
        else:
            self._guard.report(box.name, error)

    def _cross(self, name: str, took: float, limit: float) -> None:
        if self._is_timed:
            self._publish_now(
                ThresholdCrossed(
                    name=name, value=took * 1000, limit=limit * 1000, unit="ms"
                )
            )

    def metrics(self) -> BusMetrics:
        """Return what the bus has to do and has done.

        Costs no lock; numbers may stem from slightly different moments.
        """
        rows = tuple(box.metrics() for _, box in self._routes.table)
        return BusMetrics(
            handled=sum(row.handled for row in rows),
            failed=sum(row.failed for row in rows),
            blocked=sum(row.blocked for row in rows),
            refused=self._refused,
            queued=_sums([row.queued for row in rows]),
            dropped=_sums([row.dropped for row in rows]),
            tasks_waiting=self._tasks.waiting,
            tasks_running=self._tasks.running,
            subscribers=rows,
        )

    def close(self, timeout: float = 5.0) -> bool:
        """Deliver what waits, refuse what comes, end the threads.

        What is not delivered within *timeout* seconds is dropped and counted.
        Returns whether all threads have ended.  If not, a receiver or a function
        aside hangs; the pool's threads are not daemons, so whoever wants to exit
        nevertheless must do it by :func:`os._exit`.  May be called again.
        """
        with self._lock:
            self._is_open = False
            is_idle = self._idle.wait_for(lambda: not self._busy, timeout)
        self._tasks.close()
        for _, box in self._routes.table:
            box.close()
        if self._pool is not None:
            self._pool.shutdown(wait=is_idle, cancel_futures=True)
        return is_idle


def _name_thread() -> None:
    threading.current_thread().name = thread_name(Role.BUS)


def _sums(rows: list[Counts]) -> Counts:
    high, medium, low = (sum(row[n] for row in rows) for n in range(3))
    return high, medium, low
