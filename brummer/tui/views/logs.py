"""The log of one process, or of all of them, over the whole screen."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from brummer.core.amount import memory
from brummer.core.instance import EarlierRun, Log
from brummer.model.process import ProcessId
from brummer.tui.copying import Copies
from brummer.tui.desk import Desk
from brummer.tui.inset import Inset
from brummer.tui.keymap import Place
from brummer.tui.layers.palette import Choice
from brummer.tui.lineage import Lineage
from brummer.tui.reader import Reader
from brummer.tui.row import Row, Size, Span
from brummer.tui.theme import STATUS_ATTRIBUTE
from brummer.tui.views.view import rule
from brummer.tui.widgets.log import LogPane
from brummer.tui.widgets.scroll import log_commands
from brummer.tui.words import status


class LogsView:
    """One log over the whole screen.

    Threads: the main thread only.
    """

    place = Place.LOGS

    def __init__(self, desk: Desk, lineage: Lineage) -> None:
        self._desk = desk
        self._lineage = lineage
        self.pane = LogPane(desk.instance, desk.theme, desk.fail)
        self.reader = Reader(desk, self.pane)
        self._inset = Inset(desk, self.pane)
        self._copies = Copies(desk, self.pane, self._inset)
        #: The run that is shown if it is over.
        self._run: EarlierRun | None = None
        #: Whose log is wanted even if another run has taken the place of this one.
        self._held: ProcessId | None = None

    @property
    def process(self) -> ProcessId | None:
        """Whose log is shown."""
        return self.pane.process

    def show(self, process: ProcessId | None) -> None:
        """Show another log."""
        self._held = self._run = None
        self.pane.show(process, self._desk.instance)

    def show_line(self, process: ProcessId, line: int) -> None:
        """Show a log, standing still at *line*."""
        self._held, self._run = process, None
        self.pane.show(process, self._desk.instance)
        self.pane.stand.go_to(line)

    def filter_log(self, text: str) -> bool:
        """Filter it as ``/show`` or ``/hide`` says; return whether it did."""
        return self.reader.command(text)

    def refresh(self) -> bool:
        """Read what is new; go on with the process that took this one's place."""
        process = self.pane.process
        is_live = process is not None and self._run is None
        if process is not None and is_live and process != self._held:
            self.pane.show(self._lineage.present(process))
        return self.pane.refresh()

    def draw(self, size: Size) -> list[Row]:
        """Return the title and the lines."""
        if size.rows <= 1:
            return self.pane.draw(size)
        self.pane.chosen = self._copies.selected
        below = Size(size.columns, self._inset.share(size.rows))
        above = self._log_rows(Size(size.columns, size.rows - below.rows))
        return [*above, *self._inset.draw(below)]

    def _log_rows(self, size: Size) -> list[Row]:
        if not size.rows:
            return []
        below = Size(size.columns, size.rows - 1)
        lines = self.pane.draw(below)
        if self._inset.keep():
            lines = self.pane.draw(below)
        glyphs, lit = self._desk.theme.glyphs, not self._inset.is_focused
        return [rule(glyphs, self._title(), size.columns, lit=lit), *lines]

    def _title(self) -> list[Span]:
        if self._run is not None:
            whose = self.pane.process or "all"
            run = f"run of {_moment(self._run.started)}"
            return [("head", whose), ("warn", run), *self.pane.title()]
        process = self._lineage.state(self.pane.process)
        if process is None:
            return [("head", self.pane.process or "all"), *self.pane.title()]
        now = self._desk.clock.now()
        words = status(process, now)
        parts: list[Span] = [
            ("head", process.name),
            (STATUS_ATTRIBUTE[process.status], words),
            *self.pane.title(),
        ]
        told = process.explained(now)
        return [*parts, ("warn", told)] if told else parts

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do."""
        return {
            **log_commands(self.pane),
            **self.reader.commands(),
            **self._inset.commands(),
            **self._copies.commands(),
            "log.all": self._show_all,
            "log.runs": self._offer_runs,
            **({"view.back": self._leave_run} if self._run else {}),
            "process.previous": lambda: self._neighbour(-1),
            "process.next": lambda: self._neighbour(1),
        }

    def _neighbour(self, step: int) -> None:
        """Show the log of the process before or behind; all of them come first."""
        present = self.pane.process
        order = [None, *self._processes()]
        here = order.index(present) if present in order else 0
        chosen = order[(here + step) % len(order)]
        if self._run is None:
            self.show(chosen)
        else:
            self.pane.show(chosen)

    def _processes(self) -> Sequence[ProcessId]:
        if self._run is None:
            return [process.id for process in self._lineage.shown()]
        return self.pane.source.log_processes()

    def _show_all(self) -> None:
        """Show all processes of the run that is shown."""
        if self._run is None:
            self.show(None)
        else:
            self.pane.show(None)

    # Runs that are over.

    def _offer_runs(self) -> None:
        self._desk.wait(self._desk.instance.earlier_runs(), self._choose_run)

    def _choose_run(self, runs: Sequence[EarlierRun]) -> None:
        """Have one of the runs chosen, the newest first."""
        if not runs:
            self._desk.say("there are no files of earlier runs")
            return
        choices = [
            Choice(_described(run), "", partial(self._open_run, run))
            for run in reversed(runs)
        ]
        self._desk.offer(choices)

    def _open_run(self, run: EarlierRun) -> None:
        self._desk.say("opening the run")
        log = self._desk.instance.earlier_log(run.id)
        self._desk.wait(log, partial(self._show_run, run))

    def _show_run(self, run: EarlierRun, log: Log) -> None:
        self._held, self._run = None, run
        self.pane.show(None, log)
        self._desk.say("esc goes back to what runs now")

    def _leave_run(self) -> None:
        """Go back to the log that goes on; first of all look for nothing any more."""
        if self.pane.lens.sought:
            self.reader.leave()
        else:
            self.show(None)

    def click(self, row: int, /) -> None:
        """Make the line that was clicked on the current one, or enter the pane."""
        self._inset.is_focused = self._inset.has(row)
        if self._inset.is_focused:
            return
        self.pane.click(row - 1)

    def wheel(self, row: int, lines: int, /) -> None:
        """Scroll what is under the pointer."""
        if self._inset.has(row):
            self._inset.scroll(lines)
            return
        self.pane.stand.scroll(lines)


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _described(run: EarlierRun) -> str:
    """Return what to choose a run by."""
    end = "" if run.ended is not None else ", killed"
    processes = "1 process" if run.processes == 1 else f"{run.processes:,} processes"
    return f"{_moment(run.started)}  {processes}, {memory(run.size)}{end}"
