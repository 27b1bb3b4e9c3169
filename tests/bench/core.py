"""The core of the program, wired as the program wires it, without children."""

from pathlib import Path
from typing import Final

from brummer.app.earlier import EarlierRuns
from brummer.app.indexing import Indexing
from brummer.app.instance import LocalInstance, Tables, Watchers
from brummer.app.lobby import Lobby, Means
from brummer.app.recall import Recall
from brummer.app.scripts import ScriptTable
from brummer.app.search import SearchCommand
from brummer.config.settings import Settings
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.commands import CommandTable
from brummer.core.guard import Guard
from brummer.core.health import HealthTable
from brummer.core.registry import Registry
from brummer.core.resources import Duties, ResourceMonitor
from brummer.logs.detection import Detection
from brummer.logs.history.archive import Archive
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.command import Command, Parameter
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId


class Core:
    """Bus, registry, log, health, commands, and the instance that shows them.

    All settings are the defaults.  There are *processes* in the registry, which
    never change by themselves.

    Threads: built and closed by one; the parts say for themselves who may use
    them.
    """

    def __init__(self, processes: int) -> None:
        self._settings, self._clock = Settings(), SystemClock()
        self._watchers = Watchers()
        health = HealthTable(self._clock)
        self.bus: Final = EventBus(self._settings.eventbus, health)
        self._guard = Guard(health, self.bus.publish)
        self.registry: Final = Registry(self._settings.process_manager.history)
        self.names: Final = [ProcessId(f"job-{n}") for n in range(processes)]
        for name in self.names:
            self.registry.update(name, lambda _, name=name: state(name))  # type: ignore[misc]  # mypy has no type for a lambda with a default
        self.store: Final = LogStore(
            max_entries=self._settings.log_store.max_entries,
            max_bytes=self._settings.log_store.max_bytes,
        )
        detection = Detection(
            (), max_findings=10, failed=self._guard.report, clock=self._clock
        )
        self.log: Final = self._built_log(detection)
        self.instance: Final = self._built_instance(detection, health)

    def _built_log(self, detection: Detection) -> LogThread:
        outlets = Outlets(
            drained=_ignore,
            publish=self.bus.publish,
            changed=self._watchers.wake,
            failed=self._guard.report,
        )
        writer = LogWriter(self.store, detection, outlets)
        return LogThread(writer, self._settings.log_store, self._clock)

    def _built_instance(
        self, detection: Detection, health: HealthTable
    ) -> LocalInstance:
        commands = CommandTable(self.bus.run_aside)
        commands.add(
            Command(
                name="process.show",
                title="show a process",
                run=self._show,
                parameters=(Parameter(name="process", description="its id"),),
            )
        )
        duties = Duties(members=dict, publish=self.bus.publish)
        monitor = ResourceMonitor(
            self._settings.resources, duties, self._guard, self._clock
        )
        archive = Archive(self.store)
        indexing = Indexing(
            store=self.store,
            archive=archive,
            filters={},
            findings=detection.findings,
            aside=self.bus.run_aside,
            clock=self._clock,
        )
        tables = Tables(
            registry=self.registry,
            scripts=ScriptTable(Path(), {}, lambda _: ()),
            store=self.store,
            detection=detection,
            health=health,
            monitor=monitor,
            commands=commands,
            archive=archive,
            indexing=indexing,
            earlier=EarlierRuns(history=Path(), instance="", indexing=indexing),
            lobby=Lobby(
                Means(self._clock, lambda: None, self.bus.run_aside, print, None)
            ),
            search=SearchCommand(
                store=self.store,
                registry=self.registry,
                aside=self.bus.run_aside,
                clock=self._clock,
                archive=archive,
                filters={},
                findings=detection.findings,
                recall=Recall(archive, self._clock),
            ),
            aside=self.bus.run_aside,
        )
        return LocalInstance(Path(), tables, self._watchers)

    def _show(self, process: str) -> object:
        found = self.registry.get(ProcessId(process))
        return {"id": process, "status": found and found.status}

    def close(self) -> None:
        """Store and deliver what is under way, and end the threads.

        :raises AssertionError: if something does not end.
        """
        self.log.finish()
        assert self.log.join(60), "the log does not end"
        assert self.bus.close(60), "the bus does not end"


def state(process: ProcessId) -> ProcessState:
    """Return a process at its beginning."""
    return ProcessState(
        id=process,
        name=process,
        script=ScriptId(f"bench:{process}"),
        command="sleep inf",
        folder=Path(),
    )


def _ignore(*_: object) -> None:
    """Hear nothing."""
