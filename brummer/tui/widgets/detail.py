"""One line of a log with all that is in it: its fields laid out, or its text whole."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, chain, islice
from typing import Final

from brummer.core.instance import Instance
from brummer.logs import ansi
from brummer.logs.ansi import Line
from brummer.logs.row import TAB
from brummer.logs.style import PLAIN, Style
from brummer.model.log import LogEntry, Stream
from brummer.tui.colour import attribute_of
from brummer.tui.paint import elapsed
from brummer.tui.row import Row, Size, Span, agreed, cut, ready, stacked
from brummer.tui.theme import Theme

#: Characters of a line without fields that are shown.
LONGEST: Final = 256 * 1024

#: Characters that may be needed to fill a column.
_PER_COLUMN: Final = 4

#: Columns left of the text, and of what goes on in the next row.
_MARGIN: Final = 1
_HANGING: Final = 2


class DetailPane:
    """Shows one line; rows are made as far as somebody scrolls.

    Threads: the main thread only.
    """

    def __init__(self, instance: Instance, theme: Theme) -> None:
        self._instance = instance
        self._theme = theme
        self._entry: LogEntry | None = None
        self._columns = 0
        self._kind = ""
        #: The rows that were needed so far, and those that may be.
        self._rows: list[Row] = []
        self._more: Iterator[Row] = iter(())
        self._top = 0
        self._height = 1

    @property
    def entry(self) -> LogEntry | None:
        """The line."""
        return self._entry

    def show(self, entry: LogEntry | None) -> None:
        """Show another line, from its beginning."""
        if entry == self._entry:
            return
        before, self._entry = self._entry, entry
        self._columns = 0
        # One without an end yet grows.
        if _address(before) != _address(entry):
            self._top = 0

    def draw(self, size: Size) -> list[Row]:
        """Return the rows of the pane."""
        self._height = max(1, size.rows)
        if self._entry is None:
            told = [(None, " "), ("dim", "the line is not there, or not yet")]
            return stacked([ready(told, size.columns)], size)
        if size.columns != self._columns:
            self._columns = size.columns
            self._lay_out(self._entry)
        self._reach(self._top + size.rows)
        self._top = min(self._top, max(0, len(self._rows) - size.rows))
        return stacked(self._rows[self._top :], size)

    def _lay_out(self, entry: LogEntry) -> None:
        """Begin with the rows of a line."""
        self._kind, lines = _laid_out(entry)
        self._rows = []
        self._more = chain.from_iterable(map(self._rows_of, lines))

    def _rows_of(self, line: Line) -> Iterator[Row]:
        """Yield a line as rows; what goes on stands further to the right."""
        parts = Parts(
            (attribute_of(style, self._theme.colors), agreed(text))
            for style, text in pieces(line)
        )
        indent = len(line.text) - len(line.text.lstrip(" "))
        hanging = min(indent + _HANGING, self._columns // 2) + _MARGIN
        margin, at = _MARGIN, 0
        while at < len(parts.text) or not at:
            room = max(1, self._columns - margin)
            # Some characters take no column, but few in a row.
            shown = cut(parts.text[at : at + _PER_COLUMN * room], room)
            # One that is wider than the whole row is left out by ready().
            end = at + max(1, len(shown))
            blank: Span = (None, " " * margin)
            yield ready([blank, *parts.between(at, end)], self._columns)
            margin, at = hanging, end

    def _reach(self, count: int) -> None:
        """Make rows until there are *count*, if there are so many."""
        self._rows += islice(self._more, max(0, count - len(self._rows)))

    def title(self) -> list[Span]:
        """Return whose line it is, what it is made of, and when it came."""
        entry = self._entry
        if entry is None:
            return [("head", "no line")]
        state = self._instance.processes().get(entry.process)
        name = state.name if state else entry.process
        parts: list[Span] = [("head", f"{name}, line {entry.number + 1:,}")]
        if self._top:
            parts.append(("warn", f"from row {self._top + 1:,}"))
        if self._columns:
            parts.append(("rule", self._kind))
        if entry.stream is not Stream.OUT:
            parts.append(
                ("bad" if entry.stream is Stream.ERR else "note", entry.stream)
            )
        parts.append(("rule", _date(entry.time)))
        if state is not None and state.started is not None:
            parts.append(("rule", f"{elapsed(entry.time - state.started)} after start"))
        return parts

    def text(self) -> str:
        """Return all that is shown, for a clipboard."""
        if self._entry is None:
            return ""
        _, lines = _laid_out(self._entry)
        return "\n".join(line.text for line in lines)

    # Moving about.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys that move about do here."""
        return {
            "move.up": lambda: self.scroll(-1),
            "move.down": lambda: self.scroll(1),
            "move.page_up": lambda: self.scroll(1 - self._height),
            "move.page_down": lambda: self.scroll(self._height - 1),
            "move.half_up": lambda: self.scroll(-max(1, self._height // 2)),
            "move.half_down": lambda: self.scroll(max(1, self._height // 2)),
            "move.top": lambda: self.scroll(-self._top),
            "move.end": self._to_end,
        }

    def scroll(self, rows: int) -> None:
        """Move the text."""
        self._reach(self._top + rows + self._height)
        lowest = max(0, len(self._rows) - self._height)
        self._top = max(0, min(self._top + rows, lowest))

    def _to_end(self) -> None:
        self._rows += self._more
        self._top = max(0, len(self._rows) - self._height)


class Parts:
    """Spans of which some are wanted by the places of their characters."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = list(spans)
        self._ends = list(accumulate(len(text) for _, text in self._spans))
        self.text: Final = "".join(text for _, text in self._spans)

    def between(self, begin: int, end: int) -> Iterator[Span]:
        """Yield the characters from *begin* to before *end*."""
        at = bisect_right(self._ends, begin)
        for (attribute, text), stop in zip(
            self._spans[at:], self._ends[at:], strict=True
        ):
            if begin >= end:
                return
            start = stop - len(text)
            yield attribute, text[begin - start : end - start]
            begin = stop


def pieces(line: Line) -> Iterator[tuple[Style, str]]:
    """Yield the parts of a line that look the same."""
    position = 0
    for style, length in line.runs:
        yield style, line.text[position : position + length]
        position += length


def _laid_out(entry: LogEntry) -> tuple[str, Iterator[Line]]:
    """Return what a line is made of, and the lines that show it."""
    # Imported when somebody looks: the first frame would wait for it.
    from brummer.logs.record import record_of

    if len(entry.data) <= LONGEST:
        record = record_of(ansi.strip(entry.data), entry.time, entry.stream)
        if record.fields:
            kind = "json" if record.source else "logfmt"
            before = [ansi.parse(record.before)] if record.before else []
            return kind, chain(before, record.pretty())
    return "text", _whole(entry.data)


def _whole(data: bytes) -> Iterator[Line]:
    """Yield a line that has no fields, as much of it as anybody reads."""
    if len(data) <= ansi.LONGEST:
        yield ansi.parse(data, limit=ansi.LONGEST)
        return
    text = ansi.strip(data[:LONGEST]).decode("utf-8", "replace")
    yield _plain(text.expandtabs(TAB))
    if len(data) > LONGEST:
        yield _plain(f"... {len(data):,} bytes in all")


def _plain(text: str) -> Line:
    return Line(text, ((PLAIN, len(text)),), PLAIN)


def _address(entry: LogEntry | None) -> tuple[object, ...]:
    """Return what is the same for a line that grows."""
    return () if entry is None else (entry.process, entry.number, entry.stream)


def _date(moment: float) -> str:
    """Return the local date and time of *moment*, to the thousandth."""
    whole = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
    return f"{whole}.{int(moment % 1 * 1000):03}"
