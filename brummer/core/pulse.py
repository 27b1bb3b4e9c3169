"""Letting coroutines wait for the next change of an instance."""

import asyncio
import contextlib


class Pulse:
    """Lets coroutines wait for the next change of the instance.

    Threads: :meth:`beat` is safe from any thread; everything else belongs to
    the loop.  Beats that come before the loop got round to the last one are
    merged, so a flood costs one call per turn of the loop, and nothing while nobody
    waits.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        #: True from a beat until the loop saw it.  Two threads that both find it
        #: false schedule two calls, which is as good as one.
        self._pending = False
        #: How many coroutines wait.
        self._waiting = 0
        #: Whether there was a beat that nobody waited for.  The beat sets it before
        #: it looks who waits; who waits looks at it after being counted.  So one of
        #: the two sees the other.
        self._is_missed = False
        self._has_ended = False

    @property
    def has_ended(self) -> bool:
        """Whether there was the last change of all: the instance ends."""
        return self._has_ended

    def end(self) -> None:
        """Wake everyone for the last time."""
        self._has_ended = True
        self._wake()

    def beat(self) -> None:
        """Wake everyone who waits."""
        self._is_missed = True
        if not self._waiting or self._pending or self._loop.is_closed():
            return
        self._pending = True
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            # The loop closed between the look and the call: nobody waits.
            self._pending = False

    def time(self) -> float:
        """Return the loop's time in seconds, which only ever grows."""
        return self._loop.time()

    def _wake(self) -> None:
        # Before waking, so that a change from here on beats again.
        self._pending = self._is_missed = False
        self._event.set()
        self._event = asyncio.Event()

    async def next(self, limit: float | None) -> None:
        """Return at the next change, or after *limit* seconds if there is a limit.

        At once if there was one that nobody has waited for.
        """
        event = self._event
        self._waiting += 1
        try:
            if self._is_missed:
                self._is_missed = False
                await asyncio.sleep(0)
                return
            # Not wait_for(): before Python 3.12 it can swallow the cancellation of
            # whoever waits, if the event comes at the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limit):
                    await event.wait()
        finally:
            self._waiting -= 1
