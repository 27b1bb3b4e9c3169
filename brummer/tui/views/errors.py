"""What went wrong, the newest first, and all about the selected one below."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from brummer.core.amount import duration
from brummer.model.finding import FindingKind
from brummer.model.process import ProcessId
from brummer.tui.desk import Desk
from brummer.tui.handing import hand_over
from brummer.tui.keymap import Place
from brummer.tui.lineage import Lineage
from brummer.tui.row import Row, Size, Span, printable, stacked
from brummer.tui.trouble import (
    Key,
    Standing,
    Trouble,
    Troubles,
    copy_report,
    which,
)
from brummer.tui.views.view import WHEEL, rule
from brummer.tui.widgets.listing import Listing, Wording
from brummer.tui.widgets.table import Column, Line
from brummer.tui.widgets.trouble import TroublePane
from brummer.tui.words import counted

_COLUMNS: Final = (
    Column(title="WHEN", width=8, least=40),
    Column(title="FIRST", width=8, least=100),
    Column(title="PROC", width=10),
    Column(title="N", width=5, right=True, least=30),
    Column(title="LAST", width=6, right=True, least=60),
    Column(title="KIND", width=16, least=100),
    Column(title="ERROR", width=0),
)

#: From this width on the kind has a column of its own, and need not be told twice.
_WITH_KIND: Final = 100

_WORDING: Final = Wording(
    noun="error", advice="no errors: what goes wrong in any output is shown here"
)

#: In lower panes only the one that has the focus is shown.
_BOTH: Final = 10

_GLYPHS: Final = {Standing.NEW: "!", Standing.FIXED: "+", Standing.OLD: "-"}

#: The largest count that has room.
_MANY: Final = 99_999


class ErrorsView:
    """A table above, all about the selected error below.

    *show_line* shows a line of a log, *edit* a file at a line and a column.

    Threads: the main thread only.
    """

    place = Place.ERRORS

    def __init__(
        self,
        desk: Desk,
        lineage: Lineage,
        troubles: Troubles,
        show_line: Callable[[ProcessId, int], None],
        edit: Callable[[str, int, int], None],
    ) -> None:
        self._desk = desk
        self._troubles = troubles
        self._show_line = show_line
        self._edit = edit
        self._listed: tuple[Trouble, ...] = ()
        self._visit = -1
        self._list: Listing[Key] = Listing(desk, _COLUMNS, _WORDING, self._show)
        self._pane = TroublePane(desk, lineage)
        self._by_key: dict[Key, Trouble] = {}
        #: The one that is looked at, if nobody had seen it before.
        self._unseen: Key | None = None
        self._columns = 80
        self._pane_focused = False
        self._zoomed = False
        self._split = 0

    @property
    def process(self) -> ProcessId | None:
        """The process of the selected error."""
        trouble = self._trouble
        return trouble.finding.process if trouble else None

    @property
    def _trouble(self) -> Trouble | None:
        key = self._list.key
        return None if key is None else self._by_key.get(key)

    def refresh(self) -> bool:
        """Read what is new."""
        if self._troubles.shown is self._listed:
            return False
        self._show()
        return True

    def _show(self) -> None:
        """List the errors that match; the selection stays with its error."""
        self._listed = self._troubles.shown
        self._by_key = {trouble.key: trouble for trouble in self._listed}
        wanted = [t.key for t in self._listed if self._matches(t)]
        self._list.show(wanted)
        self._pane.show(self._trouble)

    def _matches(self, trouble: Trouble) -> bool:
        found = trouble.finding
        return self._list.matches(
            trouble.name, found.process, trouble.kind, found.title, found.file
        )

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the table, and the selected error where there is room for it."""
        self._columns = size.columns
        self._look()
        only_one = self._zoomed or size.rows < _BOTH or not self._list.items
        if only_one and self._pane_focused and self._list.items:
            self._split = 0
            return self._pane_rows(size)
        if only_one:
            self._split = size.rows
            return self._table_rows(size)
        self._split = min(len(self._list.items) + 1, max(4, size.rows // 3))
        above = Size(size.columns, self._split)
        below = Size(size.columns, size.rows - self._split)
        return [*self._table_rows(above), *self._pane_rows(below)]

    def _come(self) -> None:
        """Begin with the newest error that nobody has seen."""
        self._visit, self._unseen = self._troubles.visits, None
        new = (t.key for t in self._troubles.shown if t.standing is Standing.NEW)
        key = next((key for key in new if key in self._list.items), None)
        if key is not None:
            self._list.select(key)

    def _look(self) -> None:
        """Take note that the selected error is looked at."""
        if self._visit != self._troubles.visits:
            self._come()
        trouble = self._trouble
        if trouble is not None and trouble.key != self._unseen:
            is_new = trouble.standing is Standing.NEW
            self._unseen = trouble.key if is_new else None
        if trouble is not None and trouble.standing is Standing.NEW:
            self._troubles.see([trouble.key])
            self._show()

    def _table_rows(self, size: Size) -> list[Row]:
        return self._list.draw(size, self._line, focus=not self._pane_focused)

    def _line(self, key: Key) -> Line:
        """Return one error as a line of the table."""
        trouble = self._by_key[key]
        found = trouble.finding
        now = self._desk.clock.now()
        title = found.title
        if self._columns >= _WITH_KIND and found.message:
            title = found.message
        cells = (
            _clock(trouble.since),
            _clock(trouble.first),
            trouble.name,
            f"{min(trouble.count, _MANY)}",
            duration(max(0.0, now - trouble.last)),
            trouble.kind,
            title.partition("\n")[0],
        )
        glyph = _GLYPHS.get(trouble.standing, "!" if key == self._unseen else " ")
        return Line(glyph, _attribute(trouble), [printable(c) for c in cells])

    def _pane_rows(self, size: Size) -> list[Row]:
        glyphs = self._desk.theme.glyphs
        hidden = self._hidden()
        room = size.columns - sum(len(text) + 3 for _, text in hidden)
        title = [*self._pane.title(room), *hidden]
        head = rule(glyphs, title, size.columns, lit=self._pane_focused)
        below = Size(size.columns, size.rows - 1)
        drawn = self._pane.draw(below, focus=self._pane_focused)
        return stacked([head, *drawn], size)

    def _hidden(self) -> list[Span]:
        hidden = self._troubles.hidden
        return [("rule", f"{hidden} hidden")] if hidden else []

    # What the keys do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys of the view do, in the pane that has the focus."""
        moves = self._pane.moves() if self._pane_focused else self._list.moves()
        return {
            **self._pane.pages(),
            **moves,
            **self._list.commands(),
            "error.log": self._enter,
            "item.copy": self._copy,
            "agent.hand_over": self._hand_over,
            "item.open": self._open,
            "error.done": self._finish,
            "error.ignore": self._ignore,
            "error.restore": self._restore,
            "error.next": lambda: self._list.move(1),
            "error.previous": lambda: self._list.move(-1),
            "pane.next": self._next_pane,
            "pane.zoom": self._zoom,
        }

    def _enter(self) -> None:
        """Open what is folded, or the log at the first line of the error."""
        trouble = self._trouble
        if trouble is None or (self._pane_focused and self._pane.unfold()):
            return
        self._show_line(trouble.finding.process, trouble.finding.line)

    def _copy(self) -> None:
        trouble = self._trouble
        if trouble is not None:
            copy_report(self._desk, trouble)

    def _hand_over(self) -> None:
        trouble = self._trouble
        if trouble is not None:
            hand_over(self._desk, "the error", kind="error", **which(trouble))

    def _open(self) -> None:
        place, trouble = self._pane.place, self._trouble
        if place is None or trouble is None:
            self._desk.say("no file is known")
            return
        file, line, column = place
        self._desk.run(
            "source.read",
            lambda found: self._found(found, file, line, column),
            process=trouble.finding.process,
            file=file,
            line=max(1, line),
            around=0,
        )

    def _found(self, found: object, file: str, line: int, column: int) -> None:
        """Open a file that was found, or say why not."""
        if not isinstance(found, Mapping):
            return
        path, problem = str(found.get("path")), str(found.get("problem") or "")
        if path.startswith("/") and "it is" not in problem:
            self._edit(path, line, column)
            self._pane.read_again()
        else:
            self._desk.fail(f"{file}: {problem}")

    def _finish(self) -> None:
        trouble = self._trouble
        if trouble is not None:
            self._troubles.finish(trouble.key)
            self._show()
            self._desk.say("done, till it comes again")

    def _ignore(self) -> None:
        trouble = self._trouble
        if trouble is not None:
            self._troubles.ignore(trouble.kind)
            self._show()
            self._desk.say(f"{trouble.kind} is ignored till the end of this session")

    def _restore(self) -> None:
        hidden = self._troubles.hidden
        self._troubles.restore()
        self._show()
        self._desk.say(f"{counted(hidden, 'error')} came back")

    def _next_pane(self) -> None:
        self._pane_focused = not self._pane_focused

    def _zoom(self) -> None:
        self._zoomed = not self._zoomed

    def click(self, row: int, /) -> None:
        """Select the error that was clicked on, or the pane."""
        self._pane_focused = row >= self._split
        if not self._pane_focused:
            self._list.click(row)

    def wheel(self, row: int, lines: int, /) -> None:
        """Scroll the pane under the pointer."""
        if row < self._split:
            self._list.move(lines // WHEEL or lines)
        else:
            self._pane.scroll(lines)


def _attribute(trouble: Trouble) -> str | None:
    if trouble.standing in {Standing.OLD, Standing.FIXED}:
        return "dim"
    return "bad" if trouble.finding.kind is FindingKind.ERROR else "warn"


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
