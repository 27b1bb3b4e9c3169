"""Two ways from many threads to the one writer of the log."""

import threading
from collections import deque
from typing import Final, NamedTuple, Protocol

from typing_extensions import override

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import Clock
from brummer.core.threads import Role, on, spawn
from brummer.logs.inbox import Inbox
from brummer.logs.writer import End, Item, LogWriter, Output

#: The shortest wait (seconds): less than anybody notices.
_MOMENT: Final = 0.001

_STOP: Final = None  # put last by finish(); everything before it is still stored


class Traffic(NamedTuple):
    """How busy a lane is.

    *waiting* items and *waiting_bytes* are on their way; *blocked* counts how
    often one had to wait for room, *refused* those that came after the end.
    """

    waiting: int = 0
    waiting_bytes: int = 0
    blocked: int = 0
    refused: int = 0


class Lane(Protocol):
    """Carries items to the writer.

    Threads: all methods are safe from any thread, none from a signal handler.
    """

    def put(self, item: Item) -> None:
        """Hand over *item*; waits while there is no room."""

    def urge(self, item: Item) -> None:
        """Hand over *item*, in its turn, and return at once."""

    def finish(self) -> None:
        """Begin the end, and return at once: what was put before is still stored."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; return whether it came."""

    def traffic(self) -> Traffic:
        """Return how busy it is."""


class QueueLane(Lane):
    """A bounded queue, and the log thread that empties it.

    Threads: :meth:`put` waits while *buffer_size* items or 4 MiB wait.  That
    is meant: it stops the pump, which stops the children.  The writer is called
    on the log thread only.
    """

    def __init__(
        self, writer: LogWriter, settings: LogStoreSettings, clock: Clock
    ) -> None:
        self._writer = writer
        self._batch_size = settings.batch_size
        self._interval = settings.timeout_ms / 1000
        self._clock = clock
        self._inbox: Inbox[Item | None] = Inbox(settings.buffer_size, _size)
        # The log thread's.
        self._is_stopped = False
        self._flushed = clock.monotonic() - self._interval
        self._thread = spawn(Role.LOG, self._run)

    @override
    def put(self, item: Item) -> None:
        if threading.get_ident() == self._thread.ident:
            # Something that the writer told led back here.  Waiting for room
            # would be waiting for ourselves.
            self._inbox.urge(item)
        else:
            self._inbox.put(item)

    @override
    def urge(self, item: Item) -> None:
        self._inbox.urge(item)

    @override
    def finish(self) -> None:
        self._inbox.urge(_STOP)

    @override
    def join(self, timeout: float | None = None) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @override
    def traffic(self) -> Traffic:
        inbox = self._inbox
        return Traffic(inbox.depth, inbox.waiting_bytes, inbox.blocked, inbox.refused)

    def _run(self) -> None:
        """Write until the end."""
        assert on(Role.LOG)
        while not self._is_stopped:
            self._gather()
            self._writer.flush()
            self._flushed = self._clock.monotonic()
        # Who put something after finish(), or waited with it, is not let down.
        self._take(self._inbox.refuse())
        self._writer.flush()

    def _gather(self) -> None:
        """Take one batch.

        What comes after a pause is a batch of its own, so a lone read is seen
        at once.  What comes within the interval after a batch waits for the
        rest of the interval, or until it is many: so readers see 20 versions a
        second, and not one for each read of a chatty process.  If nothing comes
        while the writer waits for something, it is told so.
        """
        left = self._batch_size
        wait = self._writer.patience
        if wait is not None:
            # A wait of nothing at all would be no first look.
            wait = max(wait, _MOMENT)
        while left > 0 and (wait is None or wait > 0):
            items = self._inbox.take(left, wait)
            if not items or self._take(items):
                return
            left -= len(items)
            wait = self._flushed + self._interval - self._clock.monotonic()

    def _take(self, items: list[Item | None]) -> bool:
        """Store *items*; return whether they include an end, which is urgent."""
        is_urgent = False
        for item in items:
            if item is None:
                self._is_stopped = is_urgent = True
            else:
                self._writer.take(item)
                is_urgent = is_urgent or isinstance(item, End)
        return is_urgent


class DirectLane(Lane):
    """No thread: whoever puts an item writes it, for diagnosis.

    Threads: there really are several writers here, so they take turns with a plain
    lock.  Nobody comes by when nothing is put, so a finding that waits for more lines
    waits until something is.  What the writer tells may lead back to :meth:`put` on
    the same thread; that only leaves its item behind, for the loop below it on the
    stack.  Whether we are in such a call is asked by comparing *owner* with our own
    identity: only we ourselves can have set it to that.
    """

    def __init__(self, writer: LogWriter) -> None:
        self._writer = writer
        self._items: deque[Item] = deque()
        self._turn = threading.Lock()
        #: Who writes; written by whoever holds the lock.
        self._owner = 0
        self._is_closed = False
        self._refused = 0

    @override
    def put(self, item: Item) -> None:
        self._items.append(item)
        if self._owner != threading.get_ident():
            with self._turn:
                self._write()
            self._look_again()

    @override
    def urge(self, item: Item) -> None:
        self._items.append(item)
        self._look_again()

    def _look_again(self) -> None:
        """Write what waits, unless somebody is writing.

        Whoever could not have the lock leaves an item behind: either the loop of
        its owner sees it, or the owner does here, after letting go of the lock.
        So everybody has to come by here who lets go of it.
        """
        while self._items and self._turn.acquire(blocking=False):
            try:
                self._write()
            finally:
                self._turn.release()

    @override
    def finish(self) -> None:
        # On our own thread we hold the lock already, and what is left is written
        # by the loop below us.
        if self._owner == threading.get_ident():
            self._is_closed = True
            return
        with self._turn:
            self._write()
            self._is_closed = True
        self._look_again()

    @override
    def join(self, timeout: float | None = None) -> bool:
        return self._is_closed

    @override
    def traffic(self) -> Traffic:
        return Traffic(waiting=len(self._items), refused=self._refused)

    def _write(self) -> None:
        """Write what waits, and whatever is put while we do; under the lock."""
        self._owner = threading.get_ident()
        # Whether it is the end is asked once: who ends it from within a call of
        # the writer's still has written what was put before.
        is_closed = self._is_closed
        try:
            while self._items:
                item = self._items.popleft()
                if is_closed:
                    self._refused += 1
                else:
                    self._writer.take(item)
                    self._writer.flush()
        finally:
            self._owner = 0


def _size(item: Item | None) -> int:
    """Return how many bytes of output *item* holds."""
    return len(item.data) if isinstance(item, Output) else 0
