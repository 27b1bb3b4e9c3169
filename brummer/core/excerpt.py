"""The lines of a file around one of them, however odd the file."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Files are read so far, in bytes; lines are shown so far, in characters.
MOST: Final = 8 * 1024 * 1024
LONGEST: Final = 500

#: Entries of folders that are looked at for a file of which only the name is known,
#: and folders that hold nobody's own files.
_ENTRIES: Final = 20_000
_FOREIGN: Final = frozenset(
    {"__pycache__", "_build", "build", "deps", "dist", "node_modules", "target"}
    | {"vendor", "venv"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Some *lines* of a file, the first of which has the number *first*, from 1.

    *modified* is when the file was changed last, in seconds since the epoch.
    *problem* says why there are no lines.
    """

    path: str
    first: int = 1
    lines: tuple[str, ...] = ()
    modified: float = 0.0
    problem: str = ""


def excerpt(path: Path, line: int, around: int) -> Excerpt:
    """Return *line* of a file and up to *around* lines on either side.

    Never waits for anything but a disk: what is no regular file is not read.
    """
    try:
        with open(path, "rb", opener=_open) as file:
            status = os.fstat(file.fileno())
            is_file = stat.S_ISREG(status.st_mode)
            data = file.read(MOST) if is_file else b""
    except (OSError, ValueError) as error:
        return Excerpt(path=str(path), problem=_reason(error))
    if not is_file:
        return Excerpt(path=str(path), problem="it is no regular file")
    found = _excerpt(data, line, around)
    if isinstance(found, str):
        if status.st_size > MOST and "ends" in found:
            found = "it is too large"
        return Excerpt(path=str(path), problem=found, modified=status.st_mtime)
    return Excerpt(
        path=str(path),
        first=max(1, line - around),
        lines=found,
        modified=status.st_mtime,
    )


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _excerpt(data: bytes, line: int, around: int) -> tuple[str, ...] | str:
    """Return the lines around *line* of *data*, or why there are none."""
    if b"\0" in data:
        return "it is no text"
    first = max(1, line - around)
    # Split no further than needed: the rest of the file stays one piece.  Output may
    # speak of any line, of which there are never more than bytes.
    lines = data.split(b"\n", min(max(1, line) + around, len(data)))
    if lines[-1] == b"" or len(lines) > line + around:
        del lines[-1]
    if not 1 <= line <= len(lines):
        return f"it ends before line {line}" if line > 0 else "no line is known"
    return tuple(_text(piece) for piece in lines[first - 1 : line + around])


def _text(line: bytes) -> str:
    return line[: LONGEST * 4].rstrip(b"\r").decode("utf-8", "replace")[:LONGEST]


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is gone"
    if isinstance(error, PermissionError):
        return "it may not be read"
    return f"it cannot be read: {getattr(error, 'strerror', None) or error}"


def locate(file: str, roots: Iterable[Path]) -> Path | str:
    """Return the file below one of *roots* that *file* means, or why there is none.

    What is outside of all of them is nobody's business: output may name any file
    there is, and what is read here may be shown far away.
    """
    folders = [root.resolve() for root in roots]
    is_there = False
    for folder in folders:
        try:
            path = (folder / file).resolve()
            is_there = is_there or path.exists()
        except (OSError, ValueError, RuntimeError):
            continue
        if path.exists() and any(path.is_relative_to(root) for root in folders):
            return path
    if is_there:
        return "it is outside of the project"
    found = {path for folder in folders[:1] for path in _ending(folder, file)}
    if len(found) == 1:
        return found.pop()
    return "it is gone" if not found else "several files are called so"


def _ending(root: Path, file: str) -> Iterator[Path]:
    """Yield the files below *root* whose paths end with *file*.

    Java names a file without its folder, Go one without its module.  Links are left
    out, as they may lead out of *root*.
    """
    tail = Path(file)
    if tail.is_absolute() or ".." in tail.parts or not tail.name:
        return
    seen = 0
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in sorted(folders) if f not in _FOREIGN and f[0] != "."]
        seen += len(folders) + len(files)
        path = Path(folder, tail.name)
        is_meant = path.parts[-len(tail.parts) :] == tail.parts
        if tail.name in files and is_meant and not path.is_symlink():
            yield path
        if seen > _ENTRIES:
            return
