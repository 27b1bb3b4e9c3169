"""Files that agents have written into the project, and no others."""

import contextlib
import errno
import itertools
import os
import stat
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from brummer.errors import BrummerError, RefusedError

#: Files that are remembered as ours; older ones count as somebody else's.
REMEMBERED: Final = 1_000

#: Folders that may have to be made, and characters of a path.
_DEEPEST: Final = 20
_LONGEST: Final = 1_000

#: What file systems without hard links say when they are asked for one.
_NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)

#: A folder, and no link to one: whoever puts a link in its place meanwhile is told so.
_STRICT: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _STRICT
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _STRICT

_PART: Final = ".brum-{pid}-{number}.part"
_numbers: Final = itertools.count(1)


class Written(NamedTuple):
    """A file that was written: its path within the project, and its bytes."""

    path: str
    size: int


class _Mark(NamedTuple):
    """How to know a file again that nobody has changed since."""

    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, status: os.stat_result) -> "_Mark":
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class OutFiles:
    """Writes files below *folder*.

    A path is resolved first: a link may lead anywhere within the project.  Then each
    folder is opened within the one before, and none of them may be a link by then.
    So whoever changes the folders between the look and the writing has a file that is
    refused, never one that is elsewhere.

    Threads: any; the lock guards which files are ours, and is held for no call of the
    system.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._remembering: Final = Lock()
        #: By where they are; both written and read under the lock.
        self._ours: OrderedDict[str, _Mark] = OrderedDict()

    def write(self, path: str, body: bytes) -> Written:
        """Write *body* to *path*, which is absolute or relative to the project.

        :raises RefusedError: if nothing may be written there.
        :raises BrummerError: if nothing can be.
        """
        with _said_plainly(path), contextlib.ExitStack() as stack:
            # Here already: a link that goes while it is read is no bug of ours.
            parts = self._parts(path)
            top = os.open(os.path.realpath(self._folder), _FOLDER)
            stack.callback(os.close, top)
            for name in parts[:-1]:
                top = _entered(top, name)
                stack.callback(os.close, top)
            self._put(top, parts, body)
        return Written("/".join(parts), len(body))

    def _parts(self, path: str) -> tuple[str, ...]:
        """Return the folders below the project that *path* leads through, and its name.

        :raises RefusedError: if it leads elsewhere, or where nothing may be written.
        """
        if not path or len(path) > _LONGEST or "\0" in path:
            raise _refused(path, "is no name of a file; give one such as logs/out.txt")
        if path.endswith("/"):
            raise _refused(path, "is a folder; give the name of a file in it")
        if path.startswith("~"):
            # A folder of that name would be a trap: shells take it for the home.
            raise _refused(path, "is outside of the project; give a path within it")
        root = Path(os.path.realpath(self._folder))
        wanted = self._folder / path
        if ".." in Path(path).parts:
            raise _refused(path, "has .. in it; give a path within the project")
        # The last name is none to follow: what is there is looked at later.
        whole = Path(os.path.realpath(wanted.parent)) / wanted.name
        if not whole.is_relative_to(root) or whole == root:
            raise _refused(path, "is outside of the project; give a path within it")
        parts = whole.relative_to(root).parts
        if any(part.startswith(".") for part in parts):
            raise _refused(path, "is hidden, and hidden files are not for agents")
        if len(parts) > _DEEPEST:
            raise _refused(path, f"is more than {_DEEPEST} folders deep")
        return parts

    def _put(self, folder: int, parts: tuple[str, ...], body: bytes) -> None:
        """Write the last of *parts* in a folder, all of it or nothing."""
        name, key = parts[-1], "/".join(parts)
        is_ours = self._check(folder, name, key)
        part = _PART.format(pid=os.getpid(), number=next(_numbers))
        file = os.open(part, _NEW, 0o600, dir_fd=folder)
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
                mark = _Mark.of(os.fstat(stream.fileno()))
            if is_ours:
                os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                _appear(folder, part, name)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(part, dir_fd=folder)
        self._remember(key, mark)

    def _check(self, folder: int, name: str, key: str) -> bool:
        """Whether there is a file of ours, which may be written anew.

        :raises RefusedError: if there is something else.
        """
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(status.st_mode):
            what = "a link" if stat.S_ISLNK(status.st_mode) else "no file"
            raise _refused(key, f"is {what}; choose another name")
        with self._remembering:
            mark = self._ours.get(key)
        if mark != _Mark.of(status):
            raise _refused(key, "exists already; choose another name, or remove it")
        return True

    def _remember(self, key: str, mark: _Mark) -> None:
        with self._remembering:
            self._ours[key] = mark
            self._ours.move_to_end(key)
            if len(self._ours) > REMEMBERED:
                self._ours.popitem(last=False)


def _entered(folder: int, name: str) -> int:
    """Open the folder *name* within another, and make it if there is none."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=folder)
    return os.open(name, _FOLDER, dir_fd=folder)


def _appear(folder: int, part: str, name: str) -> None:
    """Give a file its name, unless somebody was faster.

    :raises RefusedError: if somebody was.
    """
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError:
        raise _refused(name, "exists already; choose another name") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Taken as a name first, which fails if somebody has it, then put in its place.
        os.close(os.open(name, _NEW, 0o600, dir_fd=folder))
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)


def _refused(path: str, why: str) -> RefusedError:
    return RefusedError(f"output_file: {path[:100]!r} {why}")


@contextlib.contextmanager
def _said_plainly(path: str) -> Iterator[None]:
    """Turn what the system says into a sentence.

    :raises RefusedError: if a folder is a link by now, or no folder.
    :raises BrummerError: if it is something else.
    """
    try:
        yield
    except FileExistsError:
        raise _refused(path, "exists already; choose another name") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        if getattr(error, "errno", None) in {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}:
            raise _refused(path, "leads through what is no folder") from None
        raise BrummerError(
            f"output_file: cannot write {path[:100]!r}: {reason}; choose another place"
        ) from None
