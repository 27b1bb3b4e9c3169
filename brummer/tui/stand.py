"""Where one is among the lines of a log: at its end, or at a line that stands still."""

from collections.abc import Sequence
from typing import Final, Protocol

from brummer.tui.course import Course

#: Lower panes have no row to tell of new lines.
_WITH_NEWS: Final = 4


class Ground(Protocol):
    """A pane that shows lines."""

    @property
    def course(self) -> Course:
        """Which lines are shown."""

    @property
    def rows(self) -> int:
        """How many rows the pane has."""

    @property
    def wraps(self) -> bool:
        """Whether lines may take several rows."""

    def height(self, number: int) -> int:
        """Return how many rows a line takes."""


class Stand:
    """The part of a log that is in sight.

    Following is a state, not a position: any move up ends it and freezes the
    pane on a line *number*, so that neither new lines nor dropped ones move the
    text; coming back to the end begins it again.  While the pane stands still one
    of its lines is the :attr:`current` one, which keys are about.

    Threads: the main thread only.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.following = True
        #: The line that keys are about; only while the pane stands still.
        self.current: int | None = None
        #: The first line that is in sight, and how many of its rows are above.
        self.top = 0
        self.above = 0
        #: Whether the first line in sight was dropped, and the oldest took its place.
        self.was_dropped = False
        #: The first line that came after the pane began to stand still.
        self._first_new = 0

    @property
    def room(self) -> int:
        """How many rows there are for lines."""
        rows = self._ground.rows
        tells = not self.following and rows >= _WITH_NEWS
        return rows - (tells and bool(self.news))

    @property
    def _sure(self) -> int:
        """How many rows there are for lines, whether there are new ones or not.

        The current line is in one of these, so that the text can stay where it is.
        """
        rows = self._ground.rows
        return rows - (rows >= _WITH_NEWS)

    @property
    def news(self) -> int:
        """How many lines have come since the pane began to stand still."""
        return self._ground.course.count(self._first_new)

    def begin(self) -> None:
        """Show the end of another log."""
        self.top = 0
        self.follow()

    def at_end(self, top: int, above: int) -> None:
        """Take note of what is in sight while the end is followed."""
        self.top, self.above = top, above

    def keep(self) -> None:
        """Let what is in sight be there, and the current line in sight.

        What was in sight may have been dropped, or be shown no more.
        """
        course = self._ground.course
        if self.top < course.extent.first:
            self.top, self.above = course.extent.first, 0
            self.was_dropped = True
        if (nearest := course.nearest(self.top)) != self.top:
            self.top, self.above = nearest, 0
        self._clamp()

    def _clamp(self) -> None:
        """Let the current line be one of those in sight."""
        course = self._ground.course
        shown = course.since(self.top, self._sure)
        if not shown:
            self.current = None
            return
        last = self._last_in_sight(shown)
        wanted = last if self.current is None else course.nearest(self.current)
        self.current = max(shown[0], min(wanted, last))

    def _last_in_sight(self, shown: Sequence[int]) -> int:
        """Return the last of the *shown* lines that is in sight."""
        if not self._ground.wraps:
            return shown[-1]
        rows = -self.above
        for number in shown:
            rows += self._ground.height(number)
            if rows >= self._sure:
                return number
        return shown[-1]

    def follow(self) -> None:
        """Show the end, and keep showing it."""
        self.following = True
        self.current = None
        self.above = 0
        self.was_dropped = False

    def pause(self) -> None:
        """Stand still; the last line that is shown becomes the current one."""
        if self.following:
            self.following = False
            course = self._ground.course
            self._first_new = course.extent.end
            last = course.until(course.extent.end, 1)
            self.current = last[0] if last else None

    def toggle_follow(self) -> None:
        """Follow the end, or stand still here."""
        if self.following:
            self.pause()
        else:
            self.follow()

    def to_top(self) -> None:
        """Stand still at the oldest line."""
        self.pause()
        self.top, self.above = self._ground.course.extent.first, 0
        self.current = self.top
        self.was_dropped = False

    def move(self, lines: int) -> None:
        """Make another line the current one; after the last one, follow."""
        if self.following and lines > 0:
            return
        self.pause()
        course = self._ground.course
        current = self.current
        if current is None or self._read_on(current, lines):
            return
        if lines < 0:
            above = course.until(current, -lines)
            self.go_to(above[0] if above else current)
            return
        below = course.since(current + 1, lines)
        if below and course.since(below[-1] + 1, 1):
            self.go_to(below[-1])
        else:
            self.follow()

    def _read_on(self, current: int, lines: int) -> bool:
        """Scroll if there is more of the current line in that direction."""
        if not self._ground.wraps:
            return False
        if lines < 0:
            is_cut = current == self.top and self.above > 0
        else:
            numbers = self._ground.course.since(self.top, self._sure)
            until = [n for n in numbers if n <= current]
            rows = sum(map(self._ground.height, until)) - self.above
            is_cut = rows > self._sure
        if is_cut:
            self._shift(1 if lines > 0 else -1)
        return is_cut

    def go_to(self, number: int) -> None:
        """Stand still with line *number* in sight, and make it the current one."""
        self.pause()
        course = self._ground.course
        self.was_dropped = False
        self.current = number = course.nearest(number)
        self._reveal(number)

    def _reveal(self, number: int) -> None:
        """Bring a line into sight; one that is far away gets some before it."""
        course = self._ground.course
        if number <= self.top and course.count(number, self.top) <= self._sure:
            self.top, self.above = number, 0
        elif number not in course.since(self.top, self._sure + 1):
            before = course.until(number, self._sure // 3)
            self.top, self.above = (before[0] if before else number), 0
        shown = [n for n in course.since(self.top, self._sure + 1) if n <= number]
        rows = sum(map(self._ground.height, shown)) - self.above
        # Of a line that is longer than the pane the beginning is brought into sight.
        if rows > self._sure and number != self.top:
            self._shift(rows - self._sure)

    def reveal(self) -> None:
        """Bring the current line into sight, after lines became higher or lower."""
        self.above = 0
        if self.current is not None:
            self._reveal(self.current)

    def settle(self) -> None:
        """Let the current line stay in sight, where others are shown around it."""
        if not self.following and self.current is not None:
            course = self._ground.course
            self.current = course.nearest(self.current)
            before = course.until(self.current, self._sure // 3)
            self.top, self.above = (before[0] if before else self.current), 0

    def hold(self, top: int, current: int) -> None:
        """Stand still with line *top* as the first one."""
        self.pause()
        self.top, self.above, self.current = top, 0, current
        self.was_dropped = False

    def page(self, pages: float) -> None:
        """Scroll by some part of what is shown; one line stays in sight."""
        lines = max(1, int((self._ground.rows - 1) * abs(pages)))
        self.scroll(lines if pages > 0 else -lines)

    def scroll(self, rows: int) -> None:
        """Move the text by some rows; upwards stands still, at the end follows."""
        if self.following and rows > 0:
            return
        self.pause()
        self.was_dropped = False
        self._shift(rows)
        self._clamp()
        if rows > 0 and self._at_end():
            self.follow()

    def _shift(self, rows: int) -> None:
        if rows < 0:
            self._up(-rows)
        else:
            self._down(rows)

    def _up(self, rows: int) -> None:
        course = self._ground.course
        self.above -= rows
        while self.above < 0:
            # Where nothing wraps, all of them at once.
            count = 1 if self._ground.wraps else -self.above
            before = course.until(self.top, count)
            if not before:
                break
            self.top = before[0]
            self.above += sum(map(self._ground.height, before))
        self.above = max(0, self.above)

    def _down(self, rows: int) -> None:
        course = self._ground.course
        self.above += rows
        while True:
            height = self._ground.height(self.top)
            below = course.since(self.top + 1, 1)
            if self.above < height or not below:
                return
            self.above -= height
            self.top = below[0]

    def _at_end(self) -> bool:
        """Whether the last row of the log is in sight."""
        course = self._ground.course
        numbers = course.since(self.top, self._ground.rows + self.above + 1)
        if len(numbers) > self._ground.rows + self.above:
            return False
        heights = sum(map(self._ground.height, numbers))
        return heights - self.above <= self._ground.rows
