"""Loads plugins, asks them, tells them, and keeps each one's failures its own."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from brummer.core.guard import attempt
from brummer.model.command import Command
from brummer.model.finding import Detector, Finding
from brummer.model.process import ProcessState
from brummer.model.script import Launch, Script
from brummer.plugin import answer, guarded
from brummer.plugin.access import PluginApp
from brummer.plugin.contribution import App, Program
from brummer.plugin.delivery import is_refused
from brummer.plugin.discovery import Discovery, FoundPlugin
from brummer.plugin.failure import AnswerError
from brummer.plugin.handle import IMPORT, Complaint, Handle, Surroundings, at_once
from brummer.plugin.implementation import HOOKS, Implementation, Relay
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import Configuration, PluginSettings

T = TypeVar("T")

#: Seconds that all plugins together have for putting away their things.
SHUTDOWN: Final = 2.0

#: Hooks whose complaint is the answer: the start that asked fails with it.
_COMPLAINT: Final = MappingProxyType(
    {"brummer_launch": Complaint.LEAVE, "brummer_environment": Complaint.LEAVE}
)


class Environment(NamedTuple):
    """What all plugins set for a script, and what they disagreed about."""

    variables: Mapping[str, str]
    notes: tuple[str, ...]


class PluginHost:
    """Loads the plugins of *discovery* and stands between them and the program.

    Every answer is checked where it comes in, so what the methods return is what
    they promise, whatever the plugins do.

    Threads: the main one loads and configures, before any other asks.  Everything
    else is safe from any thread, and :meth:`report` neither waits nor locks: the
    tables below are replaced as a whole, never changed.
    """

    def __init__(
        self, discovery: Discovery, around: Surroundings | None = None
    ) -> None:
        self._discovery: Final = discovery
        self._around: Final = around or Surroundings()
        self._relay: Final = Relay()
        #: These four are rebound by the main thread only.
        self._handles: tuple[Handle, ...] = ()
        self._table: Mapping[str, tuple[Implementation, ...]] = MappingProxyType({})
        self._apps: Mapping[str, App] = MappingProxyType({})
        self._configured: tuple[Program, Configuration] | None = None

    def load(self) -> None:
        """Import every plugin that is wanted, one by one."""
        for plugin in self._discovery.plugins:
            self.add(plugin)

    def add(self, plugin: FoundPlugin) -> None:
        """Import one plugin, and configure it if the others have been."""
        handle = Handle(plugin.report, self._around)
        handles = [*self._handles, handle]
        self._handles = tuple(sorted(handles, key=lambda one: one.name))
        if plugin.report.state is PluginState.BROKEN:
            handle.refused(plugin.report.error)
        if handle.is_on:
            self._import(plugin, handle)
        if handle.is_on and self._configured is not None:
            self._configure(handle, *self._configured)

    def _import(self, plugin: FoundPlugin, handle: Handle) -> None:
        clock = self._around.clock
        started = clock.monotonic()
        module = self._patiently(handle, IMPORT, plugin.load)
        seconds = clock.monotonic() - started
        if not handle.is_on:
            return
        found: tuple[Implementation, ...] = ()
        with handle.calling(IMPORT):
            if module is None or isinstance(module, type):
                raise AnswerError("the entry point names no module and no instance")
            found = self._relay.enlist(module, handle)
        names = {implementation.hook for implementation in found}
        handle.loaded(tuple(hook for hook in HOOKS if hook in names), seconds)
        self._table = MappingProxyType(
            {hook: self._joined(hook, found) for hook in HOOKS}
        )

    def _joined(
        self, hook: str, found: Iterable[Implementation]
    ) -> tuple[Implementation, ...]:
        new = [one for one in found if one.hook == hook]
        # By name: the order in which distributions are found is arbitrary.
        every = [*self._table.get(hook, ()), *new]
        return tuple(sorted(every, key=lambda one: one.handle.name))

    def configure(self, program: Program, configuration: Configuration) -> None:
        """Give each plugin its settings and its way to *program*.

        Plugins that are added later get the same.
        """
        self._configured = (program, configuration)
        for handle in self._handles:
            if handle.is_on:
                self._configure(handle, program, configuration)

    def _configure(
        self, handle: Handle, program: Program, configuration: Configuration
    ) -> None:
        app = PluginApp(
            program=program,
            settings=PluginSettings(handle.name, configuration),
            logger=logging.getLogger(f"brummer.plugin.{handle.name}"),
        )
        self._apps = MappingProxyType({**self._apps, handle.name: app})
        arguments = {"app": app, "settings": app.settings}
        for one in self._of("brummer_configure"):
            if one.handle is handle:
                work = partial(_checked, one, arguments, answer.nothing)
                self._patiently(handle, one.hook, work)

    def detectors(self) -> tuple[Detector, ...]:
        """Return all detectors, each guarded."""
        found: list[Detector] = []
        for one in self._of("brummer_detectors"):
            check = partial(guarded.detectors, handle=one.handle)
            found += self._registered(one, check) or ()
        return tuple(found)

    def commands(self, taken: Collection[str] = ()) -> tuple[Command, ...]:
        """Return all commands, each guarded; names *taken* are refused."""
        found: dict[str, Command] = {}
        for one in self._of("brummer_commands"):
            for command in self._registered(one, answer.commands) or ():
                if command.name in taken or command.name in found:
                    one.handle.refused(f"the name {command.name!r} is taken")
                else:
                    found[command.name] = guarded.command(command, one.handle)
        return tuple(found.values())

    def report_headers(self) -> tuple[str, ...]:
        """Return a line of each plugin that has something to say about itself."""
        return tuple(
            f"{one.handle.name}: {line}"
            for one in self._of("brummer_report_header")
            if (line := self._registered(one, answer.header))
        )

    def _registered(
        self, one: Implementation, check: Callable[[object], T]
    ) -> T | None:
        if not one.handle.accepts(one.hook):
            return None
        work = partial(_checked, one, {}, check)
        return self._patiently(one.handle, one.hook, work)

    def _patiently(
        self,
        handle: Handle,
        hook: str,
        work: Callable[[], T],
        limit: float | None = None,
    ) -> T | None:
        """Call a plugin on a worker and wait for it, but not for ever.

        Nobody ends a call that takes longer; its answer comes too late to count.
        One that has not even begun is called here: that no worker was free is
        not the plugin's fault.
        """
        limit = self._around.patience if limit is None else limit
        answered: Future[T | None] = Future()
        task = partial(_answer, answered, partial(_call, handle, hook, work))
        sent = self._around.aside(task)
        if is_refused(sent):
            at_once(task)
        try:
            is_done = bool(wait([answered], limit).done)
            if not is_done and sent is not None and sent.cancel():
                at_once(task)
                is_done = True
        except KeyboardInterrupt as error:
            handle.interrupted(hook, error)
            raise
        if is_done:
            return answered.result()
        handle.overdue(hook, limit)
        return None

    def detect_scripts(self, root: Path) -> tuple[Script, ...]:
        """Return the scripts that the plugins find in *root*.

        The program starts after that, so a plugin that hangs costs its own
        scripts and some seconds.
        """
        found: list[Script] = []
        for one in self._of("brummer_detect_scripts"):
            if one.handle.accepts(one.hook):
                work = partial(_checked, one, {"root": root}, answer.scripts)
                limit = self._around.detection
                scripts = self._patiently(one.handle, one.hook, work, limit)
                found += _qualified(one.handle.name, scripts or ())
        return tuple(found)

    def launch(self, script: Script) -> Launch | None:
        """Return how to run *script*, ``None`` if no plugin knows.

        :raises BrummerError: if a plugin says that it cannot be run.
        """
        order = sorted(self._of("brummer_launch"), key=partial(_is_from, script))
        for _, launch in self._ask(order, {"script": script}, answer.launch):
            return launch
        return None

    def environment(self, script: Script) -> Environment:
        """Return the variables that plugins set for *script*.

        :raises BrummerError: if a plugin says that it cannot be run.
        """
        order = sorted(
            self._of("brummer_environment"), key=partial(_is_from, script), reverse=True
        )
        joined: dict[str, tuple[str, str]] = {}
        notes = []
        for name, found in self._ask(order, {"script": script}, answer.variables):
            for variable, value in found.items():
                owner, used = joined.setdefault(variable, (name, value))
                # The values stay out of it: they may be secrets.
                if used != value:
                    notes.append(f"{variable} is set by {owner}, not by {name}")
        variables = {variable: value for variable, (_, value) in joined.items()}
        return Environment(MappingProxyType(variables), tuple(notes))

    def _ask(
        self,
        order: Iterable[Implementation],
        arguments: Mapping[str, object],
        check: Callable[[object], T],
    ) -> Iterator[tuple[str, T]]:
        """Call one implementation after the other; yield who answered what.

        Calling pluggy's relay directly would stop at the first exception.
        """
        for one in order:
            if not one.handle.accepts(one.hook):
                continue
            complaint = _COMPLAINT.get(one.hook, Complaint.SHOW)
            value: T | None = None
            with one.handle.calling(one.hook, complaint) as call:
                value = _checked(one, arguments, check)
            if complaint is Complaint.LEAVE and call.complained is not None:
                raise call.complained
            if value is not None:
                yield one.handle.name, value

    def startup(self) -> None:
        """Tell every plugin that everything runs; wait for none."""
        for one in self._of("brummer_startup"):
            self._tell(one, {"app": self._apps[one.handle.name]})

    def process_changed(self, before: ProcessState | None, after: ProcessState) -> None:
        """Tell every plugin of a change; wait for none."""
        for one in self._of("brummer_process_changed"):
            self._tell(one, {"before": before, "after": after})

    def finding(self, finding: Finding) -> None:
        """Tell every plugin of a finding; wait for none."""
        for one in self._of("brummer_finding"):
            self._tell(one, {"finding": finding})

    def _tell(self, one: Implementation, arguments: Mapping[str, object]) -> None:
        if one.handle.accepts(one.hook):
            one.handle.delivery.put(partial(self._deliver, one, arguments))

    def _deliver(self, one: Implementation, arguments: Mapping[str, object]) -> None:
        for _ in self._ask([one], arguments, answer.nothing):
            pass

    def shutdown(self, limit: float = SHUTDOWN) -> tuple[str, ...]:
        """Let every plugin put away its things; return who has not by *limit*.

        Every plugin's notifications end here, whether it has the hook or not.
        """
        pending = {}
        for handle in self._handles:
            done: Future[None] = Future()
            last = partial(_answer, done, partial(self._put_away, handle))
            if handle.name in self._apps and handle.delivery.close(last):
                pending[done] = handle
        late = [pending[done] for done in wait(pending, limit).not_done]
        for handle in late:
            handle.overdue("brummer_shutdown", limit)
        return tuple(sorted(handle.name for handle in late))

    def _put_away(self, handle: Handle) -> None:
        for one in self._of("brummer_shutdown"):
            if one.handle is handle:
                self._deliver(one, {"app": self._apps[handle.name]})

    def implements(self, hook: str) -> bool:
        """Whether any plugin implements *hook*: whether telling is worth a call."""
        return bool(self._of(hook))

    def _of(self, hook: str) -> tuple[Implementation, ...]:
        return self._table.get(hook, ())

    def report(self) -> tuple[PluginReport, ...]:
        """Return how each plugin does, by name."""
        return tuple(handle.report() for handle in self._handles)

    def notices(self) -> tuple[str, ...]:
        """Return remarks on the choice of plugins, for the user."""
        return self._discovery.notices

    def watch(self) -> None:
        """Tell, once for each, of calls that take long and still run.

        Threads: one, the monitor, every second or so.
        """
        for handle in self._handles:
            handle.tell_slow()


def _checked(
    one: Implementation,
    arguments: Mapping[str, object],
    check: Callable[[object], T],
) -> T | None:
    value = one.call(arguments)
    return None if value is None else check(value)


def _call(handle: Handle, hook: str, work: Callable[[], T]) -> T | None:
    with handle.calling(hook):
        return work()
    return None


def _answer(answered: Future[T | None], work: Callable[[], T | None]) -> None:
    """Put what *work* returns or raises into *answered*."""
    value, error = attempt(work)
    if error is not None:
        answered.set_exception(error)
    else:
        answered.set_result(value)


def _is_from(script: Script, one: Implementation) -> bool:
    return one.handle.name == script.source


def _qualified(source: str, scripts: Iterable[Script]) -> Iterator[Script]:
    """Yield the scripts with their source; a repeated name becomes ``name~2``."""
    taken: set[str] = set()
    for script in scripts:
        name, number = script.name, 1
        while name in taken:
            number += 1
            name = f"{script.name}~{number}"
        taken.add(name)
        yield replace(script, name=name, source=source)
