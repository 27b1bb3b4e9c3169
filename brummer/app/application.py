"""The running program: builds its parts, starts and stops them in order."""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import cached_property, partial
from threading import Lock
from typing import Final

from brummer.app.agents import Agents
from brummer.app.commands import ProcessCommands
from brummer.app.conflict import PortCommand, PortConflict
from brummer.app.earlier import EarlierRuns
from brummer.app.engine import Around, Engine
from brummer.app.findings import finding_commands
from brummer.app.gauges import Gauges
from brummer.app.handing import agent_commands
from brummer.app.history import Records
from brummer.app.instance import LocalInstance, Tables, Watchers
from brummer.app.lobby import AUDIT, Lobby, Means
from brummer.app.maintenance import Maintenance
from brummer.app.once import Once
from brummer.app.preparation import Preparation
from brummer.app.program import ProgramForPlugins
from brummer.app.project import Project
from brummer.app.reading import Reading, reading
from brummer.app.scripts import ScriptTable
from brummer.app.subscription import subscribe
from brummer.app.watching import Listeners, ProjectWatch
from brummer.control.record import new_id
from brummer.core.aside import settle
from brummer.core.bus import EventBus
from brummer.core.clock import SystemClock
from brummer.core.commands import CommandTable
from brummer.core.guard import Guard, attempt
from brummer.core.health import HealthTable
from brummer.core.registry import new_registry
from brummer.core.resources import Duties, ResourceMonitor
from brummer.core.threads import Role, allotment, spawn
from brummer.errors import BrummerError
from brummer.mcp.trace import TRACE
from brummer.model.command import Command
from brummer.model.event import (
    Event,
    ScriptsDetected,
)
from brummer.model.finding import Finding
from brummer.model.log import Segment
from brummer.model.script import Script
from brummer.plugin.discovery import discover
from brummer.plugin.handle import Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.settings import Configuration
from brummer.plugin.worker import THREADS, at_once
from brummer.process.census import members
from brummer.process.supervisor import Supervisor

logger = logging.getLogger(__name__)


class Application:
    """All parts of a running Brummer.

    ::

        open()      threads run, plugins are told
        detect()    scripts are read, which may take a while
        instance    what front ends work with
        quit()      plugins are told, every process ends
        finish()    no more is read; the last lines are stored
        close()     the threads end

    Threads: the main thread builds, opens and closes; :meth:`quit` is safe from
    any.  The parts say for themselves who may use them.
    """

    def __init__(
        self,
        project: Project,
        show: Callable[[Sequence[Segment]], object] | None = None,
        tell: Callable[[str], object] = logger.warning,
    ) -> None:
        """Build everything and start nothing.

        *show* gets everything that is stored, in order, and may wait.  *tell*
        gets a sentence for each part that does not do what it should.
        """
        settings = project.settings
        self.id: Final = new_id(project.folder)
        self._project = project
        self._tell = Once(tell)
        self._clock = SystemClock()
        self._watchers = Watchers()
        self._health = HealthTable(self._clock)
        self._bus = EventBus(settings.eventbus, self._health)
        self._guard = Guard(self._health, self._publish)
        self._registry = new_registry(
            settings.process_manager.status_read_strategy,
            settings.process_manager.history,
        )
        self._commands = CommandTable(self._bus.run_aside)
        self._host = self._loaded_plugins()
        self._scripts = ScriptTable(
            project.folder, settings.scripts, self._host.detect_scripts
        )
        #: Resolved when the end was asked for and every process is gone.
        self.ended: Final[Future[None]] = Future()
        #: Written by the main thread.
        self._finished: Future[None] | None = None
        #: Several threads may ask for the end at once; one of them begins it.
        self._ending = Lock()
        #: Written under the lock, read without.
        self._is_ending = False
        #: Set at the end of the building, before any thread could look.
        self._engine: Engine | None = None
        self._configure_plugins()
        self._engine = engine = self._built_engine(show)
        self._monitor = self._built_monitor(engine)
        self._watch = self._built_watch(engine.supervisor)
        self._add_commands(engine)
        self.instance: Final = LocalInstance(
            project.folder, self._tables(engine), self._watchers
        )

    def _publish(self, event: Event) -> bool:
        """Publish *event*, and wake the front ends that look at what it is about."""
        published = self._bus.publish(event)
        self._watchers.wake()
        return published

    def _loaded_plugins(self) -> PluginHost:
        strict = bool(self._project.environment.get("BRUM_STRICT_PLUGINS"))
        is_alone = self._project.settings.eventbus.fallback_mode
        surroundings = Surroundings(
            aside=at_once if is_alone else partial(spawn, Role.PLUGIN),
            report_failure=self._plugin_failed,
            report_recovery=self._plugin_recovered,
            clock=self._clock,
            strict=strict,
        )
        host = PluginHost(discover(self._project.choice), surroundings)
        host.load()
        return host

    def _plugin_failed(self, plugin: str, _: str, sentence: str) -> None:
        self.degraded(f"plugin {plugin}", sentence)

    def _plugin_recovered(self, plugin: str) -> None:
        # Should the same go wrong again, it is news again.
        self._tell.forget(f"plugin {plugin}")
        self._guard.recovered(f"plugin {plugin}")

    def _configure_plugins(self) -> None:
        program = ProgramForPlugins(
            registry=self._registry,
            scripts=self._scripts,
            commands=self._commands,
            supervisor=self._supervisor,
            keep=self._keep,
            renewal=self._lobby.renewal,
        )
        loaded = self._project.loaded
        configuration = Configuration(settings=loaded.settings, origin=loaded.where)
        self._host.configure(program, configuration)

    def _supervisor(self) -> Supervisor | None:
        return self._engine.supervisor if self._engine else None

    def _keep(self, finding: Finding) -> None:
        if self._engine:
            self._engine.log.report(finding)

    def _built_engine(
        self, show: Callable[[Sequence[Segment]], object] | None
    ) -> Engine:
        project = self._project
        preparation = Preparation(
            self._host, project.settings, project.folder, project.environment
        )
        around = Around(
            instance=self.id,
            settings=project.settings,
            ledger=project.state / f"{self.id}.ledger",
            environment=project.environment,
            clock=self._clock,
            guard=self._guard,
            registry=self._registry,
            prepare=preparation.launch,
            run_aside=self._bus.run_aside,
            publish=self._publish,
            wake=self._watchers.wake,
            report=self.degraded,
            find=self._scripts.find,
            began=self._began,
            show=show,
            book=self._records().open(),
        )
        return Engine(around, (PortConflict(), *self._host.detectors()))

    def _records(self) -> Records:
        return Records(
            project=self._project,
            instance=self.id,
            describe=self._registry.get,
            guard=self._guard,
            report=self.degraded,
            clock=self._clock,
        )

    def _built_monitor(self, engine: Engine) -> ResourceMonitor:
        duties = Duties(
            members=lambda: members(engine.supervisor.trees()),
            publish=self._publish,
            sheds=(engine.log.shed,),
            ticks=(self._guard.settle, self._host.watch),
            locks=(self._registry.lock, self._health.lock),
            allotted=allotment(
                self._project.settings.eventbus.worker_pool_size,
                len(self._host.report()) * THREADS,
            ),
        )
        return ResourceMonitor(
            self._project.settings.resources, duties, self._guard, self._clock
        )

    @cached_property
    def _lobby(self) -> Lobby:
        is_audited = self._project.settings.mcp.audit
        return Lobby(
            Means(
                clock=self._clock,
                wake=self._watchers.wake,
                aside=self._bus.run_aside,
                report=lambda text: self.degraded("mcp audit", text),
                audit=self._project.state / AUDIT if is_audited else None,
                trace=self._project.places.state / TRACE,
            )
        )

    @cached_property
    def agents(self) -> Agents:
        """The server for agents, to be opened once."""
        return Agents(
            project=self._project,
            instance=self.instance,
            host=self._host,
            aside=self._bus.run_aside,
            report=lambda text: self.degraded("mcp", text),
            clock=self._clock,
            lobby=self._lobby,
        )

    @cached_property
    def _reading(self) -> Reading:
        return reading(
            self._project,
            self.engine,
            self._registry,
            self._bus.run_aside,
            self._clock,
        )

    def _began(self, script: Script) -> None:
        self._watch.add(script)

    def _built_watch(self, supervisor: Supervisor) -> ProjectWatch:
        listeners = Listeners(
            detect=self.detect,
            renew=supervisor.renew,
            remark=supervisor.remark,
            report=lambda text: self.degraded("watch", text),
        )
        never = (self._project.state,)
        folder = self._project.folder
        return ProjectWatch(folder, listeners, self._guard, never=never)

    def _add_commands(self, engine: Engine) -> None:
        processes = ProcessCommands(
            engine.supervisor, self._scripts, self._registry.snapshot, self._detect
        )
        maintenance = Maintenance(
            project=self._project,
            engine=engine,
            host=self._host,
            health=self._health,
            gauges=Gauges(
                bus=self._bus,
                registry=self._registry,
                engine=engine,
                monitor=self._monitor,
            ),
            quit_=self.quit,
            hurry=self.hurry,
        )
        own: list[Command] = [
            *processes.table(),
            *self._reading.table(),
            *finding_commands(self._project.folder, engine, self._registry),
            *PortCommand(self.id).table(),
            *maintenance.table(),
            *engine.past.table(),
            *agent_commands(self._lobby, engine, self._registry, self._commands),
        ]
        names = [command.name for command in own]
        for command in (*own, *self._host.commands(names)):
            self._commands.add(command)

    def _tables(self, engine: Engine) -> Tables:
        return Tables(
            registry=self._registry,
            scripts=self._scripts,
            store=engine.store,
            detection=engine.detection,
            health=self._health,
            monitor=self._monitor,
            commands=self._commands,
            archive=engine.past.archive,
            search=self._reading.search,
            indexing=self._reading.indexing,
            earlier=EarlierRuns(
                history=self._project.history,
                instance=self.id,
                indexing=self._reading.indexing,
            ),
            lobby=self._lobby,
            aside=self._bus.run_aside,
        )

    @property
    def engine(self) -> Engine:
        """The children and what they print."""
        assert self._engine is not None, "it was built with everything else"
        return self._engine

    def run_aside(self, work: Callable[[], None]) -> Future[None]:
        """Run something that takes a while on a worker."""
        return self._bus.run_aside(work)

    def degraded(self, component: str, text: str) -> None:
        """Show that *component* does not do what it should."""
        self._tell(component, text)
        self._guard.report(component, BrummerError(text))

    def open(self) -> None:
        """Start the threads, and tell the plugins."""
        subscribe(self._bus, self._host, self.engine, self.id)
        self.engine.open()
        self._monitor.open()
        self._watch.open()
        self._host.startup()

    def _detect(self) -> tuple[Script, ...]:
        scripts = self._scripts.detect()
        self._publish(ScriptsDetected(scripts=scripts))
        return scripts

    def detect(self) -> Future[object]:
        """Read the scripts aside; the future is there when that is done.

        A plugin may take its time, and the screen, the watch and the end of the
        program wait for none.
        """
        detected: Future[object] = Future()
        # Not on a worker that is lent: with a small pool, a plugin that hangs would
        # have half of those wait.
        spawn(
            Role.BUS,
            lambda: settle(detected, lambda: self._guard.call("scripts", self._detect)),
        )
        return detected

    @property
    def is_ending(self) -> bool:
        """Whether somebody has asked for the end."""
        return self._is_ending

    def quit(self) -> Future[None]:
        """Let plugins put their things away, then end every process.

        The future, :attr:`ended`, is there when all are gone.  Asked again, it is
        the same end and shortens nothing.
        """
        with self._ending:
            is_first, self._is_ending = not self._is_ending, True
        if is_first:
            # Not on a worker that is lent: something may hold all of those for ever.
            _, error = attempt(spawn, Role.BUS, self._end)
            if error is not None:
                self._end()
        return self.ended

    def hurry(self) -> Future[None]:
        """End every grace period that has begun, or will if the end was asked for."""
        if self._is_ending:
            self.engine.hurry()
        return self.engine.supervisor.hurry()

    def _end(self) -> None:
        # Whatever comes of the plugins, the processes are ended.
        for name in self._guard.call("plugins", self._host.shutdown) or ():
            logger.warning("plugin %s did not end in time", name)
        gone, error = attempt(self.engine.shutdown)
        if gone is None:
            # Whoever waits for the end would do so for ever.
            self.ended.set_exception(error or RuntimeError("nobody ends anything"))
        else:
            gone.add_done_callback(lambda done: settle(self.ended, done.result))

    def finish(self) -> Future[None]:
        """Read no more, and store the last lines; the future says when that is done.

        Whoever prints has to go on until then.  All processes have ended.

        Threads: the main thread only.
        """
        if self._finished is None:
            finished: Future[None] = Future()
            self._finished = finished
            # As for the beginning of the end, no worker may be free.
            finish = partial(settle, finished, self.engine.finish)
            _, error = attempt(spawn, Role.BUS, finish)
            if error is not None:
                finish()
        return self._finished

    def start(self, words: Iterable[str], arguments: tuple[str, ...]) -> None:
        """Start what the command line names.

        :raises ScriptNotFound: for the first word that is nothing that can run;
            nothing has been started then.
        """
        scripts = [self._scripts.meant_by(word, arguments) for word in words]
        for script in scripts:
            self.engine.supervisor.start(script)

    def close(self) -> bool:
        """End the threads; return whether all of them did.

        If not, something hangs, and the interpreter cannot end by itself.
        """
        self._watch.close()
        self._monitor.close()
        is_idle = self._host.close()
        is_idle = self._bus.close(timeout=2.0) and is_idle
        # Last of all: nobody else writes what workers left.
        self._lobby.close()
        return is_idle
