"""The process table by psutil, for systems without ``/proc``."""

import os
from collections.abc import Callable

import psutil

from brummer.process.row import MARKER, Identity, Row


def table() -> dict[int, Row]:
    """Return all processes by pid, as they were within some milliseconds."""
    found = (row(pid) for pid in psutil.pids())
    return {line.pid: line for line in found if line}


def row(pid: int) -> Row | None:
    """Return the line of one process, ``None`` if there is none."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            status = process.status()
            return Row(
                Identity(pid, int(process.create_time() * 1_000_000)),
                process.ppid(),
                _of(os.getpgid, pid),
                _of(os.getsid, pid),
                process.name(),
                status == psutil.STATUS_ZOMBIE,
                status == psutil.STATUS_STOPPED,
            )
    except psutil.Error:
        return None


def marker(pid: int) -> str | None:
    """Return the marker in the environment of a process, ``None`` without one."""
    try:
        return psutil.Process(pid).environ().get(MARKER)
    except (psutil.Error, OSError):
        return None


def command(pid: int) -> str:
    """Return the command line of a process, empty if it is gone or not ours."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except (psutil.Error, OSError):
        return ""


def heeds(pid: int, number: int) -> bool:
    """Whether a process catches or ignores a signal: not told here, so perhaps."""
    del pid, number
    return True


def epoch() -> str:
    """Return what pids and start times belong to: this machine.

    Start times count from the epoch here, so that a boot does not matter.
    """
    return os.uname().nodename


def newest() -> int:
    """Return 0: which number was handed out last is not told here."""
    return 0


def highest() -> int:
    """Return 0, as :func:`newest` does."""
    return 0


def _of(ask: Callable[[int], int], pid: int) -> int:
    """Return the group or session of a process, 0 where that is not told."""
    try:
        return ask(pid)
    except OSError:
        return 0
