"""Who works on a run: its instance, for as long as that lives."""

import os
import sys
from pathlib import Path

from brummer.logs.history import place

if sys.platform != "win32":
    import fcntl


class Claim:
    """Holds a folder, until it is let go or this process has died, however.

    The lock is the system's, so there is nothing to tidy up after a ``kill -9``.

    Threads: one at a time.
    """

    def __init__(self, folder: Path) -> None:
        """Hold *folder*.

        Waits for those who only look whether somebody does.

        :raises OSError: if there can be no lock.
        """
        path = folder / place.LOCK
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError:
            os.close(self._file)
            raise

    @property
    def is_good(self) -> bool:
        """Whether the folder is still there."""
        return os.fstat(self._file).st_nlink > 0

    def let_go(self) -> None:
        """Hold it no more."""
        os.close(self._file)


def is_claimed(folder: Path) -> bool:
    """Whether somebody holds *folder*; we ourselves count as well."""
    try:
        file = os.open(folder / place.LOCK, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(file)
    return False
