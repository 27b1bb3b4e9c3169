"""The history of an instance: made, told about, and asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from brummer.app.project import Project
from brummer.config.paths import NOWHERE
from brummer.core.clock import Clock
from brummer.core.guard import Guard
from brummer.core.threads import Role
from brummer.errors import BrummerError
from brummer.logs.history import place
from brummer.logs.history.archive import Archive
from brummer.logs.history.run import Run, size
from brummer.logs.history.thread import History, Surroundings
from brummer.logs.history.upkeep import Bounds, Upkeep
from brummer.logs.history.writer import HistoryWriter, Owner
from brummer.logs.store import LogStore
from brummer.model.command import Command, CommandThread
from brummer.model.event import ProcessChanged
from brummer.model.process import ProcessId, ProcessState

#: What the health table calls it.
COMPONENT: Final = "history"

_DAY: Final = 24 * 60 * 60

#: Seconds that removing it may take.
_CLEARING: Final = 60.0


class Book(NamedTuple):
    """A history that is being written, and the folder of the run."""

    history: History
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """How the history of *project* is kept, and who is told how that goes.

    *describe* returns what is known of a process, *report* gets the name of the
    component and a sentence when something is wrong.
    """

    project: Project
    instance: str
    describe: Callable[[ProcessId], ProcessState | None]
    guard: Guard
    report: Callable[[str, str], object]
    clock: Clock

    def open(self) -> Book | None:
        """Begin to write, unless that was not wanted or there is no place for it.

        What is too old or too much goes soon.
        """
        settings, folder = self.project.settings.history, self.project.history
        if not settings.enabled or NOWHERE in folder.parents:
            return None
        owner = Owner(
            instance=self.instance,
            project=self.project.folder,
            history=folder,
            started=self.clock.now(),
            describe=self.describe,
        )
        bounds = Bounds(max_bytes=settings.max_bytes, max_age=settings.max_days * _DAY)
        surroundings = Surroundings(
            failed=partial(self.report, COMPONENT),
            recovered=partial(self.guard.recovered, COMPONENT),
            spawn=partial(self.guard.spawn, Role.HISTORY, COMPONENT),
            clock=self.clock,
        )
        writer = HistoryWriter(owner, part_bytes=settings.part_bytes, clock=self.clock)
        upkeep = Upkeep(folder, owner.folder, bounds, self.clock)
        return Book(History(writer, upkeep, surroundings), owner.folder)


class Past:
    """What was printed, as far back as it goes; without a *book*, what memory has.

    Threads: any; reading may wait for a disk, so it is done on bus workers.
    """

    def __init__(self, store: LogStore, book: Book | None) -> None:
        self._book = book
        self.archive: Final = (
            Archive(store, Run(book.folder), book.history.settle)
            if book is not None
            else Archive(store)
        )

    @property
    def history(self) -> History | None:
        """What writes it, if anything does."""
        return self._book.history if self._book else None

    def close(self, timeout: float) -> bool:
        """Write what was stored, then end; return whether that was done in time."""
        if self._book is None:
            return True
        self._book.history.finish()
        return self._book.history.join(timeout)

    def hear(self, event: ProcessChanged) -> None:
        """Note how a process ended."""
        if self._book is not None and event.after.is_finished:
            self._book.history.describe(event.after)

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="history.status",
            title="where the history is, and how large",
            run=self._status,
            thread=CommandThread.BUS,
        )
        yield Command(
            name="history.clear",
            title="remove what was printed from the disk",
            run=self._clear,
            thread=CommandThread.BUS,
        )

    def _status(self) -> object:
        if self._book is None:
            return {"folder": None, "runs": 0, "size": 0, "lost": 0, "behind": False}
        history, root = self._book.history, self._book.folder.parent
        return {
            "folder": str(root),
            "runs": len(place.runs(root)),
            "size": size(root),
            "lost": history.lost,
            "behind": history.is_behind,
        }

    def _clear(self) -> object:
        if self._book is None:
            raise BrummerError("no history is kept here")
        if not self._book.history.clear(_CLEARING):
            raise BrummerError("the history is still being removed")
        return self._status()
