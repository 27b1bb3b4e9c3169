"""Notifications that wait for one plugin."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from brummer.errors import BrummerError

#: Runs a task on a thread of the plugin's.
Run = Callable[[Callable[[], None]], Future[None]]

#: Notifications that may wait for a busy plugin.
CAPACITY: Final = 1_000

#: Deliveries after which the thread is given back for a moment, so that much to
#: read does not keep a plugin from being asked.  The number is arbitrary.
SLICE: Final = 50


class Delivery:
    """Delivers notifications to one plugin: in order, and one at a time.

    At most one thread is ever inside a plugin's notifications, however many
    events there are.  A plugin that hangs therefore costs one thread and its own
    later notifications, and no other plugin notices.

    Threads: :meth:`put` and :meth:`close` are safe from any thread and never
    wait for the plugin; deliveries run where *run* runs them.
    """

    def __init__(self, run: Run, capacity: int = CAPACITY) -> None:
        self._run_aside: Final = run
        self._capacity: Final = capacity
        self._waiting: Final[deque[Callable[[], None]]] = deque()
        #: Several bus workers put and one delivers; the lock covers a few steps
        #: on the queue and the three values below, never the plugin's own code.
        self._lock: Final = threading.Lock()
        self._running = False
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many notifications were never delivered."""
        return self._dropped

    def put(self, deliver: Callable[[], None]) -> None:
        """Let *deliver* be called soon; when full, the oldest one gives way."""
        with self._lock:
            if self._closed:
                self._dropped += 1
                return
            starts = self._admit(deliver)
        if starts:
            self._send()

    def close(self, deliver: Callable[[], None]) -> bool:
        """Let *deliver* be the last call; answer whether it was still time."""
        with self._lock:
            if self._closed:
                return False
            self._closed = True
            starts = self._admit(deliver)
        if starts:
            self._send()
        return True

    def _admit(self, deliver: Callable[[], None]) -> bool:
        """Queue *deliver*; return whether somebody has to be sent to deliver it."""
        # The newest is worth most: it says how things are now.
        if len(self._waiting) == self._capacity:
            self._waiting.popleft()
            self._dropped += 1
        self._waiting.append(deliver)
        starts = not self._running
        self._running = True
        return starts

    def _run(self) -> None:
        try:
            self._deliver_some()
        finally:
            self._go_on()

    def _deliver_some(self) -> None:
        for _ in range(SLICE):
            with self._lock:
                if not self._waiting:
                    return
                deliver = self._waiting.popleft()
            deliver()

    def _go_on(self) -> None:
        with self._lock:
            # A put() since the last look saw a running delivery and relied on
            # this: only under the lock may the delivery stop running.
            if not self._waiting:
                self._running = False
                return
        self._send()

    def _send(self) -> None:
        sent = self._run_aside(self._run)
        error = sent.exception() if sent.done() else None
        if error is None:
            return
        if not isinstance(error, BrummerError):
            # Only what is taken strictly gets here.
            raise error
        # It is the end: nobody will ever read what waits.
        with self._lock:
            self._dropped += len(self._waiting)
            self._waiting.clear()
            self._running = False
