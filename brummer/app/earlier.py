"""Runs of the project that are over, opened like the one that goes on."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from brummer.app.aside import Aside, told
from brummer.app.indexing import Indexing
from brummer.core.index import LineIndex, Wanted
from brummer.core.instance import EarlierRun, Log
from brummer.errors import BrummerError
from brummer.logs.history import place
from brummer.logs.history.archive import Archive
from brummer.logs.history.closed import ClosedLog
from brummer.logs.history.run import Run
from brummer.model.log import LogExtent, LogWindow
from brummer.model.process import ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRun:
    """Implements :class:`~brummer.core.instance.Log` for a run that is over.

    Threads: any; files are read on workers.
    """

    log: ClosedLog
    archive: Archive
    indexing: Indexing
    aside: Aside
    wake: Callable[[], None]

    def log_processes(self) -> tuple[ProcessId, ...]:
        """Return who has printed anything."""
        return self.log.snapshot().processes

    def log_extent(self, process: ProcessId | None = None) -> LogExtent:
        """Return where the log ends: nothing of it is in memory."""
        return self.log.snapshot().view(process).extent

    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return no lines: nothing of it is in memory."""
        return self.log.snapshot().view(process).window(first, count)

    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        """Read up to *count* lines from number *first* on."""
        return told(
            self.aside, self.wake, lambda: self.archive.window(first, count, process)
        )

    def log_index(self, wanted: Wanted, process: ProcessId | None = None) -> LineIndex:
        """Begin to look for the *wanted* lines of *process*, or of all merged."""
        return self.indexing.open(wanted, process, self.wake)

    def log_since(self, time: float, process: ProcessId | None = None) -> Future[int]:
        """Return the number of the first line that was read at *time* or later."""
        return told(self.aside, self.wake, lambda: self.archive.since(time, process))


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRuns:
    """The runs in the folder *history*, but for that of our own *instance*.

    Threads: any that may wait for a disk.
    """

    history: Path
    instance: str
    indexing: Indexing

    def list(self) -> tuple[EarlierRun, ...]:
        """Return those that are over, the newest last."""
        rows = (Run(folder).row() for folder in place.runs(self.history))
        return tuple(
            EarlierRun(row.id, row.started, row.ended, row.processes, row.size)
            for row in rows
            if row.instance != self.instance and not row.is_running
        )

    def open(self, name: str, aside: Aside, wake: Callable[[], None]) -> Log:
        """Return the log of a run; *wake* is called whenever more of it was read.

        :raises BrummerError: if there is no such run.
        """
        folder = self.history / name
        if folder not in place.runs(self.history):
            raise BrummerError(f"there is no run {name!r} any more")
        run = Run(folder)
        log = ClosedLog(run)
        archive = Archive(log, run)
        # What was found is in the files; what is found now is another run's.
        indexing = replace(
            self.indexing, store=log, archive=archive, findings=lambda: ()
        )
        return ClosedRun(
            log=log,
            archive=archive,
            indexing=indexing,
            aside=aside,
            wake=wake,
        )
