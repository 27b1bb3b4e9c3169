"""The lines of one process, or of all of them merged."""

from typing import Final

from brummer.core.instance import Instance
from brummer.model.log import LogEntry, LogExtent
from brummer.model.process import ProcessId
from brummer.tui.backlog import Backlog
from brummer.tui.paint import BARE, Beginning, Carry, LineStyle, Look, Times, painted
from brummer.tui.row import Row, Size, Span, stacked
from brummer.tui.theme import Theme
from brummer.tui.words import counted

#: Lines whose rows are kept for the next frame: a few screens full.
_CACHED: Final = 2048

#: Lines before the first that is shown, in which colours are looked for that were
#: left open.
LOOK_BACK: Final = 50

#: Columns that one step sideways moves.
_STEP: Final = 8


class LogPane:
    """Shows the end of a log, or holds a line of it still.

    Following is a state, not a position: any move up ends it and freezes the
    pane on a line *number*, so that neither new lines nor dropped ones move the
    text; coming back to the end begins it again.  Only the lines that are shown
    are asked for and parsed; those that are only in files come a moment later.

    Threads: the main thread only.
    """

    def __init__(self, instance: Instance, theme: Theme) -> None:
        self._instance = instance
        self._theme = theme
        self._process: ProcessId | None = None
        self._log = Backlog(instance)
        self._extent = LogExtent(-1, 0, 0)
        self._size = Size(80, 24)
        #: The rows of lines, by number, with what each begins with.
        self._rows: dict[int, tuple[Beginning, list[Row]]] = {}
        self._style = LineStyle()
        self.following = True
        self.wrapping = False
        self.times = Times.CLOCK
        self.summing_up = False
        #: The first line that is shown, and how many of its rows are above.
        self._top = 0
        self._above = 0
        #: The first line that is not shown to its end.
        self._bottom = 0
        self._left = 0

    @property
    def process(self) -> ProcessId | None:
        """Whose lines are shown; ``None`` for everybody's."""
        return self._process

    def show(self, process: ProcessId | None) -> None:
        """Show the end of another log."""
        if process != self._process:
            self._process = process
            self._log.show(process)
            self._rows.clear()
            self._left = 0
            self.follow()

    def refresh(self) -> bool:
        """Look at the log again; return whether there is anything new."""
        before = self._extent
        self._extent = self._log.extent()
        return self._extent != before

    # What is drawn.

    def draw(self, size: Size) -> list[Row]:
        """Return the rows of the pane."""
        self._size = size
        self._choose_style()
        if size.rows <= 0 or size.columns <= 0:
            return stacked([], size)
        rows = self._last_rows() if self.following else self._rows_from_top()
        return stacked(rows, size)

    def _choose_style(self) -> None:
        """Lay lines out anew if anything changed that their rows depend on."""
        look = Look(
            wrap=self.wrapping,
            times=self.times,
            left=self._left,
            summary=self.summing_up,
        )
        merged = self._process is None
        style = LineStyle.choose(
            self._instance, self._theme, self._size, look, merged=merged
        )
        if style != self._style or len(self._rows) > _CACHED:
            self._style = style
            self._rows.clear()

    def _last_rows(self) -> list[Row]:
        wanted = self._size.rows
        end = self._log.extent().end
        rows: list[Row] = []
        for entry, begin in reversed(self._lines(end - wanted, wanted)):
            rows[:0] = self._rows_of(entry, begin)
            self._top = entry.number
            if len(rows) >= wanted:
                break
        self._above = max(0, len(rows) - wanted)
        self._bottom = self._extent.end
        return rows[self._above :]

    def _rows_from_top(self) -> list[Row]:
        lines = self._lines(self._top, self._size.rows)
        if self._top < self._extent.first:
            self._top, self._above = self._extent.first, 0
        self._bottom = self._top
        rows: list[Row] = []
        room = self._above + self._size.rows
        for entry, begin in lines:
            rows += self._rows_of(entry, begin)
            if len(rows) <= room:
                self._bottom = entry.number + 1
            if len(rows) >= room:
                break
        return rows[self._above :]

    def _lines(self, first: int, count: int) -> list[tuple[LogEntry, Beginning]]:
        """Return up to *count* lines from *first* on, each with how it begins."""
        first = max(0, first)
        before = max(0, first - LOOK_BACK)
        window = self._log.window(before, first - before + count)
        self._extent = window.extent
        carry = Carry()
        lines = [(entry, carry.over(entry)) for entry in window.entries]
        return [line for line in lines if line[0].number >= first][:count]

    def _rows_of(self, entry: LogEntry, begin: Beginning) -> list[Row]:
        """Return the rows of one line, from the last frame where possible."""
        known = self._rows.get(entry.number)
        if known is not None and known[0] == begin:
            return known[1]
        rows = painted(entry, self._style, begin)
        # A line without an end yet grows under the same number.
        if not entry.partial:
            self._rows[entry.number] = begin, rows
        return rows

    def title(self) -> list[Span]:
        """Return what the pane is at, for the line above it."""
        lines = counted(self._extent.end - self._extent.first, "line")
        if self._extent.first:
            lines += f", {self._extent.first:,} dropped"
        state: Span = ("rule", "following")
        if not self.following:
            below = counted(max(0, self._extent.end - self._bottom), "line")
            state = ("warn", f"paused at {self._top + 1:,}, {below} below")
        mode = "wrapped" if self.wrapping else "cut"
        if self._left:
            mode = f"from column {self._left + 1}"
        if self.times in {Times.DELTA, Times.START}:
            mode += f", {self.times}"
        # What is cut off in a narrow pane is what can be done without.
        return [state, ("rule", lines), ("rule", mode)]

    # Moving about.

    def follow(self) -> None:
        """Show the end, and keep showing it."""
        self.following = True
        self._above = 0

    def toggle_follow(self) -> None:
        """Follow the end, or stand still here."""
        self.following = not self.following

    def toggle_wrap(self) -> None:
        """Wrap long lines, or cut them off."""
        self.wrapping = not self.wrapping
        self._above = 0
        self._left = 0

    def cycle_times(self) -> None:
        """Tell something else of when lines were printed."""
        self.times = self.times.next

    def toggle_summary(self) -> None:
        """Sum lines of JSON and logfmt up, or show them as they are."""
        self.summing_up = not self.summing_up

    def sideways(self, steps: int) -> None:
        """Move lines that are cut off to the left or to the right."""
        if not self.wrapping:
            self._left = max(0, self._left + steps * _STEP)

    def to_top(self) -> None:
        """Stand still at the oldest line."""
        self.following = False
        self._top, self._above = self._extent.first, 0

    def page(self, pages: float) -> None:
        """Scroll by some part of what is shown; one line stays in sight."""
        lines = max(1, int((self._size.rows - 1) * abs(pages)))
        self.scroll(lines if pages > 0 else -lines)

    def scroll(self, rows: int) -> None:
        """Move the text by some rows; upwards stands still, at the end follows."""
        if rows < 0:
            self.following = False
            self._up(-rows)
        elif not self.following:
            self._down(rows)
            self.following = self._at_end()

    def _up(self, rows: int) -> None:
        self._above -= rows
        while self._above < 0 and self._top > self._extent.first:
            self._top -= 1
            self._above += self._height(self._top)
        self._above = max(0, self._above)

    def _down(self, rows: int) -> None:
        self._above += rows
        while self._top < self._extent.end - 1:
            height = self._height(self._top)
            if self._above < height:
                return
            self._above -= height
            self._top += 1

    def _height(self, number: int) -> int:
        """Return how many rows a line takes."""
        if not self.wrapping:
            return 1
        # Colours take no room, so those at hand will do.
        if number in self._rows:
            return len(self._rows[number][1])
        entries = self._log.window(number, 1).entries
        return sum(len(self._rows_of(entry, BARE)) for entry in entries) or 1

    def _at_end(self) -> bool:
        """Whether the last row of the log is in sight."""
        left = self._extent.end - self._top
        if left > self._size.rows + self._above:
            return False
        heights = sum(self._height(n) for n in range(self._top, self._extent.end))
        return heights - self._above <= self._size.rows
