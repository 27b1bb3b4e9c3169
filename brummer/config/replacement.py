"""Replacing a file as a whole, so that nobody ever sees half of it."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from brummer.config.chain import LARGEST, AbsentError, read_content

#: For a file that is new.  It belongs to a project as its other files do, is
#: checked in and read by the team; the user's umask takes away what it must not be.
NEW_MODE: Final = 0o644

#: For a folder that is new, as the XDG specification wants it.
NEW_FOLDER_MODE: Final = 0o700


class OvertakenError(ValueError):
    """Somebody else changed the file after it was read."""


class Replacement:
    """A file that is about to be replaced; *before* is what is in it now.

    Symbolic links are followed: the file they lead to is replaced, the link
    stays.  Mode and owner stay as well.  It is refused with more than *largest* bytes.

    :raises OSError: if it cannot be read.
    :raises ValueError: if it is no file.
    """

    def __init__(self, file: Path, largest: int = LARGEST) -> None:
        self._target = Path(os.path.realpath(file))
        self._largest = largest
        self.before = self._read()

    def _read(self) -> bytes:
        try:
            return read_content(self._target, self._largest)[0]
        except AbsentError:
            return b""

    def write(self, content: bytes) -> None:
        """Put *content* in the file's place; nothing if it is what was there.

        :raises OSError: if that is not possible; the file is then as it was.
        :raises OvertakenError: if somebody changed the file in the meantime.
        """
        if content == self.before:
            return
        self._target.parent.mkdir(mode=NEW_FOLDER_MODE, parents=True, exist_ok=True)
        new = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}")
        try:
            self._fill(new, content)
            # Somebody may still slip in between these two lines.  That is as
            # narrow as it gets without a lock that editors would have to know.
            if self._read() != self.before:
                raise OvertakenError("somebody else changed it just now; try again")
            new.replace(self._target)
        finally:
            new.unlink(missing_ok=True)
        self._sync_folder()

    def _fill(self, new: Path, content: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(new, flags, NEW_MODE)
        with os.fdopen(descriptor, "wb") as file:
            with suppress(FileNotFoundError):
                self._copy_status(descriptor)
            file.write(content)
            file.flush()
            os.fsync(descriptor)

    def _copy_status(self, descriptor: int) -> None:
        status = self._target.stat()
        # Replacing needs only the folder's permission; whoever took the file's
        # own away meant it, and it holds for root as well.
        if not status.st_mode & 0o222 or not os.access(self._target, os.W_OK):
            raise PermissionError(0, "it is read-only")
        with suppress(PermissionError):  # only root gives files away
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))

    def _sync_folder(self) -> None:
        # Without it a power cut can bring the old file back.  Some network file
        # systems refuse; then that is how it is.
        with suppress(OSError):
            descriptor = os.open(self._target.parent, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
