"""An instance made of plain tables, for tests of whatever shows or serves one."""

import itertools
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from brummer.core.index import LineIndex, Wanted
from brummer.core.instance import EarlierRun, Instance, Log, Versions
from brummer.errors import BrummerError, ScriptNotFound
from brummer.model.agent import AgentTable
from brummer.model.command import Command
from brummer.model.finding import Finding
from brummer.model.health import ComponentHealth
from brummer.model.log import LogEntry, LogExtent, LogWindow, Stream
from brummer.model.process import ProcessId, ProcessState, ProcessStatus, Usage
from brummer.model.script import Script, ScriptId
from tests.support.commands import commands
from tests.support.log import FakeIndex, FakeLog
from tests.support.looking import Searched

#: A day in 2026, so that clocks on the screen are the same in every run.
EPOCH = 1_790_000_000.0

FOLDER = Path("/srv/shop")


class Call(NamedTuple):
    """One command that somebody ran."""

    name: str
    arguments: Mapping[str, object]


class FakeInstance(Searched):
    """An :class:`Instance` that a test fills by hand and that notes what is run.

    Commands act at once on the tables: a stopped process is stopped when its
    future is there.  *answers* replaces the answer of a command by a value, a
    future, an exception, or a function that returns one of them.

    Threads: any thread may read and write.  Writers take one lock; readers take
    what was published last.
    """

    def __init__(self, name: str = "shop", folder: Path = FOLDER) -> None:
        super().__init__()
        self._name = name
        self._folder = folder
        self._writing = threading.Lock()
        self._numbers = itertools.count(1)
        self._versions = Versions(0, 0, 0, 0, 0, 0)
        self._processes: Mapping[ProcessId, ProcessState] = MappingProxyType({})
        self._usage: Mapping[ProcessId, Usage] = MappingProxyType({})
        self._scripts: tuple[Script, ...] = ()
        self._findings: tuple[Finding, ...] = ()
        self._health: tuple[ComponentHealth, ...] = ()
        self._agents = AgentTable()
        self._logs: dict[ProcessId | None, FakeLog] = {None: FakeLog(0, [])}
        #: What a full store has dropped, and files still have.
        self._forgotten: dict[ProcessId | None, list[LogEntry]] = {}
        self._watchers: tuple[Callable[[], None], ...] = ()
        self._commands: Mapping[str, Command] = MappingProxyType(commands(self))
        #: Every command that was run, oldest first.
        self.calls: list[Call] = []
        #: Answers that take the place of the command's own.
        self.answers: dict[str, object] = {}
        #: Every index that was asked for, oldest first.
        self.indexes: list[FakeIndex] = []
        #: Runs that are over, by their ids.
        self.earlier: dict[str, tuple[EarlierRun, Log]] = {}
        #: Whether indexes find nothing for the time being.
        self.is_slow = False

    # What a front end reads.

    @property
    def name(self) -> str:
        """What the instance is called."""
        return self._name

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self._folder

    def versions(self) -> Versions:
        """Return the present number of each table."""
        return self._versions

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes."""
        return self._processes

    def usage(self) -> Mapping[ProcessId, Usage]:
        """Return what the running processes use."""
        return self._usage

    def scripts(self) -> tuple[Script, ...]:
        """Return the project's scripts."""
        return self._scripts

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found."""
        return self._findings

    def health(self) -> tuple[ComponentHealth, ...]:
        """Return the health table."""
        return self._health

    def log_processes(self) -> tuple[ProcessId, ...]:
        """Return who has a log."""
        return tuple(process for process in self._logs if process is not None)

    def log_extent(self, process: ProcessId | None = None) -> LogExtent:
        """Return which lines there are."""
        return self._log(process).extent()

    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return some lines."""
        return self._log(process).window(first, count)

    def log_history(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> Future[LogWindow]:
        """Return some lines, also of those that were forgotten."""
        found: Future[LogWindow] = Future()
        found.set_result(self._archive(process).window(first, count))
        return found

    def log_index(self, wanted: Wanted, process: ProcessId | None = None) -> LineIndex:
        """Begin to look for some lines; done when it is refreshed."""
        index = FakeIndex(
            lambda: None if self.is_slow else self._archive(process), wanted
        )
        self.indexes.append(index)
        return index

    def log_since(self, time: float, process: ProcessId | None = None) -> Future[int]:
        """Return the number of the first line that was read at *time* or later."""
        log = self._archive(process)
        later = (e.number for e in log.entries if e.time >= time)
        found: Future[int] = Future()
        found.set_result(next(later, log.extent().end))
        return found

    def agents(self) -> AgentTable:
        """Return what a test said of agents."""
        return self._agents

    def set_agents(self, table: AgentTable) -> None:
        """Say who calls, and what for."""
        with self._writing:
            self._agents = table
        self._changed("agents")

    def earlier_runs(self) -> Future[tuple[EarlierRun, ...]]:
        """Return the runs that a test has put there."""
        found: Future[tuple[EarlierRun, ...]] = Future()
        found.set_result(tuple(run for run, _ in self.earlier.values()))
        return found

    def earlier_log(self, run: str) -> Future[Log]:
        """Return the log of such a run."""
        found: Future[Log] = Future()
        if run in self.earlier:
            found.set_result(self.earlier[run][1])
        else:
            found.set_exception(BrummerError(f"there is no run {run!r} any more"))
        return found

    def _archive(self, process: ProcessId | None) -> FakeLog:
        first, entries = self._log(process)
        gone = self._forgotten.get(process, [])
        return FakeLog(first - len(gone), [*gone, *entries])

    def _log(self, process: ProcessId | None) -> FakeLog:
        return self._logs.get(process, FakeLog(0, []))

    def commands(self) -> Mapping[str, Command]:
        """Return all commands."""
        return self._commands

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command, or answer what the test prepared."""
        self.calls.append(Call(command, MappingProxyType(arguments)))
        answer: object
        try:
            if command in self.answers:
                answer = self.answers[command]
                answer = answer(**arguments) if callable(answer) else answer
            elif command in self._commands:
                answer = self._commands[command].run(**arguments)
            else:
                answer = BrummerError(f"no command named {command!r}")
        except BrummerError as error:
            answer = error
        return _future(answer)

    def watch(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* at every change."""
        with self._writing:
            self._watchers = (*self._watchers, wake)
        return lambda: self._unwatch(wake)

    def _unwatch(self, wake: Callable[[], None]) -> None:
        with self._writing:
            self._watchers = tuple(w for w in self._watchers if w is not wake)

    @property
    def watched(self) -> int:
        """How many watch at the moment."""
        return len(self._watchers)

    # What a test fills in.

    def add_command(self, command: Command) -> None:
        """Add a command, as a plugin does."""
        with self._writing:
            self._commands = MappingProxyType({**self._commands, command.name: command})

    def add_script(self, name: str, command: str = "true", **fields: Any) -> Script:
        """Add a script and return it."""
        made = Script(name=name, command=command, folder=self._folder, source="node")
        script = replace(made, **fields)
        with self._writing:
            self._scripts = (*self._scripts, script)
        self._changed("scripts")
        return script

    def add_process(self, name: str, **fields: Any) -> ProcessState:
        """Add a process, running since :data:`EPOCH`, and return it."""
        number = next(self._numbers)
        made = ProcessState(
            id=ProcessId(f"{name}-{number}"),
            name=name,
            script=ScriptId(f"node:{name}"),
            command=f"run {name}",
            folder=self._folder,
            status=ProcessStatus.RUNNING,
            pid=4000 + number,
            created=EPOCH,
            started=EPOCH,
        )
        state = replace(made, **fields)
        self._publish(state)
        return state

    def set_processes(self, *states: ProcessState) -> None:
        """Replace all processes, as if there had been no others."""
        with self._writing:
            self._processes = MappingProxyType({state.id: state for state in states})
            for state in states:
                self._logs.setdefault(state.id, FakeLog(0, []))
        self._changed("processes")

    def change(self, process: ProcessId, **fields: Any) -> ProcessState:
        """Replace some fields of a process and return its new state."""
        state = replace(self._processes[process], **fields)
        self._publish(state)
        return state

    def _publish(self, state: ProcessState) -> None:
        with self._writing:
            self._processes = MappingProxyType({**self._processes, state.id: state})
            self._logs.setdefault(state.id, FakeLog(0, []))
        self._changed("processes")

    def print(
        self,
        process: ProcessId,
        *lines: str | bytes,
        stream: Stream = Stream.OUT,
        time: float = EPOCH,
        partial: bool = False,
    ) -> None:
        """Let *process* print some lines; *partial* ones have no end yet."""
        with self._writing:
            for line in lines:
                data = os.fsencode(line)
                for log in (self._logs[process], self._logs[None]):
                    number = log.first + len(log.entries)
                    entry = LogEntry(number, process, stream, time, data, partial)
                    log.entries.append(entry)
        self._changed("logs")

    def finish(self, process: ProcessId, line: str) -> None:
        """Let the last line of *process*, which was open, go on and end."""
        with self._writing:
            for log in (self._logs[process], self._logs[None]):
                entry = log.entries[-1]._replace(data=os.fsencode(line), partial=False)
                log.entries[-1] = entry
        self._changed("logs")

    def forget(self, count: int, process: ProcessId | None = None) -> None:
        """Drop the oldest *count* lines of a log, as a full store does."""
        with self._writing:
            first, entries = self._logs[process]
            self._logs[process] = FakeLog(first + count, entries[count:])
            self._forgotten.pop(process, None)
        self._changed("logs")

    def shelve(self, count: int, process: ProcessId | None = None) -> None:
        """Drop the oldest *count* lines of a log from memory; files have them."""
        with self._writing:
            first, entries = self._logs[process]
            self._logs[process] = FakeLog(first + count, entries[count:])
            self._forgotten.setdefault(process, []).extend(entries[:count])
        self._changed("logs")

    def measure(self, process: ProcessId, usage: Usage) -> None:
        """Say what a process uses."""
        with self._writing:
            self._usage = MappingProxyType({**self._usage, process: usage})
        self._changed("usage")

    def report(self, finding: Finding) -> None:
        """Add a finding."""
        with self._writing:
            number = max((each.number for each in self._findings), default=0) + 1
            self._findings = (*self._findings, replace(finding, number=number))
        self._changed("findings")

    def set_findings(self, findings: Iterable[Finding]) -> None:
        """Replace all findings."""
        with self._writing:
            self._findings = tuple(findings)
        self._changed("findings")

    def replace_finding(self, old: Finding, *new: Finding) -> None:
        """Take a finding away, and add *new* ones in its place."""
        with self._writing:
            others = (f for f in self._findings if f != old)
            self._findings = (*others, *new)
        self._changed("findings")

    def set_health(self, *rows: ComponentHealth) -> None:
        """Replace the health table."""
        with self._writing:
            self._health = rows
        self._changed("health")

    def _changed(self, table: str) -> None:
        with self._writing:
            number = getattr(self._versions, table) + 1
            self._versions = self._versions._replace(**{table: number})
        self.wake()

    def wake(self) -> None:
        """Wake everyone who watches."""
        for wake in self._watchers:
            wake()

    # What the commands do.

    def start(
        self, script: str, arguments: tuple[str, ...] | list[str] = ()
    ) -> dict[str, object]:
        """Start a script that was added, or fail as the real command does."""
        found = [s for s in self._scripts if script in {s.name, s.id}]
        if not found:
            raise ScriptNotFound(script)
        state = self.add_process(found[0].name, arguments=tuple(arguments))
        return {"process": state.id}

    def ensure(
        self,
        script: str,
        arguments: tuple[str, ...] | list[str] = (),
        *,
        again: bool = False,
    ) -> dict[str, object]:
        """Start a script unless it runs."""
        for state in self._processes.values():
            is_it = script in {state.name, state.script} and not state.is_finished
            if is_it and not again:
                return {"process": state.id, "started": False}
        return {**self.start(script, arguments), "started": True}

    def start_command(self, command: str, name: str = "") -> dict[str, object]:
        """Start a shell line."""
        state = self.add_process(name or command.split(maxsplit=1)[0], command=command)
        return {"process": state.id}

    def find(self, process: str) -> ProcessState:
        """Return a process by its id, or the newest of a script's name."""
        for state in reversed(tuple(self._processes.values())):
            if process in {state.id, state.name}:
                return state
        raise BrummerError(f"no process named {process!r}")

    def stop(self, process: str) -> dict[str, object]:
        """End a process as if by SIGTERM."""
        state = self.find(process)
        if not state.is_finished:
            state = self.change(
                state.id,
                status=ProcessStatus.STOPPED,
                exit_code=143,
                ended=EPOCH + 60,
                deadline=None,
            )
        return {"process": state.id, "status": state.status, "exit_code": 143}

    def restart(self, process: str) -> dict[str, object]:
        """End a process and add the one that takes its place."""
        old = self.find(process)
        self.stop(old.id)
        new = self.add_process(old.name, run=old.run + 1, replaces=old.id)
        return {"process": new.id}

    def write(
        self, process: str, text: str, *, hidden: bool = False
    ) -> dict[str, object]:
        """Take note of what is typed into a process, unless it is *hidden*."""
        line = "(hidden)" if hidden else text.rstrip("\n")
        self.print(self.find(process).id, f"> {line}", stream=Stream.NOTE)
        return {}

    def stop_all(self) -> dict[str, object]:
        """End every process."""
        for process in self._processes:
            self.stop(process)
        return {}


def _future(answer: object) -> Future[object]:
    """Return a future that is already there, unless *answer* is one itself."""
    if isinstance(answer, Future):
        return answer
    future: Future[object] = Future()
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
    return future


def conforms(fake: FakeInstance) -> Instance:
    """Return *fake* as what it stands for; a type checker verifies that it does."""
    return fake
