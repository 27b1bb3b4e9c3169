"""How other threads and signals reach the thread that draws."""

import contextlib
import os
import time
import weakref
from collections.abc import Callable
from typing import Final

import urwid

from brummer.core.threads import Role, on

#: Something may have changed.
_CHANGED: Final = b"!"


class Wakeup:
    """Lets any thread ask for one more refresh, and signals leave a note.

    Only a byte crosses the pipe; what changed is read from the instance, where
    the latest of it stands.  Wake-ups that arrive before the last one was
    served are merged, and refreshes keep a distance of one frame: a chatty
    process costs *rate* refreshes a second, an idle one nothing.

    Threads: :meth:`wake` and :meth:`note` are safe from any thread, and
    :meth:`note` from a signal handler too.  *refresh* and *noted* are called on
    the main thread.
    """

    def __init__(
        self,
        loop: urwid.MainLoop,
        *,
        rate: int,
        refresh: Callable[[], None],
        noted: Callable[[bytes], None],
    ) -> None:
        self._loop = loop
        self._distance = 1.0 / rate
        self._refresh = refresh
        self._noted = noted
        #: Whether a refresh is on its way.  Set by any thread, cleared by the
        #: main thread.  A plain flag will do: two threads that see it unset at
        #: once write two bytes, which are read as one.
        self._pending = False
        self._served = 0.0
        self._alarm: object = None
        self._pipe = loop.watch_pipe(self._on_bytes)
        # A full pipe means that a wake-up is on its way: nobody waits for room.
        os.set_blocking(self._pipe, False)
        # Whoever still holds this object may be just about to write, so the
        # descriptor, which would soon be another file's, stays ours until then.
        weakref.finalize(self, os.close, self._pipe)

    def wake(self) -> None:
        """Ask for one more refresh."""
        if not self._pending:
            self._pending = True
            self._write(_CHANGED)

    def note(self, byte: bytes) -> None:
        """Have *noted* called with *byte* soon, however busy the screen is."""
        self._write(byte)

    def _write(self, byte: bytes) -> None:
        # Broken: a thread that was not told yet wakes a screen that is gone.
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(self._pipe, byte)

    def close(self) -> None:
        """Take no more notice of anybody."""
        self._loop.remove_watch_pipe(self._pipe)

    def _on_bytes(self, data: bytes) -> None:
        assert on(Role.MAIN)
        for number in sorted(set(data) - set(_CHANGED)):
            self._noted(bytes([number]))
        # Also after notes alone: a wake-up may have found no room beside them.
        self._soon()

    def _soon(self) -> None:
        """Refresh now, or when the frame that was drawn last is old enough."""
        if self._alarm is not None:
            return
        left = self._served + self._distance - time.monotonic()
        if left <= 0:
            self._serve()
        else:
            # Not set_alarm_in(): it swallows what its callbacks raise.
            self._alarm = self._loop.event_loop.alarm(left, self._serve)

    def _serve(self) -> None:
        self._alarm = None
        self._served = time.monotonic()
        # Clear before refreshing: what arrives during the refresh needs another.
        self._pending = False
        self._refresh()
