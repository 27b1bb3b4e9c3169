"""Which files are read, and reading them.

From the strongest to the weakest: ``.brum.toml`` in the project's folder and in
each folder above it, then in the home directory, then ``brummer/brum.toml`` in
the user's and in the system's folders for configuration.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from platformdirs import PlatformDirs

from brummer.config.document import DocumentError, read_document
from brummer.config.source import Assignment, Problem, file_origin, leaves

#: The file's name in a project and at home.
NAME: Final = ".brum.toml"

#: The file's name in a folder that is for configuration anyway.
SHARED_NAME: Final = "brum.toml"

#: Bytes; arbitrary, and a hundred times what anybody writes by hand.
LARGEST: Final = 1024 * 1024


class FileState(StrEnum):
    """What became of a file that was looked for."""

    READ = "read"
    ABSENT = "not found"
    UNREADABLE = "unreadable"
    WRONG = "not valid TOML"
    FOREIGN = "ignored: it belongs to somebody else"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultedFile:
    """A file that was looked for; *assignments* are in the file's order."""

    path: Path
    state: FileState
    assignments: tuple[Assignment, ...] = ()
    problem: Problem | None = None


class AbsentError(Exception):
    """There is no such file."""


def candidates(folder: Path) -> tuple[Path, ...]:
    """Return the files that count for the project in *folder*, the strongest first.

    Symbolic links in *folder* are resolved, so that a project has one
    configuration whichever way one came in.  A file that is reached twice, such
    as the one at home for a project below home, has its strongest place.
    """
    project = Path(os.path.realpath(folder))
    found = [place / NAME for place in (project, *project.parents)]
    if (place := home()) is not None:
        found.append(place / NAME)
    shared = PlatformDirs("brummer", appauthor=False, multipath=True)
    places = [shared.user_config_dir, *shared.site_config_dir.split(os.pathsep)]
    found.extend(Path(place) / SHARED_NAME for place in places)
    return tuple(dict.fromkeys(found))


def home() -> Path | None:
    """Return the home directory without symbolic links, ``None`` if there is none."""
    try:
        return Path(os.path.realpath(Path.home()))
    except RuntimeError:  # no HOME, and no such user
        return None


def consult(files: tuple[Path, ...], folder: Path) -> Iterator[ConsultedFile]:
    """Read each of *files*; whatever is wrong with one is told in its answer.

    A file that belongs neither to us nor to root nor to the owner of *folder* is
    not read: in ``/tmp/work`` it could be anybody's ``/tmp/.brum.toml``, and it
    can say which commands are run.
    """
    owners = {os.geteuid(), 0}
    with suppress(OSError):
        owners.add(folder.stat().st_uid)
    for path in files:
        yield _consult(path, owners)


def _consult(path: Path, owners: set[int]) -> ConsultedFile:
    try:
        content, owner = read_content(path)
    except AbsentError:
        return ConsultedFile(path=path, state=FileState.ABSENT)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = Problem(file_origin(path), f"cannot be read: {reason}")
        return ConsultedFile(path=path, state=FileState.UNREADABLE, problem=problem)
    if owner not in owners:
        return ConsultedFile(path=path, state=FileState.FOREIGN)
    try:
        found = tuple(_assignments(path, content))
    except DocumentError as error:
        origin = file_origin(path, error.line, error.column)
        problem = Problem(origin, str(error))
        return ConsultedFile(path=path, state=FileState.WRONG, problem=problem)
    return ConsultedFile(path=path, state=FileState.READ, assignments=found)


def read_content(path: Path, largest: int = LARGEST) -> tuple[bytes, int]:
    """Return what is in the file and whose it is.

    :raises AbsentError: if there is none.
    :raises OSError: if it cannot be read.
    :raises ValueError: if it is no file, or has more than *largest* bytes.
    """
    try:
        # Opened before it is looked at, so that it is one and the same file, and
        # without waiting: a FIFO of that name would never open.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise AbsentError from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(largest + 1)
    finally:
        os.close(descriptor)
    if len(content) > largest:
        raise ValueError(f"it is larger than {largest} bytes")
    return content, status.st_uid


def _assignments(path: Path, content: bytes) -> Iterator[Assignment]:
    text = decoded(content)
    for statement in read_document(text):
        origin = file_origin(path, statement.line)
        yield from leaves(statement.path, statement.value, origin)


def decoded(content: bytes) -> str:
    """Return a document's text, without the mark that some editors begin with.

    :raises DocumentError: if it is not UTF-8, which TOML has to be.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        raise DocumentError(
            f"is not UTF-8: byte 0x{error.object[error.start]:02x}",
            before.count(b"\n") + 1,
            len(before) - before.rfind(b"\n"),
        ) from None
