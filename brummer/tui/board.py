"""What is on the screen: the views, what lies over them, and who has the keyboard."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from brummer.core.instance import Versions
from brummer.errors import BrummerError
from brummer.model.health import HealthLevel
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import ScriptId
from brummer.tui.commands import Seat, SharedCommands
from brummer.tui.desk import Desk
from brummer.tui.ending import Ending
from brummer.tui.handing import tell_takers
from brummer.tui.keymap import Place, command_of
from brummer.tui.layers.layer import Layer, Markup
from brummer.tui.layers.palette import Choice, PaletteLayer
from brummer.tui.layers.text import TextLayer, health_lines, help_lines
from brummer.tui.lineage import Lineage
from brummer.tui.paint import TIMES
from brummer.tui.prompt import Prompt
from brummer.tui.row import Size
from brummer.tui.trouble import Troubles, copy_report
from brummer.tui.views.scripts import ScriptsView
from brummer.tui.views.view import ListView, LogView, View

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the board can ask of the terminal it is shown on."""

    redraw: Callable[[], None]
    suspend: Callable[[], None]
    set_mouse: Callable[[bool], None]
    leave: Callable[[], None]
    #: Shows a file at a line and column in the user's editor.
    edit: Callable[[str, int, int], None]
    #: Opens an address.
    browse: Callable[[str], None]
    #: Returns what to type elsewhere to reach a port here; empty if one sits here.
    tunnel: Callable[[int], str]


class Board:
    """Routes keys to commands, and commands to whoever does them.

    At any time one *place* has the keyboard: the line that is typed in the last
    row, else the layer on top, else the view.

    Threads: the main thread only.
    """

    def __init__(self, desk: Desk, terminal: Terminal, *, mouse: bool) -> None:
        self.desk = desk
        self.lineage = Lineage(desk.instance)
        self._terminal = terminal
        self._mouse = mouse
        self._scripts = ScriptsView(desk, self.lineage, self._opened)
        self.troubles = Troubles(desk.instance, self.lineage)
        #: Those that were shown.
        self._views: dict[Place, View] = {Place.SCRIPTS: self._scripts}
        self._history: list[Place] = []
        self._untouched = True
        self._versions = Versions(-1, -1, -1, -1, -1, -1, -1)
        #: Components and views that were named as broken.
        self._warned: set[str] = set()
        self._size = Size(0, 0)
        #: Those that had failed before the screen came up are no news.
        self._failed: frozenset[ProcessId] | None = None
        self._fitted: set[tuple[ProcessId, Size]] = set()
        self.view: View = self._scripts
        self.layer: Layer | None = None
        self.prompt: Prompt | None = None
        self._ending = Ending(desk, self.lineage, self._lay, terminal.leave)
        seat = Seat(self._process, self._script, self._opened)
        self._shared = SharedCommands(desk, self.lineage, seat)
        self._own = {**self._shared.table(), **self._commands()}
        self._ending.look_for_leftovers()

    @property
    def place(self) -> Place:
        """What has the keyboard."""
        if self.prompt is not None:
            return self.prompt.place
        return self.view.place if self.layer is None else self.layer.place

    @property
    def is_ticking(self) -> bool:
        """Whether something is shown that changes with time alone."""
        unfinished = self.lineage.unfinished()
        return (
            self.desk.message() is not None
            or (bool(unfinished) and self.view.place is not Place.LOGS)
            or (self.view.place is Place.MCP and self._is_called)
            or any(p.status is ProcessStatus.STOPPING for p in unfinished)
        )

    @property
    def _is_called(self) -> bool:
        return bool(self.desk.instance.agents().activity.running)

    def hints(self) -> Mapping[str, str]:
        """Return the words for commands that mean something else just now."""
        return self._shared.hints()

    def quit(self) -> None:
        """Stop everything and leave, without asking; asked again, hurry."""
        self._ending.quit()

    # What is new.

    def refresh(self) -> None:
        """Read from the instance what has changed since the last time."""
        self.desk.settle()
        versions = self.desk.instance.versions()
        if versions.processes != self._versions.processes:
            self.lineage.refresh()
            self._announce_failures()
        if versions.health != self._versions.health:
            self._warn()
        if versions.agents != self._versions.agents:
            tell_takers(self.desk)
        self._versions = versions
        self.troubles.refresh()
        for view in self._views.values():
            self._refresh_view(view)
        if self._untouched and self.lineage.shown():
            # Something runs: that is more interesting than what could be run.
            self._untouched = False
            self.view = self._processes
            self._refresh_view(self.view)
        self._fit_processes()
        self._take_question()
        if self.prompt is not None:
            self.prompt.look()

    def fit(self, size: Size) -> None:
        """Take note of how large the screen is now."""
        if size != self._size:
            self._size = size
            self.desk.wake()

    def _fit_processes(self) -> None:
        """Tell processes how much room their lines have, each once per size."""
        room = Size(self._size.columns - TIMES, self._size.rows)
        if room.columns <= 0 or room.rows <= 0:
            return
        running = {(p.id, room) for p in self.lineage.unfinished() if p.is_running}
        for process, _ in running - self._fitted:
            self.desk.run(
                "process.resize",
                otherwise=logger.debug,
                process=process,
                columns=room.columns,
                rows=room.rows,
            )
        self._fitted = running

    def _announce_failures(self) -> None:
        """Say which processes have failed since the last time."""
        failed = {
            p.id: p for p in self.lineage.shown() if p.status is ProcessStatus.FAILED
        }
        known = failed.keys() if self._failed is None else self._failed
        for process in failed.keys() - known:
            state = failed[process]
            code = "" if state.exit_code is None else f" with {state.exit_code}"
            self.desk.say(f"{state.name} failed{code}  {state.reason}".rstrip())
        self._failed = frozenset(failed)

    def _refresh_view(self, view: View) -> None:
        """Let a view read what is new; one that cannot keeps what it has."""
        try:
            view.refresh()
        except Exception as error:
            if view.place not in self._warned:
                self._warned.add(view.place)
                logger.exception("the view %s could not be refreshed", view.place)
                self.desk.fail(f"the view {view.place} failed: {error!r}")

    def _warn(self) -> None:
        """Name what broke, once until it is well again."""
        for row in self.desk.instance.health():
            if row.level is HealthLevel.HEALTHY:
                self._warned.discard(row.component)
            elif row.component not in self._warned:
                self._warned.add(row.component)
                # The key before the error, which may be longer than the row.
                self.desk.fail(
                    f"{row.component} is {row.level} (! tells more): {row.error}"
                )

    # Keys.

    def press(self, key: str) -> bool:
        """Take a key; return whether it meant anything."""
        self._untouched = False
        self.desk.seen()
        command = command_of(self.place, key)
        if command is not None:
            return self.run(command)
        if self.prompt is not None:
            return self.prompt.type(key)
        return self.layer is not None and self.layer.type(key)

    def run(self, command: str) -> bool:
        """Run a command of the key map; return whether anybody knows it here.

        A command that fails says so and leaves the rest as it is.
        """
        run = self._table().get(command)
        if run is None:
            return False
        try:
            run()
        except BrummerError as error:
            # A sentence for the user, as it is.
            self.desk.fail(str(error))
        except Exception as error:
            logger.exception("the command %s failed", command)
            self.desk.fail(f"{command} failed: {type(error).__name__}: {error}")
        self._take_question()
        return True

    def _table(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands mean to what has the keyboard."""
        if self.prompt is not None:
            return self.prompt.commands()
        if self.layer is not None:
            return {"screen.redraw": self._terminal.redraw, **self.layer.commands()}
        return {**self._own, **self.view.commands()}

    def _take_question(self) -> None:
        """Open the line in the last row if something is asked."""
        question, self.desk.question = self.desk.question, None
        if question is not None:
            self.prompt = Prompt(question, self._close_prompt)
        choices, self.desk.choices = self.desk.choices, ()
        if choices:
            self.layer = self._palette(choices)

    def _close_prompt(self) -> None:
        self.prompt = None

    def _commands(self) -> dict[str, Callable[[], None]]:
        return {
            "view.scripts": lambda: self._go(Place.SCRIPTS),
            "view.processes": lambda: self._go(Place.PROCESSES),
            "view.logs": lambda: self._go(Place.LOGS),
            "view.errors": lambda: self._go(Place.ERRORS),
            "view.urls": lambda: self._go(Place.URLS),
            "view.mcp": lambda: self._go(Place.MCP),
            "error.copy_last": self._copy_last,
            "view.back": self._back,
            "palette.open": self._open_palette,
            "help.open": self._open_help,
            "health.open": self._open_health,
            "mouse.toggle": self._toggle_mouse,
            "screen.redraw": self._terminal.redraw,
            "screen.suspend": self._terminal.suspend,
            "app.quit": self._ending.ask_quit,
        }

    # Views.

    def _go(self, place: Place) -> None:
        if place is not self.view.place:
            self._history = [*self._history[-9:], self.view.place]
            self._enter(place)

    def _enter(self, place: Place) -> None:
        """Show another view."""
        if self.view.place is Place.ERRORS:
            self.troubles.leave()
        self.view = self._views.get(place) or self._made(place)
        self.view.refresh()

    def _made(self, place: Place) -> View:
        """Make a view that is shown for the first time."""
        # Each start would pay for the import, and most would not need it.
        if place is Place.PROCESSES:
            return self._processes
        if place is Place.LOGS:
            return self._logs
        if place is Place.ERRORS:
            from brummer.tui.views.errors import ErrorsView

            self._views[place] = ErrorsView(
                self.desk,
                self.lineage,
                self.troubles,
                self._open_line,
                self._terminal.edit,
            )
        elif place is Place.MCP:
            from brummer.tui.views.agents import AgentsView

            self._views[place] = AgentsView(self.desk, partial(self._text, Place.CALL))
        else:
            from brummer.tui.views.urls import UrlsView

            terminal = self._terminal
            self._views[place] = UrlsView(self.desk, terminal.browse, terminal.tunnel)
        return self._views[place]

    @cached_property
    def _processes(self) -> ListView:
        from brummer.tui.views.processes import ProcessesView

        view = ProcessesView(self.desk, self.lineage, self._open_log)
        self._views[Place.PROCESSES] = view
        return view

    @cached_property
    def _logs(self) -> LogView:
        from brummer.tui.views.logs import LogsView

        view = LogsView(self.desk, self.lineage)
        self._views[Place.LOGS] = view
        return view

    def _back(self) -> None:
        """Return to the view before; nowhere further than where one came from."""
        if self._history:
            self._enter(self._history.pop())

    def _process(self) -> ProcessId | None:
        return self.view.process

    def _script(self) -> ScriptId | None:
        if self.view is self._scripts:
            return self._scripts.script.id if self._scripts.script else None
        state = self.lineage.state(self.view.process)
        return state.script if state else None

    def _opened(self, process: ProcessId) -> None:
        """Show a process that was started or chosen, unless one is busy elsewhere."""
        self.lineage.refresh()
        self._processes.select(process)
        if self.view.place is Place.LOGS:
            self._logs.show(process)
        elif self.layer is None and self.prompt is None:
            self._go(Place.PROCESSES)

    def _open_log(self, process: ProcessId) -> None:
        self._logs.show(process)
        self._go(Place.LOGS)

    def _open_line(self, process: ProcessId, line: int) -> None:
        self._logs.show_line(process, line)
        self._go(Place.LOGS)

    def _copy_last(self) -> None:
        trouble = self.troubles.last
        if trouble is None:
            self.desk.say("there are no errors")
        else:
            copy_report(self.desk, trouble)

    def _toggle_mouse(self) -> None:
        self._mouse = not self._mouse
        self._terminal.set_mouse(self._mouse)
        off = "the mouse is the terminal's: drag to select, M takes it back"
        self.desk.say("the mouse is on" if self._mouse else off)

    # Layers.

    def _lay(self, layer: Layer | None) -> None:
        """Lay something over the view; it takes the keyboard at once."""
        self.prompt = None
        self.layer = layer

    def _close(self) -> None:
        self.layer = None

    def _text(
        self, place: Place, title: str, lines: Callable[[int], Sequence[Markup]]
    ) -> None:
        glyphs = self.desk.theme.glyphs
        self.layer = TextLayer(place, title, lines, glyphs=glyphs, close=self._close)

    def _open_help(self) -> None:
        place = self.view.place
        self._text(
            Place.HELP, f"Keys: {place}", lambda columns: help_lines(place, columns)
        )

    def _open_health(self) -> None:
        self._text(
            Place.HEALTH,
            "What is broken",
            lambda columns: health_lines(self.desk.instance.health(), columns),
        )

    def _open_palette(self) -> None:
        self.layer = self._palette(self._shared.choices(self.view.place, self.run))

    def _palette(self, choices: Sequence[Choice]) -> Layer:
        return PaletteLayer(
            choices,
            glyphs=self.desk.theme.glyphs,
            close=self._close,
            shell=self._shared.shell,
            filter_=self._filter_log,
        )

    def _filter_log(self, text: str) -> bool:
        """Filter the log that is shown, or the one that would be."""
        if self.view.place is Place.PROCESSES:
            return self._processes.filter_log(text)
        self._go(Place.LOGS)
        return self._logs.filter_log(text)
