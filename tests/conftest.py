"""What every test has to leave behind: nothing."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from hypothesis import settings

from brummer.core.threads import PREFIX

# How long an example takes says more about the machine than about us.
settings.register_profile("brummer", deadline=None)
settings.load_profile("brummer")

# A shell starts what it runs in the background with SIGINT ignored, and children
# inherit that.  With a function of ours in its place they begin as usual.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Any port that is free: what runs on this machine must make no difference.
os.environ["BRUM_MCP_PORT"] = "0"

#: How long what a test stopped may take to be gone.
PATIENCE = 5.0


def leftover_threads() -> list[str]:
    """Return the names of our threads that still run."""
    return [t.name for t in threading.enumerate() if t.name.startswith(PREFIX)]


def has_children() -> bool:
    """Say whether this interpreter has a child, be it one that is over.

    The system knows that at once, while psutil reads about every process there
    is: twice for each test, that was more than most tests take.
    """
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return True
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def leftover_children() -> list[str]:
    """Return the command lines of living children of this interpreter."""
    if not has_children():
        return []
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{child.pid}: {' '.join(child.cmdline())}")
        except psutil.NoSuchProcess:
            continue
    return found


def reap() -> None:
    """Take leave of children that are over.

    A program that runs within this interpreter adopts what its processes leave, and
    looks after it only while it runs.  Hundreds of dead ones made the look for children
    slow, twice for each test that came later.
    """
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> Iterator[None]:
    """Fail a test that leaves a ``brum-*`` thread or a child process behind."""
    before = set(leftover_children())
    yield
    deadline = time.monotonic() + PATIENCE
    waiting = threading.Event()
    while left := leftover_threads() + sorted(set(leftover_children()) - before):
        if time.monotonic() > deadline:
            pytest.fail(f"left behind: {left}")
        waiting.wait(0.02)
    if sys.platform != "win32":
        reap()
