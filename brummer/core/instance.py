"""A running Brummer, as its front ends see it.

The screen, the control socket and (later) the MCP server all work through
:class:`Instance`.  There is one implementation in the same process and there
can be one over the control socket, so nothing here hands out a lock, a thread
or anything that is not a value or a named command.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple, Protocol

from brummer.core.index import LineIndex, Wanted
from brummer.core.looking import Looking
from brummer.model.agent import AgentTable
from brummer.model.command import Command
from brummer.model.finding import Finding
from brummer.model.health import ComponentHealth
from brummer.model.log import LogExtent, LogWindow
from brummer.model.process import ProcessId, ProcessState, Usage
from brummer.model.script import Script


class Versions(NamedTuple):
    """A number per table; a table is worth reading again when its number changed."""

    processes: int
    scripts: int
    logs: int
    findings: int
    health: int
    usage: int
    agents: int = 0


class EarlierRun(NamedTuple):
    """An instance of this project that is over, and of which files are kept.

    *started* and *ended* are in seconds since the epoch, *ended* is ``None`` if it was
    killed; *size* is in bytes on disk.
    """

    id: str
    started: float
    ended: float | None
    processes: int
    size: int


class Log(Protocol):
    """What was printed, as a front end may read it.

    Threads: every method is safe from any thread, returns at once and waits for
    nobody.  What it returns is frozen.
    """

    def log_processes(self) -> tuple[ProcessId, ...]:
        """Return who has printed anything, in the order of the first line."""

    def log_extent(self, process: ProcessId | None = None) -> LogExtent:
        """Return which lines *process* has, or all processes merged."""

    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return up to *count* lines from number *first* on.

        A *first* below the extent is moved up to it.  Costs what the window
        costs, however long the log is.
        """

    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        """Read up to *count* lines from number *first* on, also from files.

        As :meth:`log_window`, but the extent begins with the oldest line that is
        kept anywhere, and the numbers may have gaps where lines are missing on disk.
        Watchers are told when the future is there.
        """

    def log_index(self, wanted: Wanted, process: ProcessId | None = None) -> LineIndex:
        """Begin to look for the *wanted* lines of *process*, or of all merged.

        They have the numbers of :meth:`log_window`.  Nothing is looked at before the
        index is refreshed, and whoever asked for it has to close it.  Watchers are
        told when more was found.
        """

    def log_since(self, time: float, process: ProcessId | None = None) -> Future[int]:
        """Return the number of the first line that was read at *time* or later.

        That is the number after the last line if there is none.  *time* is in seconds
        since the epoch.  Watchers are told when the future is there.
        """


class Instance(Log, Protocol):
    """What a front end may read and do.

    Threads: every method is safe from any thread, returns at once and waits
    for nobody.  What it returns is frozen.
    """

    @property
    def name(self) -> str:
        """What the instance is called: the name of the project's folder."""

    @property
    def folder(self) -> Path:
        """The project's folder."""

    def versions(self) -> Versions:
        """Return the present number of each table."""

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes in the order in which they were made."""

    def usage(self) -> Mapping[ProcessId, Usage]:
        """Return what the running processes used when last measured."""

    def scripts(self) -> tuple[Script, ...]:
        """Return the project's scripts, in the order to show them."""

    def findings(self) -> tuple[Finding, ...]:
        """Return what detectors found, oldest first."""

    def health(self) -> tuple[ComponentHealth, ...]:
        """Return the health table."""

    def agents(self) -> AgentTable:
        """Return who calls us, what for, and what people handed to them."""

    def earlier_runs(self) -> Future[tuple[EarlierRun, ...]]:
        """Find the runs of this project of which there are files, the newest last.

        Watchers are told when the future is there.
        """

    def earlier_log(self, run: str) -> Future[Log]:
        """Open the log of an earlier run, by its id.

        Watchers are told when the future is there.
        """

    def log_search(
        self, changed: Callable[[], object], arguments: Mapping[str, object]
    ) -> Future[Looking]:
        """Begin to look for the newest lines that are as *arguments* say.

        They are those of the command ``logs.search``.  *changed* is called on any
        thread when there is more, and must return at once.  Whoever asked for it has to
        cancel it, unless it comes to its end.
        """

    def commands(self) -> Mapping[str, Command]:
        """Return all commands by name."""

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command by name.

        Whatever goes wrong, an unknown name included, is the exception of the
        future; most are :class:`brummer.errors.BrummerError`.
        """

    def watch(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* whenever a version may have changed; return how to end that.

        *wake* is called on any thread, often, and must return at once.
        """
