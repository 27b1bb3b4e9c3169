"""A pane below a log with all that is in its current line."""

from collections.abc import Callable, Mapping
from typing import Final

from brummer.model.log import LogEntry
from brummer.tui.desk import Desk
from brummer.tui.row import Row, Size
from brummer.tui.views.view import rule
from brummer.tui.widgets.detail import DetailPane
from brummer.tui.widgets.log import LogPane

#: In lower views only the one of both that has the focus is shown.
_BOTH: Final = 9

#: The part of the view that it takes, in fifths.
_SHARE: Final = 2


class Inset:
    """Shows the current line of *log* in detail, while it is open.

    Threads: the main thread only.
    """

    def __init__(self, desk: Desk, log: LogPane) -> None:
        self._desk = desk
        self._log = log
        self._detail = DetailPane(desk.instance, desk.theme)
        self.is_open = False
        self.is_focused = False
        self.is_zoomed = False
        #: How many rows there were for both when they were drawn last.
        self._room = 0
        #: The first row of the view that was its own then.
        self._first = 0
        #: The line for which it was opened, until the log has made room.
        self._held: int | None = None

    @property
    def text(self) -> str:
        """All that it shows, for a clipboard."""
        self._detail.show(self._current())
        return self._detail.text()

    def share(self, rows: int) -> int:
        """Return how many of *rows* are its own."""
        self._room = rows
        if not self.is_open:
            own = 0
        elif self.is_zoomed or rows < _BOTH:
            own = rows if self.is_focused else 0
        else:
            own = rows * _SHARE // 5
        self._first = rows - own
        return own

    def has(self, row: int) -> bool:
        """Whether it has that row of the view."""
        return self._first <= row < self._room

    def scroll(self, rows: int) -> None:
        """Move its text."""
        self._detail.scroll(rows)

    def keep(self) -> bool:
        """Bring the line back for which it was opened; return whether it was gone.

        That is after the log was drawn with the room that is left.
        """
        held, self._held = self._held, None
        if held is None or self._log.stand.current == held:
            return False
        self._log.stand.go_to(held)
        return True

    def draw(self, size: Size) -> list[Row]:
        """Return the rows of the pane, its title first."""
        if size.rows <= 0:
            return []
        self._detail.show(self._current())
        rows = self._detail.draw(Size(size.columns, size.rows - 1))
        glyphs = self._desk.theme.glyphs
        title = self._detail.title()
        return [rule(glyphs, title, size.columns, lit=self.is_focused), *rows]

    def _current(self) -> LogEntry | None:
        number = current_line(self._log)
        return None if number is None else self._log.entry(number)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do; those that move do so while it has the focus."""
        moves = self._detail.commands() if self.is_focused else {}
        return {
            **moves,
            "log.detail": self.toggle,
            "pane.next": self._next,
            "pane.zoom": self._zoom,
        }

    def toggle(self) -> None:
        """Open it, with the log standing still, or close it."""
        self.is_open = not self.is_open
        self.is_zoomed = False
        # Where there is room for one, it is the one that was asked for.
        self.is_focused = self.is_open and self._room < _BOTH
        if self.is_open:
            self._log.stand.pause()
            self._held = self._log.stand.current

    def _next(self) -> None:
        self.is_focused = self.is_open and not self.is_focused

    def _zoom(self) -> None:
        self.is_zoomed = self.is_open and not self.is_zoomed


def current_line(log: LogPane) -> int | None:
    """Return the number of the line that keys are about: the last one at the end."""
    if log.stand.current is not None:
        return log.stand.current
    course = log.course
    last = course.until(course.extent.end, 1)
    return last[0] if last else None
