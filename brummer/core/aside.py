"""Functions that run aside: hooks, launches, commands that take their time."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, NamedTuple, TypeVar

from brummer.core.guard import attempt
from brummer.errors import BrummerError

_T = TypeVar("_T")

#: Tasks that may wait to be run.
MAX_TASKS: Final = 500


def settle(future: Future[_T], function: Callable[[], _T]) -> None:
    """Put what *function* returns or raises into *future*.

    A KeyboardInterrupt is put there too, or who waits would do so for ever; then
    it goes its way.
    """
    try:
        _, error = attempt(lambda: future.set_result(function()))
    except KeyboardInterrupt as interrupt:
        future.set_exception(interrupt)
        raise
    if error is not None:
        future.set_exception(error)


class _Task(NamedTuple):
    run: Callable[[], object]
    refuse: Callable[[str], object]


class Tasks:
    """Runs functions on borrowed threads, at most *most* of them at once.

    The rest waits its turn, in order; what comes when :data:`MAX_TASKS` wait is
    refused.  So functions that hang -- a plugin's, say -- never take the last
    threads from those who deliver events.

    Threads: :meth:`add` and :meth:`close` are safe from any; the lock guards the
    queue and the count, and is never held while anything is run.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Task] = deque()
        self._running = 0
        #: How many of those have been asked for and have not come yet.
        self._due = 0
        self._is_open = True

    @property
    def waiting(self) -> int:
        """How many wait for a thread."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many threads are at work."""
        return self._running

    def add(self, function: Callable[[], _T]) -> tuple[Future[_T], bool]:
        """Queue *function*; return its future, and whether to send a thread.

        A future that is cancelled before its turn is never run.
        """
        future: Future[_T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                settle(future, function)

        def refuse(reason: str) -> None:
            if future.set_running_or_notify_cancel():
                future.set_exception(BrummerError(reason))

        with self._lock:
            is_full = len(self._waiting) >= MAX_TASKS
            is_in = self._is_open and not is_full
            if is_in:
                self._waiting.append(_Task(run, refuse))
            needs_thread = is_in and self._running < self._most
            self._running += needs_thread
            self._due += needs_thread
        if not is_in:
            refuse("too much is waiting to be run" if is_full else "it is the end")
        return future, needs_thread

    def work(self) -> None:
        """Run what waits until nothing does; for the threads that were asked for.

        One that comes in place of another that could not, or after it, does
        nothing.
        """
        with self._lock:
            if not self._due:
                return
            self._due -= 1
        self._go_on()

    def _go_on(self) -> None:
        is_at_work = True
        try:
            while is_at_work := (task := self._next()) is not None:
                task.run()
        finally:
            if is_at_work:
                # A KeyboardInterrupt is on its way; nobody else would do the rest.
                self._go_on()

    def _next(self) -> _Task | None:
        """Return the next task; if there is none, the caller is at work no more."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            # In the same step: who adds a task from now on asks for a thread.
            self._running -= 1
            return None

    def forgo(self, reason: str) -> None:
        """Do without a thread that was asked for and cannot be had.

        If no other one is at work, what waits is refused for that *reason*.
        """
        lost: tuple[_Task, ...] = ()
        with self._lock:
            if self._due:
                self._due -= 1
                self._running -= 1
            if not self._running:
                lost = tuple(self._waiting)
                self._waiting.clear()
        for task in lost:
            task.refuse(reason)

    def close(self) -> None:
        """Refuse what waits, and what comes."""
        with self._lock:
            self._is_open = False
            lost = tuple(self._waiting)
            self._waiting.clear()
        for task in lost:
            task.refuse("Brummer has ended before it was run")
