"""Signals to the one process that is meant, or to nobody.

A pid is read, and by the time the signal is sent it may be a stranger's.  On
Linux a pid descriptor closes that gap; elsewhere it is the few microseconds
between two calls, in which the kernel would have to hand out every other pid
first.
"""

import errno
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from brummer.process.row import Identity
from brummer.process.table import row

#: Why no descriptor can be opened, of whatever it may be.
_NONE_LEFT: Final = frozenset({errno.EMFILE, errno.ENFILE})

#: Reasons to do without pid descriptors: an old kernel, or none left to open.
_NO_DESCRIPTOR: Final = _NONE_LEFT | {errno.ENOSYS}

#: Seconds between two looks where the end of a process cannot be waited for.
_PAUSE: Final = 0.005


def lives(identity: Identity) -> bool:
    """Whether the process meant still runs; one that is only unreaped does not."""
    found = row(identity.pid)
    return found is not None and found.identity == identity and not found.zombie


def send(identity: Identity, number: int) -> bool:
    """Send a signal to the process meant; return whether it was there.

    A process that we may not signal (it changed its user) counts as not there.
    """
    return send_if(identity.pid, number, lambda: lives(identity))


def send_if(pid: int, number: int, meant: Callable[[], bool]) -> bool:
    """Send a signal to whoever has *pid* if that one is *meant*; return whether.

    *meant* looks at the process with that number in whichever way it likes.
    """
    with suppress(ProcessLookupError, PermissionError):
        descriptor = _descriptor(pid)
        try:
            # From here on the descriptor stands for whoever had the pid when it
            # was opened.  If that one is found to be meant, it is, and stays so
            # even if it ends and the number is given away.
            if meant():
                _deliver(descriptor, pid, number)
                return True
        finally:
            if descriptor is not None:
                os.close(descriptor)
    return False


def is_process(pid: int) -> bool:
    """Whether a number is a process's, and not only a thread's.

    False as well where the system cannot tell.

    :raises OSError: if there is no descriptor left to find out with.
    """
    if sys.platform == "linux":
        try:
            os.close(os.pidfd_open(pid))
        except OSError as error:
            if error.errno in _NONE_LEFT:
                raise
        else:
            return True
    return False


def wait_for_end(identities: Iterable[Identity], limit: float) -> None:
    """Return when all of them have ended, or after *limit* seconds."""
    deadline = time.monotonic() + limit
    for identity in identities:
        if (left := deadline - time.monotonic()) <= 0:
            return
        with suppress(ProcessLookupError):
            _wait(identity, left)


def _wait(identity: Identity, limit: float) -> None:
    """Wait for the end of one process."""
    descriptor = _descriptor(identity.pid)
    if descriptor is None:
        deadline = time.monotonic() + limit
        while lives(identity) and time.monotonic() < deadline:
            select.select([], [], [], _PAUSE)
        return
    try:
        if lives(identity):
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            poll.poll(limit * 1000)
    finally:
        os.close(descriptor)


def _descriptor(pid: int) -> int | None:
    """Return a descriptor for a process; ``None`` where the system has none.

    :raises ProcessLookupError: if there is no such process.
    """
    if sys.platform == "linux":
        try:
            return os.pidfd_open(pid)
        except OSError as error:
            if error.errno not in _NO_DESCRIPTOR:
                raise ProcessLookupError(pid) from error
    return None


def _deliver(descriptor: int | None, pid: int, number: int) -> None:
    """Send through the descriptor if there is one."""
    if sys.platform == "linux" and descriptor is not None:
        signal.pidfd_send_signal(descriptor, number)
    else:
        os.kill(pid, number)
