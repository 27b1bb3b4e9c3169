"""The processes in a table, and the log of the selected one below."""

from collections.abc import Callable, Mapping
from typing import Final

from brummer.core.amount import duration, memory, percent
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId
from brummer.tui.desk import Desk
from brummer.tui.handing import hand_over
from brummer.tui.keymap import Place
from brummer.tui.lineage import Lineage
from brummer.tui.reader import Reader
from brummer.tui.row import Row, Size, Span, printable, stacked
from brummer.tui.theme import STATUS_ATTRIBUTE
from brummer.tui.views.view import WHEEL, rule
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.log import LogPane
from brummer.tui.widgets.scroll import log_commands
from brummer.tui.widgets.table import Column, Line
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

_WORDING: Final = Wording(
    noun="process",
    advice="nothing runs: 1 shows the scripts, $ runs a shell command",
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
        self._list: Listing[ProcessId] = Listing(desk, _COLUMNS, _WORDING, self._show)
        self._pane = LogPane(desk.instance, desk.theme, desk.fail)
        self.reader = Reader(desk, self._pane)
        self._findings = -1
        self._urls: dict[ProcessId, str] = {}
        self._asked: dict[ProcessId, str] = {}
        #: How the builds and test runs of each process go, the last at the end.
        self._told: dict[ProcessId, list[str]] = {}
        self._log_focused = False
        self._zoomed = False
        self._split = 0

    @property
    def process(self) -> ProcessId | None:
        """The selected process."""
        return self._list.key

    def select(self, process: ProcessId) -> None:
        """Select a process, its log below."""
        self._list.select(process)

    def filter_log(self, text: str) -> bool:
        """Filter its log as ``/show`` or ``/hide`` says; return whether it did."""
        return self.reader.command(text)

    def refresh(self) -> bool:
        """Read what is new."""
        self._show()
        self._read_findings()
        return self._pane.refresh()

    def _show(self) -> None:
        """Take the present processes; the selection stays with its process."""
        selected = self._list.key
        present = None if selected is None else self._lineage.present(selected)
        shown = self._lineage.shown()
        wanted = [p.id for p in shown if self._list.matches(p.name, p.id, p.status)]
        self._list.show(wanted, present)
        if self._list.key is not None:
            self._pane.show(self._list.key)

    def _read_findings(self) -> None:
        """Keep what each process says of itself, if there is something new."""
        version = self._desk.instance.versions().findings
        if version != self._findings:
            self._findings = version
            self._asked, self._told = {}, {}
            for finding in self._desk.instance.findings():
                self._read_finding(finding)

    def _read_finding(self, finding: Finding) -> None:
        """Keep the first URL of a process, that of its server, and its states."""
        if finding.kind is FindingKind.PROMPT:
            self._read_question(finding)
        elif finding.kind.is_state:
            self._told.setdefault(finding.process, []).append(finding.title)
        elif finding.kind is FindingKind.URL and "url" in finding.details:
            self._urls.setdefault(finding.process, finding.details["url"])

    def _read_question(self, finding: Finding) -> None:
        """Keep what a process asks; one on its other stream may be over already."""
        if not finding.resolved:
            self._asked[finding.process] = finding.title
        elif self._asked.get(finding.process) == finding.title:
            del self._asked[finding.process]

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the table, and the log where there is room for it."""
        only_one = self._zoomed or size.rows < _BOTH
        if only_one and self._log_focused:
            self._split = 0
            return self._log_rows(size)
        if only_one:
            self._split = size.rows
            return self._table_rows(size)
        self._split = min(len(self._list.items) + 1, max(4, size.rows // 2))
        below = Size(size.columns, size.rows - self._split)
        above = Size(size.columns, self._split)
        return [*self._table_rows(above), *self._log_rows(below)]

    def _table_rows(self, size: Size) -> list[Row]:
        return self._list.draw(size, self._line, focus=not self._log_focused)

    def _line(self, process: ProcessId) -> Line:
        """Return one process as a line of the table."""
        state = self._lineage.state(process)
        if state is None:
            return Line(" ", "dim", [process, *[""] * (len(_COLUMNS) - 1)])
        usage = self._desk.instance.usage().get(process) if state.is_running else None
        now = self._desk.clock.now()
        cells = (
            state.name,
            "asks" if self._asked.get(process) else status(state, now),
            str(state.pid or "") if state.is_running else "",
            percent(usage.cpu) if usage else "",
            memory(usage.memory) if usage else "",
            duration(state.duration(now)) if state.started else "",
            " ".join(map(str, usage.ports)) if usage else "",
            str(state.run),
            self._asked.get(process) or state.explained(now) or state.command,
        )
        glyph = self._desk.theme.glyphs.of(state.status)
        return Line(
            glyph, STATUS_ATTRIBUTE[state.status], [printable(c) for c in cells]
        )

    def _log_rows(self, size: Size) -> list[Row]:
        glyphs = self._desk.theme.glyphs
        head = rule(glyphs, self._title(), size.columns, lit=self._log_focused)
        below = Size(size.columns, size.rows - 1)
        if self._list.key is None:
            return stacked([head], size)
        return stacked([head, *self._pane.draw(below)], size)

    def _title(self) -> list[Span]:
        state = self._lineage.state(self._list.key)
        if state is None:
            return []
        parts: list[Span] = [("head", state.name)]
        if state.is_running and state.id in self._urls:
            parts.append(("note", self._urls[state.id]))
        if self._asked.get(state.id):
            parts.append(("note", printable(self._asked[state.id])))
        if state.reason:
            told = state.explained(self._desk.clock.now())
            parts.append((STATUS_ATTRIBUTE[state.status], told))
        states: list[Span] = [
            ("note", printable(text)) for text in self._told.get(state.id, ())
        ]
        return [*parts, *self._pane.title(), *states]

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do, in the pane that has the focus."""
        # The keys for pages are the log's, whichever pane has the focus.
        listed = {**self._list.moves(), **self._list.commands()}
        return {
            **log_commands(self._pane),
            **self._list.commands(),
            **self.reader.commands(),
            **({} if self._log_focused else listed),
            "process.previous": lambda: self._list.move(-1),
            "process.next": lambda: self._list.move(1),
            "process.log": self._full_log,
            "process.runs": self._toggle_runs,
            "agent.hand_over": self._hand_over,
            "pane.next": self._next_pane,
            "pane.zoom": self._zoom,
        }

    def _full_log(self) -> None:
        if self._list.key is not None:
            self._open_log(self._list.key)

    def _hand_over(self) -> None:
        state = self._lineage.state(self._list.key)
        if state is not None:
            hand_over(self._desk, state.name, kind="process", process=state.id)

    def _toggle_runs(self) -> None:
        self._lineage.toggle_earlier()
        self._show()
        shown = "are shown" if self._lineage.earlier else "are hidden"
        self._desk.say(f"earlier runs {shown}")

    def _next_pane(self) -> None:
        self._log_focused = not self._log_focused

    def _zoom(self) -> None:
        self._zoomed = not self._zoomed

    def click(self, row: int, /) -> None:
        """Select the process that was clicked on, or the pane."""
        self._log_focused = row >= self._split
        if self._log_focused:
            self._pane.click(row - self._split - 1)
        else:
            self._list.click(row)

    def wheel(self, row: int, lines: int, /) -> None:
        """Scroll the pane under the pointer."""
        if row < self._split:
            self._list.move(lines // WHEEL or lines)
        else:
            self._pane.stand.scroll(lines)
