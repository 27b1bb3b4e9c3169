"""What an instance runs, on disk, for whoever comes after it was killed.

One file per instance, lines of JSON that are only ever appended, so that a kill
in the middle costs at most the last line.  The first says whose ledger it is,
every other one that a process is expected, runs (``pid``, ``start``), or is gone
(``ended``).
"""

import errno
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Self

from brummer.model.process import ProcessId
from brummer.process.draft import replacing, tidy
from brummer.process.row import Identity
from brummer.process.table import epoch, row

#: What the health table calls it.
COMPONENT: Final = "ledger"

#: Lines after which the file is written anew without what is gone.
_LINES: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose ledger a file is.

    *epoch* says within which boot and namespace pids mean anything, *host* on
    which machine.
    """

    instance: str
    pid: int
    start: int
    epoch: str
    host: str

    @classmethod
    def ourselves(cls, instance: str) -> Self:
        """Return the owner that this process is."""
        own = row(os.getpid())
        assert own is not None, "we are in the process table"
        pid, start = own.identity
        return cls(instance=instance, pid=pid, start=start, epoch=epoch(), host=host())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recorded tree; *since* is in seconds since the epoch."""

    process: ProcessId
    mark: str
    command: str
    since: float
    pid: int | None = None
    start: int | None = None

    @property
    def identity(self) -> Identity | None:
        """Who the root was; ``None`` if we were killed before that was noted."""
        if self.pid is None or self.start is None:
            return None
        return Identity(self.pid, self.start)


def host() -> str:
    """Return which machine, or container, we are on."""
    return os.uname().nodename


class Ledger:
    """Keeps the file of one running instance.

    Without a file that can be written the program works on; *report* is told
    so, with the name of the component, once until it succeeds again.

    Threads: the supervisor thread only; the constructor and :meth:`close` when
    that thread does not run.
    """

    def __init__(
        self, path: Path, instance: str, report: Callable[[str, str], object]
    ) -> None:
        self._path = path
        self._owner = Owner.ourselves(instance)
        self._report = report
        self._entries: dict[ProcessId, Entry] = {}
        self._file: int | None = None
        self._lines = 0
        self._failing = False
        tidy(path.parent)
        self._attempt(self._rewrite)

    def expect(self, process: ProcessId, mark: str, command: str) -> None:
        """Note a child that is about to be started."""
        entry = Entry(process=process, mark=mark, command=command, since=time.time())
        self._entries[process] = entry
        self._append(asdict(entry))

    def record(self, process: ProcessId, identity: Identity) -> None:
        """Note who the expected child is."""
        pid, start = identity
        entry = replace(self._entries[process], pid=pid, start=start)
        self._entries[process] = entry
        self._append(asdict(entry))

    def forget(self, process: ProcessId) -> None:
        """Note that nothing of a child is left."""
        if self._entries.pop(process, None):
            self._append({"ended": process})

    def close(self) -> None:
        """Remove the file, unless something still runs that it is needed for."""
        if not (self._entries or self._is_lost()):
            self._path.unlink(missing_ok=True)
        self._let_go()

    def _append(self, line: Mapping[str, object]) -> None:
        """Write one line; anew with all others if the last attempt failed."""
        if self._is_lost() or self._failing or self._lines >= _LINES:
            self._attempt(self._rewrite)
        else:
            self._attempt(lambda: self._write(_line(line)))

    def _attempt(self, action: Callable[[], None]) -> None:
        """Do something with the file that may fail."""
        try:
            action()
        except OSError as error:
            if not self._failing:
                self._report(COMPONENT, f"cannot write {self._path}: {error.strerror}")
            self._failing = True
        else:
            self._failing = False

    def _rewrite(self) -> None:
        """Put a new file, with only what still holds, in the place of the old."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._let_go()
        with replacing(self._path) as draft:
            self._file = os.open(draft, flags, 0o600)
            lines = [asdict(self._owner), *map(asdict, self._entries.values())]
            self._write(b"".join(map(_line, lines)))
        self._lines = len(lines)

    def _write(self, data: bytes) -> None:
        """Append to the file, whole or not at all."""
        assert self._file is not None, "opened by _rewrite"
        if os.write(self._file, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._lines += 1

    def _is_lost(self) -> bool:
        """Whether somebody removed the file; its descriptor would not tell."""
        return self._file is None or os.fstat(self._file).st_nlink == 0

    def _let_go(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a ledger says at this moment."""

    owner: Owner
    entries: tuple[Entry, ...]


def read(path: Path) -> Account | None:
    """Return what a ledger says; ``None`` if it is none, or not readable.

    Lines that make no sense are left out: the last one may be half written.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return None
    records = [record for line in lines if (record := _record(line))]
    owner = _owner(records[0]) if records else None
    if owner is None:
        return None
    entries: dict[str, Entry] = {}
    for record in records[1:]:
        if isinstance(ended := record.get("ended"), str):
            entries.pop(ended, None)
        if entry := _entry(record):
            entries[entry.process] = entry
    return Account(owner=owner, entries=tuple(entries.values()))


def _line(record: Mapping[str, object]) -> bytes:
    """Return a record as a line of the file."""
    return json.dumps(record).encode() + b"\n"


def _record(line: bytes) -> dict[str, object] | None:
    """Return a line of the file as a record."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _owner(record: Mapping[str, object]) -> Owner | None:
    """Return the first line's value."""
    match record:
        case {
            "instance": str(instance),
            "pid": int(pid),
            "start": int(start),
            "epoch": str(epoch),
            "host": str(host),
        }:
            return Owner(
                instance=instance, pid=pid, start=start, epoch=epoch, host=host
            )
    return None


def _entry(record: Mapping[str, object]) -> Entry | None:
    """Return the value of a line about a process that is not gone."""
    match record:
        case {
            "process": str(process),
            "mark": str(mark),
            "command": str(command),
            "since": float(since),
            "pid": int() | None as pid,
            "start": int() | None as start,
        }:
            return Entry(
                process=ProcessId(process),
                mark=mark,
                command=command,
                since=since,
                pid=pid,
                start=start,
            )
    return None
