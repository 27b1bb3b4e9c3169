"""Letting the screen go first."""

import threading
import time
from typing import Final

#: Seconds for which each claim holds at most: a frame that waits for a slow terminal
#: needs no processor.
FRAME: Final = 0.03


class Precedence:
    """Has whoever serves many wait a moment while a frame of the screen is made.

    One thread runs Python at a time.  One that always has work lets go after 5 ms, or
    when it asks the system for something, and then others may be faster: a frame, which
    asks the system a dozen times, waited for each of these anew.  So who has work
    without an end asks between two pieces of it, and waits until the frame is done.

    Threads: the main thread claims, releases and resigns, any other respects.  Numbers
    and flags are read whole: who reads an old one does one more piece of work first,
    or waits for a release that may have been, and then no longer than a frame.  The
    event's lock is held for some instructions only, by nobody who does anything else.
    """

    def __init__(self) -> None:
        #: Written by the main thread: until when it goes first, by the monotonic clock.
        self._until = 0.0
        self._released = threading.Event()
        #: Whether there is a screen; written by the main thread.
        self.is_wanted = False

    def claim(self) -> None:
        """Go first from now on, for a frame's time at most."""
        self.is_wanted = True
        self._released.clear()
        self._until = time.monotonic() + FRAME

    def release(self) -> None:
        """Let others work."""
        self._until = 0.0
        self._released.set()

    def resign(self) -> None:
        """Go first no more: there is no screen."""
        self.is_wanted = False
        self.release()

    def respect(self) -> None:
        """Return when nobody goes first, or has for long enough.

        One frame may follow the other, as when a page of text is pasted: between two
        all get their turn.
        """
        left = self._until - time.monotonic()
        if left > 0:
            self._released.wait(left)
