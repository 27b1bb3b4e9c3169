"""Making sure that an instance lives while it is asked something."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, Self

#: Seconds without a word after which somebody wonders.  Nearly every call is answered
#: sooner; and it is less than an instance has to answer in, so that it is known at the
#: end of that whether somebody still waits.
QUIET: Final = 2.0


class Heard(Protocol):
    """Something that gives signs of life."""

    @property
    def heard(self) -> float:
        """When it last gave one (the loop's time)."""


class Vigil:
    """Calls *nudge* again and again while *link* is silent, from enter to exit.

    A timer and no task: there is one for each call.

    Threads: the loop's.
    """

    def __init__(self, link: Heard, nudge: Callable[[], object]) -> None:
        self._link = link
        self._nudge = nudge
        self._loop = asyncio.get_running_loop()
        #: When it began, or last nudged.
        self._last = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._wait()
        return self

    def _wait(self) -> None:
        due = max(self._last, self._link.heard) + QUIET
        self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        if now >= max(self._last, self._link.heard) + QUIET:
            self._last = now
            self._nudge()
        self._wait()

    def __exit__(self, *_: object) -> None:
        """End."""
        if self._timer is not None:
            self._timer.cancel()
