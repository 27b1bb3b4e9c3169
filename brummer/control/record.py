"""Instance files: how a running Brummer is found.

One JSON file per instance, ``ID.json``, in a directory that only its owner can
read.  The fields are the original program's, and ``token``, ``protocol``,
``control_socket`` and ``process_info.started``, ``start`` and ``epoch`` beside
them.  ``port`` is the MCP server's, 0 while there is none.  ``ssh`` is put in by
the user, in a copy of a file from another machine: how ssh reaches that.
"""

import contextlib
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import psutil

from brummer.control.protocol import PROTOCOL
from brummer.errors import BrummerError
from brummer.process.aim import lives
from brummer.process.draft import replacing, tidy
from brummer.process.row import Identity
from brummer.process.table import epoch, row

#: An instance renews its file this often, and that often looks whether it is still
#: there (seconds).
PING_INTERVAL: Final = 30.0
LOOK_INTERVAL: Final = 2.0

#: Start times of one process read twice may differ by rounding (seconds).
_SAME_START: Final = 1.0

#: What may stand in an instance id, and so in a file's name.
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class AbsentError(BrummerError):
    """What is asked for is not there, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRecord:
    """What an instance tells about itself.

    *pid* and *start* are an :class:`~brummer.process.row.Identity`, which tells
    this process from a later one with the same pid, within *epoch*.  *started* is
    the same in seconds since 1970, for readers that have only that; it seems to
    change when somebody sets the clock.  Files of older versions have no other.
    """

    id: str
    name: str
    directory: Path
    pid: int
    started: float
    started_at: datetime
    last_ping: datetime
    control_socket: str
    token: str
    start: int = 0
    epoch: str = ""
    port: int = 0
    protocol: int = PROTOCOL
    executable: str = sys.executable
    ssh: str = ""

    @classmethod
    def of_this_process(cls, folder: Path, socket: str, *, id_: str) -> Self:
        """Return a record for the running interpreter, working in *folder*."""
        now = datetime.now(UTC)
        own = row(os.getpid())
        assert own is not None, "we are in the process table"
        return cls(
            id=id_,
            name=folder.name or "root",
            directory=folder,
            pid=os.getpid(),
            started=psutil.Process().create_time(),
            start=own.identity.start,
            epoch=epoch(),
            started_at=now,
            last_ping=now,
            control_socket=socket,
            token=secrets.token_urlsafe(32),
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process that wrote this record still runs here."""
        if self.ssh:
            return False
        if self.epoch == epoch():
            return lives(Identity(self.pid, self.start))
        try:
            created = psutil.Process(self.pid).create_time()
        except psutil.Error:
            return False
        return abs(created - self.started) < _SAME_START

    def to_json(self) -> str:
        """Return the text of the instance file."""
        elsewhere = {"ssh": self.ssh} if self.ssh else {}
        return json.dumps(
            {
                "id": self.id,
                "name": self.name,
                "directory": str(self.directory),
                "port": self.port,
                "started_at": self.started_at.isoformat(),
                "last_ping": self.last_ping.isoformat(),
                "process_info": {
                    "pid": self.pid,
                    "executable": self.executable,
                    "started": self.started,
                    "start": self.start,
                    "epoch": self.epoch,
                },
                "token": self.token,
                "protocol": self.protocol,
                "control_socket": self.control_socket,
                **elsewhere,
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the record that *text* holds.

        :raises ValueError: if it is not an instance file.
        """
        try:
            fields = json.loads(text)
            process = fields["process_info"]
            return cls(
                id=_text(fields["id"]),
                name=str(fields["name"]),
                directory=Path(_text(fields["directory"])),
                port=int(fields["port"]),
                started_at=_moment(fields["started_at"]),
                last_ping=_moment(fields["last_ping"]),
                pid=_pid(process["pid"]),
                executable=str(process["executable"]),
                started=float(process.get("started", 0.0)),
                start=int(process.get("start", 0)),
                epoch=str(process.get("epoch", "")),
                token=str(fields.get("token", "")),
                protocol=int(fields.get("protocol", 0)),
                control_socket=_text(fields.get("control_socket", "")),
                ssh=str(fields.get("ssh") or ""),
            )
        except (LookupError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"not an instance file: {error!r}") from error


def _text(value: object) -> str:
    """Return *value* as text that a path may hold.

    :raises ValueError: if none may.
    """
    text = str(value)
    if b"\0" in os.fsencode(text):
        raise ValueError(f"{text!r} cannot be a path")
    return text


def _moment(text: str) -> datetime:
    """Return a time that can be compared; one without a zone is of this place.

    :raises ValueError: if *text* is none.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def _pid(value: object) -> int:
    """Return the number of a process.

    :raises ValueError: if *value* is none.
    """
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no process")
    return value


def new_id(folder: Path) -> str:
    """Return a fresh instance id: the folder's name and 16 random hex digits."""
    name = _UNSAFE.sub("-", folder.name).strip("-.")[:40] or "root"
    return f"{name}-{secrets.token_hex(8)}"


class Directory:
    """The instance files of one user.

    Threads: :meth:`write` and :meth:`remove` are called by the control thread
    of the instance that owns the file; everything else only reads.  So there is
    one writer to a file, and nothing to lock.  Files are replaced by rename, so a
    reader sees an old file or a new one, never half.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, record: InstanceRecord) -> InstanceRecord:
        """Write *record* with the present time as its last ping; return that.

        :raises OSError: if the directory cannot be written.
        """
        record = replace(record, last_ping=datetime.now(UTC))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # It is 0600 before there is anything in it.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with (
            replacing(self._path(record)) as draft,
            os.fdopen(os.open(draft, flags, 0o600), "w", encoding="utf-8") as file,
        ):
            file.write(record.to_json())
            file.flush()
            os.fsync(file.fileno())
        return record

    def holds(self, record: InstanceRecord) -> bool:
        """Whether the file of *record* is there, and as it was written."""
        path = self._path(record)
        try:
            # Reading a pipe that somebody put there would wait for its writer.
            return path.is_file() and path.read_text("utf-8") == record.to_json()
        except (OSError, ValueError):
            return False

    def remove(self, record: InstanceRecord) -> None:
        """Remove the file of *record*; its absence is no error."""
        with contextlib.suppress(OSError):
            self._path(record).unlink()

    def tidy(self) -> None:
        """Remove what instances left that were killed: files, drafts and sockets.

        Files of others, such as those of the original program, are left alone, and
        so are those of instances on other machines.
        """
        tidy(self._folder)
        for record in self.records():
            if record.ssh:
                continue
            if not record.is_alive and _is_deserted(record.control_socket):
                self.remove(record)
                with contextlib.suppress(OSError):
                    Path(record.control_socket).unlink()

    def records(self) -> Iterator[InstanceRecord]:
        """Yield every readable record, dead instances included, oldest first."""
        found = []
        with contextlib.suppress(OSError):
            # A draft has everything in it before it takes its place.
            for path in sorted(self._folder.glob("[!.]*.json")):
                # A file may vanish between the listing and the reading, and a
                # foreign or damaged one is nobody's instance.
                with contextlib.suppress(OSError, ValueError):
                    found.append(InstanceRecord.from_json(path.read_text("utf-8")))
        yield from sorted(found, key=lambda record: record.started_at)

    def living(self, folder: Path | None = None) -> list[InstanceRecord]:
        """Return the running instances, of *folder* or of every folder."""
        return [
            record
            for record in self.records()
            if folder in {None, record.directory} and record.is_alive
        ]

    def choose(self, folder: Path, wanted: str = "") -> InstanceRecord:
        """Return the instance that *wanted* names, or the one for *folder*.

        Without a name, the nearest folder from *folder* upwards in which an
        instance runs decides.

        :raises AbsentError: if there is none.
        :raises BrummerError: if there is more than one.
        """
        living = self.living()
        if wanted:
            found = [r for r in living if wanted in {r.id, r.name, str(r.pid)}]
            where = f"called {wanted!r}"
        else:
            found, where = _nearest(living, folder), f"in {folder} or above it"
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{record.id} (pid {record.pid})" for record in found)
            raise BrummerError(
                f"{len(found)} instances run {where}: {names};"
                " choose one with --instance"
            )
        others = ", ".join(record.id for record in living) or "none anywhere"
        raise AbsentError(f"no instance runs {where} (running: {others})")

    def _path(self, record: InstanceRecord) -> Path:
        return self._folder / f"{record.id}.json"


def _is_deserted(path: str) -> bool:
    """Whether *path* is, or was, a socket and nobody listens there.

    Asked because start times are not all: an instance in a container may have
    its file here, and a clock that was set makes one of an older version look dead.
    """
    if not path:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return True
        except OSError:
            return False
    return False


def _nearest(living: list[InstanceRecord], folder: Path) -> list[InstanceRecord]:
    """Return the instances of the first folder from *folder* up that has any."""
    for place in (folder, *folder.parents):
        if found := [record for record in living if record.directory == place]:
            return found
    return []
