"""Keeps everything but the screen off the terminal."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

#: What is kept of what was written meanwhile, in bytes.
KEPT: Final = 64 * 1024


class Aside:
    """Holds what is written to standard error while the screen is up.

    A log message, a warning or a complaint of a library would be painted over
    the frame.  The descriptor itself is turned away, so that this holds for
    whatever writes to it.

    Threads: any thread may write to standard error; the main thread does the
    rest.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def trim(self) -> None:
        """Forget what was written if it became too much.

        The file is opened for appending, so writers go on at its new end.
        """
        if os.fstat(self._file.fileno()).st_size > KEPT:
            os.ftruncate(self._file.fileno(), 0)

    def text(self) -> bytes:
        """Return what was written."""
        size = os.fstat(self._file.fileno()).st_size
        return os.pread(self._file.fileno(), KEPT, max(0, size - KEPT))


@contextlib.contextmanager
def stderr_aside() -> Iterator[Aside]:
    """Hold standard error back for the time of the block, then write it out.

    Where standard error is no terminal it is left alone.
    """
    with _file() as file:
        aside = Aside(file)
        if not os.isatty(2):
            yield aside
            return
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield aside
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            with contextlib.suppress(OSError):
                os.write(2, aside.text())


def _file() -> IO[bytes]:
    """Return a file without a name; where none can be made, one that keeps nothing."""
    try:
        return tempfile.TemporaryFile("ab+", buffering=0)
    except OSError:
        return Path(os.devnull).open("ab+", buffering=0)
