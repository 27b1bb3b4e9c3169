"""A file of a client: read, backed up beside it, and replaced as a whole."""

import os
import stat
import time
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from brummer.config.replacement import OvertakenError, Replacement
from brummer.errors import BrummerError
from brummer.mcp.install.edit import FormError

#: Bytes; some clients keep far more than settings in such a file.
LARGEST: Final = 32 * 1024 * 1024

#: When a backup was made is part of its name.
_STAMP: Final = "%Y%m%d%H%M%S"

#: How many backups of one second are told apart.
_PER_SECOND: Final = 100

#: Before the reason of a :class:`FormError` in a file that could not be decoded.
_NOT_UTF8: Final = "is not UTF-8"


class FileError(BrummerError):
    """A client's file cannot be changed; it is as it was."""

    def __init__(self, file: Path, problem: str, line: int = 0) -> None:
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {problem}")
        self.file = file
        self.problem = problem


class ClientFile:
    """What is in a file now; one that is missing is empty.

    :raises FileError: if it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with told(path):
            self._replacement = Replacement(path, LARGEST)
            self.content = self._replacement.before
            # Looked for afterwards: what comes in between is overtaken then, and
            # not taken for one that we made, which is ours to remove.
            self.is_there = path.exists()
            #: Without the mark that some editors put before it.
            self.text = _decoded(self.content)

    def encoded(self, text: str) -> bytes:
        """Return what a file with *text* has in it."""
        mark = BOM_UTF8 if self.content.startswith(BOM_UTF8) else b""
        return mark + text.encode()

    def write(self, text: str) -> Path | None:
        """Put *text* in it, and return where the file that was there is kept.

        :raises OvertakenError: if somebody changed it after it was read.
        :raises FileError: if it cannot be written.
        """
        with told(self.path):
            self._look_at_folder()
            backup = self._backup() if self.is_there else None
            try:
                self._replacement.write(self.encoded(text))
            except BaseException:
                if backup is not None:
                    backup.unlink(missing_ok=True)
                raise
        return backup

    def delete(self) -> None:
        """Remove it.

        :raises OvertakenError: if somebody changed it after it was read.
        :raises FileError: if that is not possible.
        """
        with told(self.path):
            self._look_at_folder()
            if ClientFile(self.path).content != self.content:
                raise OvertakenError
            real = Path(os.path.realpath(self.path))
            if not stat.S_IMODE(real.stat().st_mode) & 0o222:
                raise PermissionError(0, "it is read-only")
            real.unlink()

    def _look_at_folder(self) -> None:
        """See to it that files may be put where the file is.

        Who took that permission away meant it, and it holds for root as well.
        """
        folder = Path(os.path.realpath(self.path)).parent
        if folder.is_dir() and not stat.S_IMODE(folder.stat().st_mode) & 0o222:
            raise PermissionError(0, f"its folder is read-only: {folder}")

    def _backup(self) -> Path:
        stamp = time.strftime(_STAMP)
        mode = stat.S_IMODE(self.path.stat().st_mode)
        for number in range(_PER_SECOND):
            suffix = f"-{number}" if number else ""
            backup = self.path.with_name(f"{self.path.name}.bak-{stamp}{suffix}")
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                descriptor = os.open(backup, flags, mode)
            except FileExistsError:
                continue
            try:
                with os.fdopen(descriptor, "wb") as file:
                    os.fchmod(descriptor, mode)
                    file.write(self.content)
            except BaseException:
                # Half of it, as on a full disk, would be taken for all of it.
                backup.unlink(missing_ok=True)
                raise
            return backup
        raise FileExistsError(0, "there are too many backups of this second")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file at *path* into a sentence that names it."""
    try:
        yield
    except OvertakenError:
        raise
    except FormError as error:
        raise FileError(path, str(error), error.line) from None
    except RecursionError:
        raise FileError(path, "is nested too deep; edit it by hand") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(path, f"cannot be changed: {reason}") from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormError(_NOT_UTF8, line) from None
