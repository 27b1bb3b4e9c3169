"""Somebody who waits too long for a lock."""

import threading

from brummer.core.lock import LOCK_WAIT, MeasuredLock
from tests.support.wait import LIMIT


def contend(lock: MeasuredLock) -> None:
    """Keep a thread waiting for *lock* until the lock has noticed.

    Nobody can tell that the thread stands at the lock already, so on a busy
    machine it takes several attempts.
    """
    while not lock.slow:
        arriving, leaving = threading.Event(), threading.Event()

        def enter(arriving: threading.Event, leaving: threading.Event) -> None:
            arriving.set()
            with lock:
                leaving.set()

        thread = threading.Thread(target=enter, args=(arriving, leaving))
        with lock:
            thread.start()
            assert arriving.wait(LIMIT)
            came_in = leaving.wait(LOCK_WAIT * 3)
        thread.join(LIMIT)
        assert not came_in
