"""Plugins that offer something else to agents than before."""

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Final

logger: Final = logging.getLogger(__name__)

#: Runs a function on a worker.
Aside = Callable[[Callable[[], None]], Future[None]]


class Renewal:
    """Has what plugins offer read again when one says so.

    Before there is a server nothing is to be done: it reads what there is then.  What
    is asked for while it is read is read once more, and once for however many asked.

    Threads: any.  The lock guards whether somebody reads, and is held for some steps;
    of workers there is one at a time.
    """

    def __init__(self, aside: Aside) -> None:
        """Read on workers of *aside*."""
        self._aside = aside
        self._lock: Final = Lock()
        #: All written under the lock.
        self._read: Callable[[], object] | None = None
        self._is_wanted = False
        self._is_reading = False
        #: Rebound once, by the server's thread.
        self._touch: Callable[[str], object] = _nobody

    def open(self, read: Callable[[], object], touch: Callable[[str], object]) -> None:
        """Have *read* called from now on, and *touch* with addresses of resources."""
        self._touch = touch
        with self._lock:
            self._read = read
        self._begin()

    def ask(self) -> None:
        """Have it read soon."""
        with self._lock:
            self._is_wanted = True
        self._begin()

    def touch(self, uri: str) -> None:
        """Say that there is something new in a resource."""
        self._touch(uri)

    def _begin(self) -> None:
        with self._lock:
            if self._is_reading or not self._is_wanted or self._read is None:
                return
            self._is_reading = True
        # At the end of the program there are no workers, and no agents.
        with contextlib.suppress(RuntimeError):
            self._aside(self._work)

    def _work(self) -> None:
        while (read := self._next()) is not None:
            try:
                read()
            except Exception:
                logger.exception("what plugins offer was not read again")

    def _next(self) -> Callable[[], object] | None:
        """Return what is to be called, ``None`` if nobody asks for it any more."""
        with self._lock:
            self._is_reading = self._is_wanted
            self._is_wanted = False
            return self._read if self._is_reading else None


def _nobody(_: str) -> None:
    """Tell nobody: nobody has come."""
