"""The lines of one process, or of all of them merged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from brummer.core.instance import Instance, Log
from brummer.model.log import LogEntry, LogExtent
from brummer.model.process import ProcessId
from brummer.tui.backlog import Backlog
from brummer.tui.course import Course, stretches
from brummer.tui.lens import Lens
from brummer.tui.mark import Marks
from brummer.tui.paint import (
    BARE,
    NO_SIGN,
    Beginning,
    Carry,
    LineStyle,
    Look,
    Sign,
    Times,
    painted,
)
from brummer.tui.row import Row, Size, Span, ready, stacked, width
from brummer.tui.stand import Stand
from brummer.tui.theme import Theme
from brummer.tui.words import counted

#: Lines whose rows are kept for the next frame: a few screens full.
_CACHED: Final = 2048

#: Lines before the first that is shown, in which colours are looked for that were
#: left open, and before each other one that does not follow the last.
LOOK_BACK: Final = 50
NEAR: Final = 8

#: Columns that one step sideways moves.
_STEP: Final = 8

#: What stands before a line that was marked.
_MARK: Final = "m"


class LogPane:
    """Shows the end of a log, or holds a line of it still.

    Only the lines that are shown are asked for and parsed; those that are only in
    files come a moment later.  Which ones are shown is up to :attr:`lens`,
    and where one is among them to :attr:`stand`.

    Threads: the main thread only.
    """

    def __init__(
        self,
        instance: Instance,
        theme: Theme,
        refused: Callable[[str], object] = str,
    ) -> None:
        """Show all processes; *refused* is told what is wrong with filters."""
        self._instance = instance
        self._theme = theme
        self._process: ProcessId | None = None
        #: Where lines come from: what goes on, or a run that is over.
        self.source: Log = instance
        self._log = Backlog(instance)
        self._extent = LogExtent(-1, 0, 0)
        self._course = Course(extent=LogExtent(-1, 0, 0))
        self._size = Size(80, 24)
        #: The rows of lines, by number, with what each begins with and is.
        self._rows: dict[int, tuple[Beginning, Sign, list[Row]]] = {}
        self._style = LineStyle()
        self.lens = Lens(instance, refused, lambda: self.stand.current)
        #: How often the lines that are shown had become others when last looked at.
        self._changes = 0
        self.marks = Marks()
        self.look = Look()
        self.stand = Stand(self)
        #: The numbers of the lines that somebody selected.
        self.chosen = range(0)

    @property
    def process(self) -> ProcessId | None:
        """Whose lines are shown; ``None`` for everybody's."""
        return self._process

    @property
    def course(self) -> Course:
        """Which lines are shown."""
        self._course = self.lens.course(self._log.extent())
        return self._course

    @property
    def rows(self) -> int:
        """How many rows the pane has."""
        return self._size.rows

    @property
    def wraps(self) -> bool:
        """Whether lines may take several rows."""
        return self.look.wrap

    def height(self, number: int) -> int:
        """Return how many rows a line takes."""
        if not self.look.wrap:
            return 1
        # Colours take no room, so those at hand will do.
        if number in self._rows:
            return len(self._rows[number][2])
        entry = self.entry(number)
        return 1 if entry is None else len(self._rows_of(entry, BARE))

    @property
    def is_earlier(self) -> bool:
        """Whether this is the log of a run that is over."""
        return self.source is not self._instance

    def show(self, process: ProcessId | None, log: Log | None = None) -> None:
        """Show the end of another log, of the same run unless *log* is another one."""
        log = log or self.source
        if process != self._process or log is not self.source:
            if log is not self.source:
                # The numbers are those of other lines.
                self.marks = Marks()
            self._process, self.source = process, log
            self._log.show(process, log)
            self.lens.show(process, log)
            self._rows.clear()
            self.look = replace(self.look, left=0)
            self.stand.begin()

    def refresh(self) -> bool:
        """Look at the log again; return whether there is anything new."""
        before = self._extent
        self._extent = self._log.extent()
        self.lens.refresh()
        if self.lens.changes != self._changes:
            self._changes = self.lens.changes
            self.stand.settle()
        return self._extent != before

    def entry(self, number: int) -> LogEntry | None:
        """Return a line, unless it is not there or still to be read from a file."""
        entries = self._log.window(number, 1).entries
        return entries[0] if entries and entries[0].number == number else None

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the rows of the pane."""
        self._size = size
        self._choose_style()
        if size.rows <= 0 or size.columns <= 0:
            return stacked([], size)
        if self.stand.following:
            return stacked(self._last_rows(), size)
        room = self.stand.room
        rows = stacked(self._rows_from_top(room), Size(size.columns, room))
        return [*rows, self._news_row()] if room < size.rows else rows

    def _news_row(self) -> Row:
        new = counted(self.stand.news, "new line")
        text = f"-- {new} below, G or f to follow --"
        blank = " " * max(0, self._size.columns - width(text))
        return ready([(None, blank), ("warn", text)], self._size.columns)

    def _choose_style(self) -> None:
        """Lay lines out anew if anything changed that their rows depend on."""
        sought = self.lens.sought
        look = replace(self.look, pattern=sought.pattern if sought else None)
        merged = self._process is None
        style = LineStyle.choose(
            self._instance, self._theme, self._size, look, merged=merged
        )
        if style != self._style or len(self._rows) > _CACHED:
            self._style = style
            self._rows.clear()

    def _last_rows(self) -> list[Row]:
        wanted = self._size.rows
        course = self.course
        rows: list[Row] = []
        top = course.extent.end
        for entry, begin in reversed(self._lines(course.until(top, wanted))):
            rows[:0] = self._rows_of(entry, begin)
            top = entry.number
            if len(rows) >= wanted:
                break
        above = max(0, len(rows) - wanted)
        self.stand.at_end(top, above)
        return rows[above:]

    def _rows_from_top(self, room: int) -> list[Row]:
        stand, course = self.stand, self.course
        stand.keep()
        rows: list[Row] = []
        for entry, begin in self._lines(course.since(stand.top, room)):
            rows += self._rows_of(entry, begin)
            if len(rows) >= stand.above + room:
                break
        return rows[stand.above :]

    def _lines(self, numbers: Sequence[int]) -> list[tuple[LogEntry, Beginning]]:
        """Return the lines with *numbers*, each with how it begins."""
        lines: list[tuple[LogEntry, Beginning]] = []
        before = self._time_before(numbers)
        back = LOOK_BACK
        for stretch in stretches(numbers):
            first = max(0, stretch.start - back)
            window = self._log.window(first, stretch.stop - first)
            carry = Carry()
            for entry in window.entries:
                begin = carry.over(entry)
                if entry.number in stretch:
                    lines.append((entry, begin._replace(before=before)))
                    before = entry.time
            back = NEAR
        return lines[: len(numbers)]

    def _time_before(self, numbers: Sequence[int]) -> float | None:
        """Return when the line was read that is shown before *numbers*."""
        last = self._course.until(numbers[0], 1) if numbers else ()
        entry = self.entry(last[0]) if last else None
        return None if entry is None else entry.time

    def _rows_of(self, entry: LogEntry, begin: Beginning) -> list[Row]:
        """Return the rows of one line, from the last frame where possible."""
        sign = self._sign(entry.number)
        known = self._rows.get(entry.number)
        if known is not None and known[:2] == (begin, sign):
            return known[2]
        rows = painted(entry, self._style, begin, sign)
        # A line without an end yet grows under the same number.
        if not entry.partial:
            self._rows[entry.number] = begin, sign, rows
        return rows

    def _sign(self, number: int) -> Sign:
        is_current = number == self.stand.current
        mark = _MARK if self.marks.has(self._process, number) else ""
        count = self._course.stands_for(number)
        is_chosen = number in self.chosen
        if not (mark or is_current or is_chosen or count > 1):
            return NO_SIGN
        return Sign(mark, is_current, count, is_chosen)

    def click(self, row: int) -> None:
        """Make the line on a row of the pane the current one, if it stands still."""
        if self.stand.following or row < 0:
            return
        rows = -self.stand.above
        for number in self._course.since(self.stand.top, self.stand.room):
            rows += self.height(number)
            if rows > row:
                self.stand.current = number
                return

    def title(self) -> list[Span]:
        """Return what the pane is at, for the line above it."""
        course, stand = self.course, self.stand
        state: Span = ("rule", "following")
        lines = counted(course.count(), "line")
        if not stand.following:
            new = f" +{stand.news:,}" if stand.news else ""
            dropped = ", its line was dropped" if stand.was_dropped else ""
            state = ("warn", f"PAUSED{new}{dropped}")
            if stand.current is not None:
                lines = f"{course.count(0, stand.current + 1):,} of {lines}"
        if course.extent.first:
            lines += f", {course.extent.first:,} dropped"
        look = self.look
        mode = "wrapped" if look.wrap else "cut"
        if look.left:
            mode = f"from column {look.left + 1}"
        if look.times in {Times.DELTA, Times.START}:
            mode += f", {look.times}"
        marks = self.marks.of(self._process)
        parts = [state, *self.lens.title(stand.current), ("rule", lines)]
        parts += [("rule", counted(len(marks), "mark"))] if marks else []
        # What is cut off in a narrow pane is what can be done without.
        return [*parts, ("rule", mode)]

    # How lines look.

    def toggle_wrap(self) -> None:
        """Wrap long lines, or cut them off."""
        self.look = replace(self.look, wrap=not self.look.wrap, left=0)
        self.stand.reveal()

    def cycle_times(self) -> None:
        """Tell something else of when lines were printed."""
        self.look = replace(self.look, times=self.look.times.next)

    def toggle_summary(self) -> None:
        """Sum lines of JSON and logfmt up, or show them as they are."""
        self.look = replace(self.look, summary=not self.look.summary)

    def sideways(self, steps: int) -> None:
        """Move lines that are cut off to the left or to the right."""
        if not self.look.wrap:
            left = max(0, self.look.left + steps * _STEP)
            self.look = replace(self.look, left=left)
