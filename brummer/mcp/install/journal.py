"""What was added to which file, so that it can be taken out without a trace.

Where a file is as it was left, whoever removes an entry cuts out just what was put in:
also what had to be made around it, and the file itself if that was new.
"""

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

#: Entries that are remembered; of more, the oldest are forgotten.
MOST: Final = 200

#: Bytes; far more than that many entries take.
LARGEST: Final = 1024 * 1024

_MODE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One entry that was added; *spans* are in characters of the *digest*'s text."""

    file: str
    name: str
    digest: str
    spans: tuple[tuple[int, int], ...]
    is_new: bool

    @property
    def key(self) -> tuple[str, str]:
        """What there is one addition of."""
        return self.file, self.name


def digest_of(content: bytes) -> str:
    """Return what tells one content of a file from another."""
    return hashlib.sha256(content).hexdigest()


class Journal:
    """Remembers additions in a file of its own.

    That it cannot be read or written changes nothing but how clean a removal is, so
    nobody is told.

    Threads: any, also of other processes; who writes does so within :meth:`alone`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have everybody else who would do so wait, in this process and in others.

        Where no lock can be had, nobody waits: files are compared before they are
        replaced, which only leaves a moment too short to be met by chance.
        """
        lock = self._locked()
        try:
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def _locked(self) -> int | None:
        """Return a descriptor that is locked until it is closed."""
        if sys.platform == "win32":
            return None
        lock = None
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            lock = os.open(self._file.with_suffix(".lock"), flags, _MODE)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            if lock is not None:
                os.close(lock)
            return None
        return lock

    def find(self, file: Path, name: str) -> Addition | None:
        """Return what was added to *file* under *name*, if that is known."""
        key = (os.path.realpath(file), name)
        return next((one for one in self._read() if one.key == key), None)

    def keep(self, addition: Addition) -> None:
        """Remember *addition*, and forget an earlier one of the same entry."""
        others = [one for one in self._read() if one.key != addition.key]
        self._write([*others, addition][-MOST:])

    def forget(self, file: Path, name: str) -> None:
        """Forget what was added to *file* under *name*."""
        key = (os.path.realpath(file), name)
        known = self._read()
        if any(one.key == key for one in known):
            self._write([one for one in known if one.key != key])

    def _read(self) -> list[Addition]:
        try:
            with self._file.open("rb") as file:
                rows = json.loads(file.read(LARGEST))
            return [_addition(row) for row in rows]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return []

    def _write(self, additions: Sequence[Addition]) -> None:
        text = json.dumps([asdict(one) for one in additions], indent=1)
        new = self._file.with_name(f".{self._file.name}.{secrets.token_hex(4)}")
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                with os.fdopen(os.open(new, flags, _MODE), "w") as file:
                    file.write(text)
                new.replace(self._file)
            finally:
                new.unlink(missing_ok=True)


def _addition(row: Mapping[str, object]) -> Addition:
    """Return what *row* says.

    :raises TypeError: if it says something else.
    """
    spans = row["spans"]
    if not isinstance(spans, list):
        raise TypeError(spans)
    return Addition(
        file=str(row["file"]),
        name=str(row["name"]),
        digest=str(row["digest"]),
        spans=tuple((int(start), int(end)) for start, end in spans),
        is_new=bool(row["is_new"]),
    )
