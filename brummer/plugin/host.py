"""Loads plugins, asks them, tells them, and keeps each one's failures its own."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from brummer.core.aside import settle
from brummer.core.clock import Clock
from brummer.errors import BrummerError, PluginError
from brummer.model.command import Command
from brummer.model.finding import Finding
from brummer.model.process import ProcessState
from brummer.model.script import Launch, Script
from brummer.plugin import answer, guarded
from brummer.plugin.access import PluginApp
from brummer.plugin.contribution import App, Program
from brummer.plugin.discovery import Discovery, FoundPlugin
from brummer.plugin.failure import AnswerError
from brummer.plugin.guarded import GuardedDetector
from brummer.plugin.handle import IMPORT, Complaint, Handle, Surroundings
from brummer.plugin.implementation import HOOKS, Implementation, Relay
from brummer.plugin.inquiry import Inquiry, answers, inquire
from brummer.plugin.report import PluginReport, PluginState
from brummer.plugin.settings import Configuration, PluginSettings

T = TypeVar("T")

#: Seconds that all plugins together have for putting away their things.
SHUTDOWN: Final = 2.0

#: Seconds for which the import of one plugin keeps the next from beginning.
HEAD_START: Final = 0.5


class Import(NamedTuple):
    """What an import brought, and how many seconds it took."""

    plugin: object
    seconds: float


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
        """Import every plugin that is wanted.

        One after the other, as two imports at once may meet halfway in a module
        of both; but nobody waits long behind one that hangs.
        """
        begun = [self._begun(plugin) for plugin in self._discovery.plugins]
        for handle, load in begun:
            self._finish(handle, load)

    def add(self, plugin: FoundPlugin) -> None:
        """Import one plugin, and configure it if the others have been."""
        handle, load = self._begun(plugin)
        self._finish(handle, load)
        if self._configured is not None:
            self._configure((handle,), *self._configured)

    def _begun(self, plugin: FoundPlugin) -> tuple[Handle, Inquiry[Import] | None]:
        """Return a handle on *plugin*, and its import if that has begun."""
        handle = Handle(plugin.report, self._around)
        handles = [*self._handles, handle]
        self._handles = tuple(sorted(handles, key=lambda one: one.name))
        if plugin.report.state is PluginState.BROKEN:
            handle.refused(plugin.report.error)
        if not handle.is_on:
            return handle, None
        work = partial(_timed, self._around.clock, plugin.load)
        load = Inquiry(handle, IMPORT, work, self._around.patience)
        load.wait(HEAD_START)
        return handle, load

    def _finish(self, handle: Handle, load: Inquiry[Import] | None) -> None:
        """Register what was imported."""
        made = load.answer() if load else None
        if made is None:
            return
        found: tuple[Implementation, ...] = ()
        with handle.calling(IMPORT):
            if made.plugin is None or isinstance(made.plugin, type):
                raise AnswerError("the entry point names no module and no instance")
            found = self._relay.enlist(made.plugin, handle)
        names = {implementation.hook for implementation in found}
        handle.loaded(tuple(hook for hook in HOOKS if hook in names), made.seconds)
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
        self._configure(self._handles, program, configuration)

    def _configure(
        self,
        handles: Collection[Handle],
        program: Program,
        configuration: Configuration,
    ) -> None:
        apps = {
            handle.name: PluginApp(
                program=program,
                settings=PluginSettings(handle.name, configuration),
                logger=logging.getLogger(f"brummer.plugin.{handle.name}"),
            )
            for handle in handles
            if handle.is_on
        }
        self._apps = MappingProxyType({**self._apps, **apps})
        patience = self._around.patience
        asked = []
        for one in self._of("brummer_configure"):
            if one.handle in handles:
                app = apps[one.handle.name]
                arguments = {"app": app, "settings": app.settings}
                work = partial(_checked, one, arguments, answer.nothing)
                asked.append(inquire(one, work, patience))
        for _ in answers(asked):
            pass

    def detectors(self) -> tuple[GuardedDetector, ...]:
        """Return all detectors, each guarded."""
        answered = self._registered(
            "brummer_detectors",
            lambda handle: partial(guarded.detectors, handle=handle),
        )
        return tuple(detector for _, found in answered for detector in found)

    def commands(self, taken: Collection[str] = ()) -> tuple[Command, ...]:
        """Return all commands, each guarded; names *taken* are refused."""
        found: dict[str, Command] = {}
        answered = self._registered("brummer_commands", lambda _: answer.commands)
        for handle, commands in answered:
            for command in commands:
                if command.name in taken or command.name in found:
                    handle.refused(f"the name {command.name!r} is taken")
                else:
                    found[command.name] = guarded.command(command, handle)
        return tuple(found.values())

    def registered(
        self, hook: str, check: Callable[[object], T]
    ) -> Iterator[tuple[Handle, T]]:
        """Ask each plugin what it registers with *hook*; yield who answered what.

        *check* returns an answer as what it should be, or raises.
        """
        return self._registered(hook, lambda _: check)

    def report_headers(self) -> tuple[str, ...]:
        """Return a line of each plugin that has something to say about itself."""
        answered = self._registered("brummer_report_header", lambda _: answer.header)
        return tuple(f"{handle.name}: {line}" for handle, line in answered if line)

    def _registered(
        self, hook: str, check_for: Callable[[Handle], Callable[[object], T]]
    ) -> Iterator[tuple[Handle, T]]:
        patience = self._around.patience
        return answers(
            [
                inquire(
                    one, partial(_checked, one, {}, check_for(one.handle)), patience
                )
                for one in _ready(self._of(hook))
            ]
        )

    def detect_scripts(self, root: Path) -> tuple[Script, ...]:
        """Return the scripts that the plugins find in *root*.

        All are asked at once, so that those that hang cost their own scripts, and
        some seconds once.
        """
        limit = self._around.detection
        detecting = tuple(_ready(self._of("brummer_detect_scripts")))
        #: By plugin.  Each writes its own item, in one step.
        found: dict[str, tuple[Script, ...]] = {}
        asked: list[Inquiry[None]] = [
            inquire(one, partial(_read, one, root, found), limit) for one in detecting
        ]
        for inquiry in asked:
            inquiry.answer()
        names = [one.handle.name for one in detecting]
        return tuple(s for name in names for s in _qualified(name, found.get(name, ())))

    def launch(self, script: Script) -> Launch | None:
        """Return how to run *script*, ``None`` if no plugin knows.

        :raises BrummerError: if a plugin says that it cannot be run, or the one
            that detected it does not answer.
        """
        others, own = _parted(self._of("brummer_launch"), script)
        # The one that detected it has the last word, and is spared the question
        # if another knows.
        for group in (others, own):
            for _, launch in self._ask(group, script, answer.launch):
                return launch
        for one in own:
            if hook := one.handle.stuck():
                problem = f"{hook} has not returned, and {script.name} is its script"
                raise PluginError(one.handle.name, problem)
        return None

    def environment(self, script: Script) -> Environment:
        """Return the variables that plugins set for *script*.

        :raises BrummerError: if a plugin says that it cannot be run.
        """
        others, own = _parted(self._of("brummer_environment"), script)
        joined: dict[str, tuple[str, str]] = {}
        notes = []
        answered = self._ask((*own, *others), script, answer.variables)
        for handle, found in answered:
            for variable, value in found.items():
                owner, used = joined.setdefault(variable, (handle.name, value))
                # The values stay out of it: they may be secrets.
                if used != value:
                    notes.append(f"{variable} is set by {owner}, not by {handle.name}")
        stuck = ((one.handle.name, one.handle.stuck()) for one in (*own, *others))
        notes += [
            f"plugin {name} sets nothing: {hook} hangs" for name, hook in stuck if hook
        ]
        variables = {variable: value for variable, (_, value) in joined.items()}
        return Environment(MappingProxyType(variables), tuple(notes))

    def _ask(
        self,
        order: Iterable[Implementation],
        script: Script,
        check: Callable[[object], T],
    ) -> Iterator[tuple[Handle, T]]:
        """Ask about the start of *script*; what a plugin complains about is raised."""
        limit, leave = self._around.question, Complaint.LEAVE
        asked = [
            inquire(
                one, partial(_checked, one, {"script": script}, check), limit, leave
            )
            for one in _ready(order)
        ]
        return answers(asked)

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
        # It may have been switched off since this was queued.
        if one.handle.accepts(one.hook):
            with one.handle.calling(one.hook):
                _checked(one, arguments, answer.nothing)

    def shutdown(self, limit: float = SHUTDOWN) -> tuple[str, ...]:
        """Let every plugin put away its things; return who keeps us from the end.

        All do so at once, and all together have *limit* seconds.  Every plugin's
        notifications end here, whether it has the hook or not.
        """
        pending = {}
        for handle in self._handles:
            done: Future[None] = Future()
            last = partial(settle, done, partial(self._put_away, handle))
            if handle.name in self._apps and handle.delivery.close(last):
                pending[done] = handle
        late = [pending[done] for done in wait(pending, limit).not_done]
        return tuple(sorted(one.name for one in late if one.unfinished(limit)))

    def close(self) -> bool:
        """Call nobody any more; return whether every call has returned."""
        returned = [handle.close() for handle in self._handles]
        return all(returned)

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


def _read(
    one: Implementation, root: Path, found: dict[str, tuple[Script, ...]]
) -> None:
    """Have *one* detect scripts; what it complains about costs only itself.

    :raises BrummerError: with everything it complains about.
    """
    value = one.call({"root": root})
    if value is not None:
        scripts, complaints = answer.scripts(value)
        found[one.handle.name] = scripts
        if complaints:
            raise BrummerError("; ".join(complaints))


def _timed(clock: Clock, load: Callable[[], object]) -> Import:
    started = clock.monotonic()
    return Import(load(), clock.monotonic() - started)


def _ready(implementations: Iterable[Implementation]) -> Iterator[Implementation]:
    """Yield those that can be asked now.

    Whoever is still busy with something that somebody waited for in vain is not
    asked until that has returned.
    """
    for one in implementations:
        if one.handle.accepts(one.hook) and not one.handle.stuck():
            yield one


def _parted(
    implementations: tuple[Implementation, ...], script: Script
) -> tuple[tuple[Implementation, ...], tuple[Implementation, ...]]:
    """Return those of other plugins, and those of the one that detected *script*."""
    own = tuple(one for one in implementations if one.handle.name == script.source)
    return tuple(one for one in implementations if one not in own), own


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
