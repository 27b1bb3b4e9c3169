"""The processes in a table, and the log of the selected one below."""

from collections.abc import Callable, Mapping
from typing import Final

from brummer.core.amount import duration, memory, percent
from brummer.model.finding import FindingKind
from brummer.model.process import ProcessId, ProcessState
from brummer.tui.desk import Desk, Question
from brummer.tui.keymap import Place
from brummer.tui.lineage import Lineage
from brummer.tui.row import Row, Size, Span, printable, ready, stacked
from brummer.tui.selection import Selection
from brummer.tui.theme import STATUS_ATTRIBUTE
from brummer.tui.views.view import WHEEL, rule
from brummer.tui.widgets.log import LogPane
from brummer.tui.widgets.scroll import log_commands
from brummer.tui.widgets.table import Column, Line, Table
from brummer.tui.words import status

_COLUMNS: Final = (
    Column(title="NAME", width=0),
    Column(title="STATUS", width=12),
    Column(title="PID", width=7, right=True, least=100),
    Column(title="CPU", width=5, right=True, least=50),
    Column(title="MEM", width=6, right=True, least=50),
    Column(title="UPTIME", width=7, right=True, least=70),
    Column(title="PORT", width=11, least=70),
    Column(title="RUN", width=3, right=True, least=70),
    Column(title="", width=0, least=100),
)

#: In lower panes only the one that has the focus is shown.
_BOTH: Final = 10


class ProcessesView:
    """A table above, a log below.

    Threads: the main thread only.
    """

    place = Place.PROCESSES

    def __init__(
        self, desk: Desk, lineage: Lineage, open_log: Callable[[ProcessId], None]
    ) -> None:
        self._desk = desk
        self._lineage = lineage
        self._open_log = open_log
        self._selection: Selection[ProcessId] = Selection()
        self._table = Table(columns=_COLUMNS, mark=desk.theme.glyphs.mark)
        self._pane = LogPane(desk.instance, desk.theme)
        self._words = ""
        self._findings = -1
        self._urls: dict[ProcessId, str] = {}
        self._log_focused = False
        self._zoomed = False
        self._split = 0
        self._size = Size(80, 22)

    @property
    def process(self) -> ProcessId | None:
        """The selected process."""
        return self._selection.key

    def select(self, process: ProcessId) -> None:
        """Select a process, its log below."""
        self._words = ""
        self._show()
        self._selection.select(process)
        self._show()

    def refresh(self) -> bool:
        """Read what is new."""
        self._show()
        self._read_urls()
        return self._pane.refresh()

    def _show(self) -> None:
        """Take the present processes; the selection stays with its process."""
        selected = self._selection.key
        present = None if selected is None else self._lineage.present(selected)
        self._selection.show(
            [p.id for p in self._lineage.shown() if self._wanted(p)], present
        )
        if self._selection.key is not None:
            self._pane.show(self._selection.key)

    def _read_urls(self) -> None:
        """Keep the first URL that each process printed: its server's."""
        version = self._desk.instance.versions().findings
        if version != self._findings:
            self._findings = version
            for finding in self._desk.instance.findings():
                if finding.kind is FindingKind.URL and "url" in finding.details:
                    self._urls.setdefault(finding.process, finding.details["url"])

    def _wanted(self, process: ProcessState) -> bool:
        text = f"{process.name} {process.id} {process.status}".lower()
        return all(word in text for word in self._words.lower().split())

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the table, and the log where there is room for it."""
        self._size = size
        only_one = self._zoomed or size.rows < _BOTH
        if only_one and self._log_focused:
            self._split = 0
            return self._log_rows(size)
        if only_one:
            self._split = size.rows
            return self._table_rows(size)
        self._split = min(len(self._selection.items) + 1, max(4, size.rows // 2))
        below = Size(size.columns, size.rows - self._split)
        above = Size(size.columns, self._split)
        return [*self._table_rows(above), *self._log_rows(below)]

    def _table_rows(self, size: Size) -> list[Row]:
        if not self._selection.items:
            return stacked([ready([("dim", self._advice())], size.columns)], size)
        # Processes that are hidden must not be taken for processes that are gone.
        title = f"NAME  filter: {self._words}" if self._words else "NAME"
        return self._table.headed(title).draw(
            size, self._selection, self._line, focus=not self._log_focused
        )

    def _advice(self) -> str:
        if self._words:
            return f"   no process matches {self._words!r}: esc shows all"
        return "   nothing runs: 1 shows the scripts, n runs a shell command"

    def _line(self, process: ProcessId) -> Line:
        """Return one process as a line of the table."""
        state = self._lineage.state(process)
        if state is None:
            return Line(" ", "dim", [process, *[""] * (len(_COLUMNS) - 1)])
        usage = self._desk.instance.usage().get(process) if state.is_running else None
        now = self._desk.clock.now()
        cells = (
            state.name,
            status(state, now),
            str(state.pid or "") if state.is_running else "",
            percent(usage.cpu) if usage else "",
            memory(usage.memory) if usage else "",
            duration(state.duration(now)) if state.started else "",
            " ".join(map(str, usage.ports)) if usage else "",
            str(state.run),
            state.reason or state.command,
        )
        glyph = self._desk.theme.glyphs.of(state.status)
        return Line(
            glyph, STATUS_ATTRIBUTE[state.status], [printable(c) for c in cells]
        )

    def _log_rows(self, size: Size) -> list[Row]:
        glyphs = self._desk.theme.glyphs
        head = rule(glyphs, self._title(), size.columns, lit=self._log_focused)
        below = Size(size.columns, size.rows - 1)
        if self._selection.key is None:
            return stacked([head], size)
        return stacked([head, *self._pane.draw(below)], size)

    def _title(self) -> list[Span]:
        state = self._lineage.state(self._selection.key)
        if state is None:
            return []
        parts: list[Span] = [("head", state.name)]
        if state.is_running and state.id in self._urls:
            parts.append(("note", self._urls[state.id]))
        if state.reason:
            parts.append((STATUS_ATTRIBUTE[state.status], state.reason))
        return parts + self._pane.title()

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do, in the pane that has the focus."""
        moves = log_commands(self._pane)
        if not self._log_focused:
            moves = {
                **moves,
                "move.up": lambda: self._move(-1),
                "move.down": lambda: self._move(1),
                "move.top": lambda: self._move(-len(self._selection.items)),
                "move.end": lambda: self._move(len(self._selection.items)),
            }
        # With a filter, going back is going back to the whole list.
        back = {"view.back": lambda: self._set_filter("")} if self._words else {}
        return {
            **moves,
            **back,
            "process.previous": lambda: self._move(-1),
            "process.next": lambda: self._move(1),
            "process.log": self._full_log,
            "process.runs": self._toggle_runs,
            "pane.next": self._next_pane,
            "pane.zoom": self._zoom,
            "list.filter": self._filter,
        }

    def _move(self, lines: int) -> None:
        self._selection.move(lines)
        self._show()

    def _full_log(self) -> None:
        if self._selection.key is not None:
            self._open_log(self._selection.key)

    def _toggle_runs(self) -> None:
        self._lineage.toggle_earlier()
        self._show()
        shown = "are shown" if self._lineage.earlier else "are hidden"
        self._desk.say(f"earlier runs {shown}")

    def _next_pane(self) -> None:
        self._log_focused = not self._log_focused

    def _zoom(self) -> None:
        self._zoomed = not self._zoomed

    def _filter(self) -> None:
        self._desk.ask(
            Question(
                "filter: ",
                self._set_filter,
                text=self._words,
                typed=self._set_filter,
                left=lambda: self._set_filter(""),
            )
        )

    def _set_filter(self, words: str) -> None:
        self._words = words
        self._show()

    def click(self, row: int, /) -> None:
        """Select the process that was clicked on, or the pane."""
        self._log_focused = row >= self._split
        first = self._table.head_rows(Size(self._size.columns, self._split))
        process = self._selection.at(row - first) if row < self._split else None
        if row >= first and process is not None:
            self._selection.select(process)
            self._show()

    def wheel(self, row: int, lines: int, /) -> None:
        """Scroll the pane under the pointer."""
        if row < self._split:
            self._move(lines // WHEEL or lines)
        else:
            self._pane.scroll(lines)
