"""The instance as front ends in the same process see it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeVar

from brummer.app.aside import Aside, told
from brummer.app.earlier import EarlierRuns
from brummer.app.indexing import Indexing
from brummer.app.lobby import Lobby
from brummer.app.scripts import ScriptTable
from brummer.app.search import SearchCommand
from brummer.core.commands import CommandTable
from brummer.core.health import HealthTable
from brummer.core.index import LineIndex, Wanted
from brummer.core.instance import EarlierRun, Log, Versions
from brummer.core.looking import Looking
from brummer.core.registry import Registry
from brummer.core.resources import ResourceMonitor
from brummer.logs.detection import Detection
from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.model.agent import AgentTable
from brummer.model.command import Command
from brummer.model.finding import Finding
from brummer.model.health import ComponentHealth
from brummer.model.log import LogExtent, LogWindow
from brummer.model.process import ProcessId, ProcessState, Usage
from brummer.model.script import Script

_T = TypeVar("_T")


class Watchers:
    """Tells front ends that something may have changed.

    Threads: :meth:`wake` is called on any thread, for every change there is, so
    it takes no lock: it goes through a tuple that is replaced, never changed.
    Adding and removing replace it, from any thread, hence their lock.
    """

    def __init__(self) -> None:
        self._writing = Lock()
        self._wakers: tuple[Callable[[], None], ...] = ()

    def add(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* at every change; return how to end that."""
        with self._writing:
            self._wakers = (*self._wakers, wake)
        return lambda: self._remove(wake)

    def _remove(self, wake: Callable[[], None]) -> None:
        with self._writing:
            self._wakers = tuple(w for w in self._wakers if w is not wake)

    def wake(self) -> None:
        """Wake everyone.

        One that was removed a moment ago may still be called once: it must bear
        that.
        """
        for wake in self._wakers:
            wake()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Where everything that front ends read is published."""

    registry: Registry
    scripts: ScriptTable
    store: LogStore
    detection: Detection
    health: HealthTable
    monitor: ResourceMonitor
    commands: CommandTable
    archive: Archive
    indexing: Indexing
    search: SearchCommand
    earlier: EarlierRuns
    lobby: Lobby
    aside: Aside


class LocalInstance:
    """Implements :class:`~brummer.core.instance.Instance` in the same process.

    Threads: safe from any thread; every read is a look at what a writer
    published last.
    """

    def __init__(self, folder: Path, tables: Tables, watchers: Watchers) -> None:
        self._folder = folder
        self._tables = tables
        self._watchers = watchers

    @property
    def name(self) -> str:
        """The name of the project's folder."""
        return self._folder.name or str(self._folder)

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self._folder

    def versions(self) -> Versions:
        """Return the present number of each table."""
        tables = self._tables
        return Versions(
            processes=tables.registry.version,
            scripts=tables.scripts.current().version,
            logs=tables.store.version,
            findings=tables.detection.version,
            health=tables.health.version,
            usage=tables.monitor.version,
            agents=tables.lobby.version,
        )

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes in the order in which they were made."""
        return self._tables.registry.snapshot()

    def usage(self) -> Mapping[ProcessId, Usage]:
        """Return what the running processes used when last measured."""
        return self._tables.monitor.usage()

    def scripts(self) -> tuple[Script, ...]:
        """Return the project's scripts."""
        return self._tables.scripts.current().scripts

    def findings(self) -> tuple[Finding, ...]:
        """Return what detectors found, oldest first."""
        return self._tables.detection.findings()

    def health(self) -> tuple[ComponentHealth, ...]:
        """Return the health table."""
        return self._tables.health.snapshot()

    def agents(self) -> AgentTable:
        """Return who calls us, what for, and what people handed to them."""
        return self._tables.lobby.table()

    def log_processes(self) -> tuple[ProcessId, ...]:
        """Return who has printed anything, in the order of the first line."""
        return self._tables.store.snapshot().processes

    def log_extent(self, process: ProcessId | None = None) -> LogExtent:
        """Return which lines *process* has, or all processes merged."""
        return self._tables.store.extent(process)

    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return up to *count* lines from number *first* on."""
        return self._tables.store.window(first, count, process)

    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        """Read up to *count* lines from number *first* on, also from files."""
        archive = self._tables.archive
        return self._told(lambda: archive.window(first, count, process))

    def log_index(self, wanted: Wanted, process: ProcessId | None = None) -> LineIndex:
        """Begin to look for the *wanted* lines of *process*, or of all merged."""
        return self._tables.indexing.open(wanted, process, self._watchers.wake)

    def log_since(self, time: float, process: ProcessId | None = None) -> Future[int]:
        """Return the number of the first line that was read at *time* or later."""
        archive = self._tables.archive
        return self._told(lambda: archive.since(time, process))

    def _told(self, read: Callable[[], _T]) -> Future[_T]:
        return told(self._tables.aside, self._watchers.wake, read)

    def earlier_runs(self) -> Future[tuple[EarlierRun, ...]]:
        """Find the runs of this project of which there are files, the newest last."""
        return self._told(self._tables.earlier.list)

    def earlier_log(self, run: str) -> Future[Log]:
        """Open the log of an earlier run, by its id."""
        aside, wake = self._tables.aside, self._watchers.wake
        return self._told(lambda: self._tables.earlier.open(run, aside, wake))

    def log_search(
        self, changed: Callable[[], object], arguments: Mapping[str, object]
    ) -> Future[Looking]:
        """Begin to look for the newest lines that are as *arguments* say."""
        tables = self._tables
        return tables.aside(lambda: tables.search.begin(changed, arguments))

    def commands(self) -> Mapping[str, Command]:
        """Return all commands by name."""
        return self._tables.commands.snapshot()

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command by name."""
        return self._tables.commands.run(command, arguments)

    def watch(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* whenever a version may have changed."""
        return self._watchers.add(wake)
