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
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from brummer.config.settings import EventBusSettings
from brummer.core.aside import Tasks
from brummer.core.delivery import Delivery
from brummer.core.guard import Guard
from brummer.core.health import HealthTable
from brummer.core.keyed import KeyedMailbox
from brummer.core.mailbox import (
    PATIENCE,
    TAKEN,
    Counts,
    Mailbox,
    MailboxMetrics,
    Offer,
    Policy,
)
from brummer.core.plain import PlainMailbox
from brummer.core.threads import Role, thread_name
from brummer.model.event import Event

_E = TypeVar("_E", bound=Event)
_T = TypeVar("_T")

#: Seconds for which a drainer serves one mailbox before others get their turn.
_TURN: Final = 0.1

_FOREVER: Final = float("inf")


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

    Threads: never changed, only replaced; but for *known*, a memory of answers:
    two threads that miss the same one both work it out, to the same end.  It is
    kept together with the table, so an answer is never older than its question.
    """

    def __init__(self, table: tuple[tuple[type[Event], Mailbox], ...] = ()) -> None:
        self.table: Final = table
        self.known: Final[dict[type[Event], tuple[Mailbox, ...]]] = {}

    def find(self, kind: type[Event]) -> tuple[Mailbox, ...]:
        """Return the mailboxes for events of *kind*, and remember the answer."""
        boxes = tuple(box for wanted, box in self.table if issubclass(kind, wanted))
        self.known[kind] = boxes
        return boxes


#: Where nothing is known, and nothing is found: the routes of a closed bus.
_NOWHERE: Final = _Routes()


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
        self._health = health
        self._delivery = Delivery(
            Guard(health, self.publish),
            self.publish,
            is_timed=settings.enable_monitoring,
        )
        self._pool = (
            None
            if settings.fallback_mode
            else ThreadPoolExecutor(threads, initializer=_name_thread)
        )
        # Half of the threads at least are for events, whatever hangs aside.
        self._tasks = Tasks(most=max(1, threads // 2))
        self._lock = threading.Lock()
        #: Rebound under the lock, read without.
        self._routes = _Routes()
        #: The same table; stays when the bus is closed, for the metrics.
        self._table = self._routes.table
        # Written under the lock.
        self._is_open = True
        self._refused = 0
        self._busy = 0
        self._idle = threading.Condition(self._lock)

    def publish(self, event: Event) -> bool:
        """Hand *event* to every subscriber of its class; return if all will get it.

        ``False`` if the bus is closed or a queue was full and it was this event
        that gave way.  Waits at most 50 ms for a subscriber, and not at all in a
        receiver.
        """
        # These lines are paid for by every event; whatever is not usual is below.
        routes = self._routes
        boxes = routes.known.get(type(event))
        if boxes is None:
            if routes is _NOWHERE:
                return self._refuse()
            boxes = routes.find(type(event))
        is_taken = True
        for box in boxes:
            offer = box.put(event)
            if offer is not TAKEN:
                is_taken &= self._follow(box, event, offer)
        return is_taken

    def _refuse(self) -> bool:
        with self._lock:
            self._refused += 1
        return False

    def _follow(self, box: Mailbox, event: Event, offer: Offer) -> bool:
        """Do what *offer* asks for; return whether the event is taken."""
        if offer is Offer.FULL:
            answer = box.press(event, patient=not self._delivery.is_hurried)
            if answer.was_in_vain:
                self._delivery.crossed(f"queue block: {box.name}", PATIENCE, PATIENCE)
            offer = answer.offer
        if offer is Offer.FULL:
            return self._deliver_in_between(box, event)
        if offer is Offer.UNATTENDED:
            self._send_to(box)
        return offer is not Offer.DROPPED

    def _deliver_in_between(self, box: Mailbox, event: Event) -> bool:
        """Deliver on this thread what waits and then *event*: the synchronous policy.

        If somebody else is at it, *event* waits behind the rest, past the bound:
        delivering it here would break the order.
        """
        is_taken = box.push(event) is TAKEN
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
        accepts: Callable[[Any], object] = receiver
        box = self._mailbox(kind, accepts, name)
        self._health.add(name)
        with self._lock:
            self._route((*self._table, (kind, box)))
        return Subscription(name, lambda: self._cancel(box))

    def _mailbox(
        self, kind: type[Event], receiver: Callable[[Event], object], name: str
    ) -> Mailbox:
        policy, sizes = (
            Policy(self._settings.backpressure_strategy),
            self._settings.queue_sizes,
        )
        # Classes below *kind* that are made later get into its one queue.
        if kind.__subclasses__():
            return KeyedMailbox(name, receiver, policy, sizes=sizes)
        level = kind.priority
        return PlainMailbox(name, receiver, policy, level=level, size=sizes[level])

    def _route(self, table: tuple[tuple[type[Event], Mailbox], ...]) -> None:
        """Publish new routes; under the lock."""
        self._table = table
        if self._is_open:
            self._routes = _Routes(table)

    def _cancel(self, box: Mailbox) -> None:
        with self._lock:
            rest = tuple(row for row in self._table if row[1] is not box)
            self._route(rest)
        box.close()
        if all(other.name != box.name for _, other in rest):
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
        if self._pool is not None:
            try:
                # By a callback, as it is called for work that is cancelled too.
                self._pool.submit(work).add_done_callback(self._leave)
            except RuntimeError:
                # The pool is shut down, and then nothing is left to do; or the
                # system gives us no more threads.  Should one come later and do
                # the same work: it finds out that somebody was faster.
                pass
            else:
                return
        try:
            work()
        finally:
            self._leave()

    def _leave(self, _: object = None) -> None:
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
        is_at_work = True
        try:
            while is_at_work := box.stays():
                self._delivery.deliver(box)
                if time.monotonic() > until:
                    return
        finally:
            # Also if a KeyboardInterrupt takes this thread away: others go on.
            if is_at_work and box.hand_over():
                self._send_to(box)

    def metrics(self) -> BusMetrics:
        """Return what the bus has to do and has done.

        Costs no lock; numbers may stem from slightly different moments.
        """
        rows = tuple(box.metrics() for _, box in self._table)
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
            self._routes = _NOWHERE
            is_idle = self._idle.wait_for(lambda: not self._busy, timeout)
        self._tasks.close()
        for _, box in self._table:
            box.close()
        if self._pool is not None:
            self._pool.shutdown(wait=is_idle, cancel_futures=True)
        return is_idle


def _name_thread() -> None:
    threading.current_thread().name = thread_name(Role.BUS)


def _sums(rows: list[Counts]) -> Counts:
    high, medium, low = (sum(row[n] for row in rows) for n in range(3))
    return high, medium, low
