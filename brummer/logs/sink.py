"""Where output is printed to, without being held there for good."""

import os
import select
import stat
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from brummer.logs import ansi


class Sink:
    """A file descriptor to print to.

    A terminal behind a dropped line, or a pager that nobody scrolls, takes no
    bytes for hours, and a plain ``write`` would hang as long.  Making the
    descriptor itself non-blocking is no way out: that flag belongs to the open
    file, so the shell and every other program on the terminal would get it as
    well.  So we open the terminal or pipe once more, for ourselves, where the
    system lets us; elsewhere we wait until there is room and write no more than
    surely fits.

    *environment* says whether a terminal gets colours (``NO_COLOR``, ``TERM``).

    Threads: one thread writes; see :class:`brummer.logs.printer.Printer`.
    """

    def __init__(self, descriptor: int, environment: Mapping[str, str]) -> None:
        #: Whether nobody can ever see what is written: it need not look like anything.
        self.is_void = _is_void(descriptor)
        self._own = _reopened(descriptor)
        self._descriptor = descriptor if self._own is None else self._own
        may_wait = not self.is_void and self._own is None and _may_wait(descriptor)
        #: Bytes at once, ``None`` for any number.
        self._portion = select.PIPE_BUF if may_wait else None
        self.clean: Callable[[bytes], bytes] = (
            ansi.keep_colour if _has_colour(descriptor, environment) else ansi.strip
        )

    def write(self, data: memoryview, timeout: float) -> int:
        """Write *data* as far as there is room; return how many bytes were written.

        Waits for room up to *timeout* seconds.

        :raises OSError: if nothing more can be written (``EPIPE``, ``ENOSPC``).
        """
        deadline = time.monotonic() + timeout
        written = 0
        while written < len(data) and (not written or time.monotonic() < deadline):
            if self._portion is not None and not self._has_room(deadline):
                break
            end = None if self._portion is None else written + self._portion
            try:
                written += os.write(self._descriptor, data[written:end])
            except BlockingIOError:
                if not self._has_room(deadline):
                    break
        return written

    def close(self) -> None:
        """Close what we opened; the descriptor that was given stays open."""
        if self._own is not None:
            os.close(self._own)
            self._own = None

    def _has_room(self, deadline: float) -> bool:
        """Wait until something can be written; return whether it can."""
        left = max(0.0, deadline - time.monotonic())
        return bool(select.select([], [self._descriptor], [], left)[1])


def _has_colour(descriptor: int, environment: Mapping[str, str]) -> bool:
    """Whether colours make sense there; see https://no-color.org for the variable."""
    if environment.get("NO_COLOR") or environment.get("TERM", "dumb") == "dumb":
        return False
    return os.isatty(descriptor)


def _is_void(descriptor: int) -> bool:
    """Whether this is the null device, as for a program in the background."""
    try:
        here, null = os.fstat(descriptor), Path(os.devnull).stat()
    except OSError:
        return False
    return stat.S_ISCHR(here.st_mode) and here.st_rdev == null.st_rdev


def _may_wait(descriptor: int) -> bool:
    """Whether a write there may have to wait for a reader."""
    try:
        return not stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError:  # It is closed; the first write will say so.
        return False


def _reopened(descriptor: int) -> int | None:
    """Return a non-blocking descriptor of our own for the same terminal or pipe.

    ``None`` where there is none to have: files, sockets, a terminal of another
    user, pipes on systems whose ``/dev/fd`` only duplicates.
    """
    try:
        there = os.fstat(descriptor)
        if os.isatty(descriptor):
            path = os.ttyname(descriptor)
        elif stat.S_ISFIFO(there.st_mode) and sys.platform == "linux":
            path = f"/proc/self/fd/{descriptor}"
        else:
            return None
        own = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
    here = os.fstat(own)
    # In a container the name may lead to somebody else's terminal.
    if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
        return own
    os.close(own)
    return None
