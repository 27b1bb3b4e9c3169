"""Waiting in tests: on something, with a limit, and never just for a while."""

import threading
import time
from collections.abc import Callable

#: Long enough for a busy machine; a test that works never waits for it.
LIMIT = 10.0


def wait_until(condition: Callable[[], object], *, limit: float = LIMIT) -> None:
    """Return as soon as *condition* holds.

    For conditions that nobody announces; use an event or a future where there
    is one.

    :raises AssertionError: if it does not within *limit* seconds.
    """
    deadline = time.monotonic() + limit
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still false after {limit} s: {condition}")
        pause.wait(0.005)
