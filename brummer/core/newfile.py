"""Files that are there as a whole or not at all."""

import contextlib
import errno
import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from brummer.errors import BrummerError

#: What file systems without hard links say when they are asked for one.
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)

#: What is written stands in such a file beside the one to be, until it is whole.
_PART: Final = ".brum-{pid}-{number}.part"
_numbers: Final = itertools.count(1)


class TakenError(BrummerError):
    """There is a file of that name, and it was not said to overwrite it."""


class NewFile:
    """A file at *path* that appears when all of it is written.

    Used in a ``with`` block: if that is left by an exception, there is no file, or
    still the one that was there.  What is no file, as ``/dev/null`` and named pipes,
    is written to as it is.

    Threads: one at a time.
    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        """Begin to write.

        :raises TakenError: if it exists and is not to be *overwritten*.
        :raises BrummerError: if no file can be made there.
        """
        self.path: Final = path
        self.size = 0
        self._overwrite = overwrite
        with self._said_plainly():
            # Before links are resolved: /dev/stdout leads to a name that a pipe has
            # in no folder.
            self._is_direct = _is_special(path)
            # What a link leads to is overwritten, not the link.
            self._whole = path if self._is_direct else Path(os.path.realpath(path))
            self._part = self._whole if self._is_direct else _beside(self._whole)
            if not (self._is_direct or overwrite) and self._whole.exists():
                raise self._taken()
            self._file: BinaryIO = self._part.open("wb" if self._is_direct else "xb")

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the file appear, or vanish after an exception."""
        if error is None:
            self.finish()
        else:
            self.discard()

    def write(self, data: bytes) -> None:
        """Write *data* behind what was written.

        :raises BrummerError: if that is not possible; the disk may be full.
        """
        with self._said_plainly():
            self._file.write(data)
        self.size += len(data)

    def finish(self) -> None:
        """Let the file appear.

        :raises TakenError: if there is one by now that is not to be overwritten.
        :raises BrummerError: if it could not be written.
        """
        try:
            with self._said_plainly():
                self._file.flush()
                if not self._is_direct:
                    os.fsync(self._file.fileno())
                self._file.close()
                if not self._is_direct:
                    self._appear()
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._file.close()
        if not self._is_direct:
            with contextlib.suppress(OSError):
                self._part.unlink()

    def _appear(self) -> None:
        if self._overwrite:
            self._part.replace(self._whole)
            return
        # Unlike a new name, a second one fails if somebody was faster.
        try:
            self._whole.hardlink_to(self._part)
        except FileExistsError:
            raise self._taken() from None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if self._whole.exists():
                raise self._taken() from None
            self._part.replace(self._whole)
        else:
            self._part.unlink()

    def _taken(self) -> TakenError:
        return TakenError(f"{self.path} exists already")

    @contextlib.contextmanager
    def _said_plainly(self) -> Iterator[None]:
        """Turn what the system says into a sentence."""
        try:
            yield
        except (OSError, ValueError) as error:
            # The latter of a name that there cannot be, with a zero byte in it.
            reason = getattr(error, "strerror", None) or error
            raise BrummerError(f"cannot write {self.path}: {reason}") from error


def _is_special(path: Path) -> bool:
    """Whether there is something at *path* that is no file, nor a folder."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return not stat.S_ISREG(mode)


def _beside(path: Path) -> Path:
    """Return the name of what is written until it is whole."""
    return path.with_name(_PART.format(pid=os.getpid(), number=next(_numbers)))
