"""The process table as ``/proc`` shows it, by :manpage:`proc(5)`.

Read directly because a look at the whole table is on the way of every stop:
one ``read`` per process, where psutil takes five.
"""

import errno
import os
from typing import Final

from brummer.process.row import MARKER, Identity, Row

#: Larger than any ``stat`` and nearly every environment; the rest is read on.
_READ: Final = 64 * 1024

#: What reading says of a process that is gone, or another user's.  Anything
#: else, such as no descriptor left, must not pass for "there is none".
_ABSENT: Final = frozenset({errno.ENOENT, errno.ESRCH, errno.EACCES, errno.EPERM})

#: Where fields are after the closing bracket of the name, which is field 2.
_STATE: Final = 0
_PARENT: Final = 1
_GROUP: Final = 2
_SESSION: Final = 3
_START: Final = 19


def table() -> dict[int, Row]:
    """Return all processes by pid, as they were within a few milliseconds."""
    with os.scandir("/proc") as entries:
        pids = [int(entry.name) for entry in entries if entry.name.isdigit()]
    return {pid: found for pid in pids if (found := row(pid))}


def row(pid: int) -> Row | None:
    """Return the line of one process, ``None`` if there is none."""
    stat = _contents(f"/proc/{pid}/stat")
    # The name may hold blanks and brackets of its own; the last one is ours.
    opening, closing = stat.find(b"("), stat.rfind(b")")
    if closing < 0:
        return None
    fields = stat[closing + 2 :].split()
    state = fields[_STATE]
    return Row(
        Identity(pid, int(fields[_START])),
        int(fields[_PARENT]),
        int(fields[_GROUP]),
        int(fields[_SESSION]),
        os.fsdecode(stat[opening + 1 : closing]),
        state in b"ZX",
        state == b"T",
    )


def marker(pid: int) -> str | None:
    """Return the marker in the environment of a process, ``None`` without one.

    Also ``None`` for processes of other users and for those that wrote over
    their environment to change their title.
    """
    key = f"{MARKER}=".encode()
    for entry in _contents(f"/proc/{pid}/environ").split(b"\0"):
        if entry.startswith(key):
            return os.fsdecode(entry[len(key) :])
    return None


def command(pid: int) -> str:
    """Return the command line of a process, empty if it is gone or not ours."""
    line = _contents(f"/proc/{pid}/cmdline").rstrip(b"\0")
    return os.fsdecode(line.replace(b"\0", b" "))


def heeds(pid: int, number: int) -> bool:
    """Whether a process catches or ignores a signal, or is gone.

    Else it does what the system does by default.
    """
    masks = [
        int(line.split()[1], 16)
        for line in _contents(f"/proc/{pid}/status").splitlines()
        if line.startswith((b"SigIgn:", b"SigCgt:"))
    ]
    return not masks or any(mask >> (number - 1) & 1 for mask in masks)


def epoch() -> str:
    """Return what pids and start times belong to: this boot, this namespace."""
    boot = _contents("/proc/sys/kernel/random/boot_id").strip().decode()
    descriptor = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return f"{boot} {os.fstat(descriptor).st_ino}"
    finally:
        os.close(descriptor)


def newest() -> int:
    """Return the number that was handed out last, to a process or a thread.

    They are handed out in rising order, from the lowest again after the
    :func:`highest`.  0 where the system does not tell.
    """
    fields = _contents("/proc/loadavg").split()
    return int(fields[-1]) if fields else 0


def highest() -> int:
    """Return the highest number that is handed out."""
    return int(_contents("/proc/sys/kernel/pid_max") or 1) - 1


def _contents(path: str) -> bytes:
    """Return a whole file of ``/proc``; empty if its process is gone or hidden."""
    try:
        return _read(path)
    except OSError as error:
        if error.errno in _ABSENT:
            return b""
        raise


def _read(path: str) -> bytes:
    """Return a whole file of ``/proc``, where a short read is the last one."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.read(descriptor, _READ)]
        while len(parts[-1]) == _READ:
            parts.append(os.read(descriptor, _READ))
        return b"".join(parts)
    finally:
        os.close(descriptor)
