"""The folder of instance files, watched."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from brummer.mcp.hub.race import end
from brummer.mcp.hub.sighting import Look, Sighting
from brummer.mcp.hub.timing import Timing

#: Files that are read; more are told of as a problem.
MAX_FILES: Final = 256

#: Characters of what is wrong with a file.
MAX_PROBLEM: Final = 200

#: Milliseconds of quiet after a change before it is told, and at most.
_STEP: Final = 50
_DEBOUNCE: Final = 200

#: Reads one file.  Raises OSError or ValueError if it is nobody's.
Reader: TypeAlias = Callable[[Path], Sighting]

#: What changes when a folder does: which one it is, and what its files are.
_Mark: TypeAlias = tuple[tuple[int, int] | None, frozenset[tuple[str, int, int, int]]]


class Folder:
    """Finds instance files, and when they change.

    The system tells of changes where it can.  Where it cannot (a network's file
    system, no watches left), before there is a folder, and when there is another of
    that name, comparing the names and times of all files finds them.  That is done in
    any case: it costs less than knowing whether it is needed.

    Threads: one loop's; *read* is called on workers.
    """

    def __init__(self, path: Path, read: Reader, timing: Timing | None = None) -> None:
        self._path = path
        self._read = read
        self._timing = timing or Timing()

    async def look(self) -> Look:
        """Read all files; a damaged one concerns nobody else."""
        return await asyncio.to_thread(self._look)

    async def watch(self, changed: Callable[[], None]) -> None:
        """Call *changed* whenever files may have, until cancelled."""
        before = await asyncio.to_thread(self._mark)
        # Who looked earlier may have missed what this comparison begins with.
        changed()
        listening = asyncio.create_task(self._listen(changed))
        try:
            while True:
                await asyncio.sleep(self._timing.poll)
                now = await asyncio.to_thread(self._mark)
                if now != before:
                    changed()
                # Who was told of one folder hears nothing of its successor.
                if now[0] is not None and (now[0] != before[0] or listening.done()):
                    await end(listening)
                    listening = asyncio.create_task(self._listen(changed))
                before = now
        finally:
            await end(listening)

    async def _listen(self, changed: Callable[[], None]) -> None:
        """Be told by the system; end when that is not possible."""
        # Here, so that nobody waits for the import before he has looked.
        import watchfiles

        async for _ in watchfiles.awatch(
            self._path,
            watch_filter=lambda _, path: is_instance_file(Path(path).name),
            debounce=_DEBOUNCE,
            step=_STEP,
            recursive=False,
        ):
            changed()

    def _look(self) -> Look:
        names = sorted(entry.name for entry in self._entries())
        files = {name: self._said(name) for name in names[:MAX_FILES]}
        too_many = f"only {MAX_FILES} files are read"
        return Look.of(files | dict.fromkeys(names[MAX_FILES:], too_many))

    def _said(self, name: str) -> Sighting | str:
        try:
            return self._read(self._path / name)
        except (OSError, ValueError) as error:
            return " ".join(str(error).split())[:MAX_PROBLEM] or "it is damaged"

    def _mark(self) -> _Mark:
        try:
            own = self._path.stat()
        except OSError:
            return None, frozenset()
        return (own.st_dev, own.st_ino), frozenset(self._traits())

    def _traits(self) -> Iterator[tuple[str, int, int, int]]:
        for entry in self._entries():
            # It may be renamed away, or over, this very moment.
            with suppress(OSError):
                found = entry.stat()
                yield entry.name, found.st_ino, found.st_mtime_ns, found.st_size

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        """Yield the instance files that there are; a missing folder has none."""
        with suppress(OSError), os.scandir(self._path) as entries:
            yield from (entry for entry in entries if is_instance_file(entry.name))


def is_instance_file(name: str) -> bool:
    """Whether a file's name is an instance's; drafts begin with a dot."""
    return name.endswith(".json") and not name.startswith(".")
