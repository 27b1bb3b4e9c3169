"""The files of a script that is started again when they change."""

import math
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from brummer.app.glob import base, matcher
from brummer.model.script import Script

#: Folders in which nobody edits: what tools keep, fetch and make.
NEVER: Final = frozenset(
    {
        ".cache",
        ".direnv",
        ".git",
        ".hg",
        ".hypothesis",
        ".idea",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
    }
)

#: What editors put beside a file while they write it.
_PASSING: Final = matcher(
    ("*~", ".#*", "#*#", ".*.sw?", ".*.sw??", "4913", "*___jb_*___", ".DS_Store"),
    anywhere=True,
)

#: Folders and files of one script that are watched; the others are not.
MOST_FOLDERS: Final = 10_000
MOST_FILES: Final = 100_000


class Mark(NamedTuple):
    """What tells one content of a file from the next without reading it.

    Access and permissions are no part of it; writing in place changes the time,
    and a file that takes the place of another has another number.
    """

    time: int
    size: int
    number: int

    @classmethod
    def of(cls, path: str) -> Self | None:
        """Return the mark of a regular file, ``None`` if there is none."""
        try:
            found = Path(path).stat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)


class Sources:
    """What is known of the files that one script is made of.

    Threads: the watch thread only.
    """

    def __init__(self, root: Path, script: Script, never: Iterable[Path] = ()) -> None:
        """Know nothing yet; :meth:`scan` does.

        :raises re.error: if a pattern cannot be understood.
        """
        self._root = str(root)
        self._patterns = script.watch
        self._wanted = matcher(script.watch)
        self._ignored = matcher(script.ignore, anywhere=True)
        self._never = frozenset(str(path) for path in never)
        self._marks: dict[str, Mark] = {}
        #: Where to listen for changes, as of the last scan.
        self.folders: frozenset[str] = frozenset()
        #: Whether there was more than is watched.
        self.is_cut = False

    @property
    def count(self) -> int:
        """How many files are watched."""
        return len(self._marks)

    def scan(self) -> list[str]:
        """Look at everything; return what changed since the last look, by name."""
        folders, files = self._found()
        self.folders = frozenset(folders)
        changed = self._compare({*files, *self._marks})
        self.is_cut = len(folders) >= MOST_FOLDERS or len(files) >= MOST_FILES
        return changed

    def written(self, after: int, until: int) -> list[str]:
        """Return what was written between two times, by name.

        They are in nanoseconds since 1970.  A time that is yet to come tells nothing:
        somebody set it, or another machine's clock is ahead.
        """
        return [
            self._name(path)
            for path, mark in sorted(self._marks.items())
            if after < mark.time <= until
        ]

    def moment(self, names: Iterable[str]) -> float:
        """Return when the last of *names* was written, in seconds since 1970.

        Of what is gone nobody knows: it may have been just now.
        """
        return max(map(self._moment, names), default=math.inf)

    def _moment(self, name: str) -> float:
        try:
            # Not the time of its content, which a file brings with it when it is
            # moved to another's place.
            return Path(self._root, name).stat().st_ctime
        except OSError:
            return math.inf

    def look(self, paths: Iterable[str]) -> list[str]:
        """Look at *paths*; return those that changed, by name."""
        return self._compare({path for path in paths if self._is_source(path)})

    def is_folder(self, path: str) -> bool:
        """Whether *path* is a folder that a scan would look into, or did."""
        place = Path(path)
        return path in self.folders or (
            self._may_enter(path, place.name) and place.is_dir()
        )

    def _compare(self, paths: Iterable[str]) -> list[str]:
        changed = []
        for path in sorted(paths):
            mark = Mark.of(path)
            if mark == self._marks.get(path):
                continue
            changed.append(self._name(path))
            if mark is None:
                del self._marks[path]
            else:
                self._marks[path] = mark
        return changed

    def _is_source(self, path: str) -> bool:
        name = self._name(path)
        return bool(
            name
            and not NEVER.intersection(name.split("/")[:-1])
            and self._wanted.match(name)
            and not self._ignored.match(name)
            and not _PASSING.match(name)
        )

    def _name(self, path: str) -> str:
        """Return *path* relative to the project, empty for what is not in it."""
        start = self._root.rstrip("/") + "/"
        return path.removeprefix(start) if path.startswith(start) else ""

    def _found(self) -> tuple[set[str], set[str]]:
        """Return the folders to listen in, and the files in them that count."""
        folders: set[str] = set()
        files: set[str] = set()
        for pattern in self._patterns:
            start, is_deep = base(pattern)
            place = str(Path(self._root, start))
            folders.add(self._existing(place))
            for folder, path in self._walk(place, is_deep=is_deep):
                folders.add(folder)
                if path:
                    files.add(path)
                if len(folders) >= MOST_FOLDERS or len(files) >= MOST_FILES:
                    return folders, files
        return folders, files

    def _walk(self, start: str, *, is_deep: bool) -> Iterator[tuple[str, str]]:
        """Yield each folder, with each of its files that counts."""
        rest = [start]
        if self._is_source(start):
            yield str(Path(start).parent), start if Mark.of(start) else ""
        while rest:
            folder = rest.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError:
                continue  # It is gone, is a file, or is not ours to read.
            yield folder, ""
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if is_deep and self._may_enter(entry.path, entry.name):
                        rest.append(entry.path)
                elif self._is_source(entry.path):
                    yield folder, entry.path

    def _may_enter(self, path: str, name: str) -> bool:
        is_kept_out = name in NEVER or path in self._never
        return not is_kept_out and not self._ignored.match(self._name(path))

    def _existing(self, path: str) -> str:
        """Return the folder in which *path* is, or will be once somebody makes it."""
        if path == self._root:
            return path
        for folder in Path(path).parents:
            if str(folder) == self._root or folder.is_dir():
                return str(folder)
        return self._root
