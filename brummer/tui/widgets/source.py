"""The lines of a file around the place of an error."""

from collections.abc import Mapping
from typing import Final

from brummer.model.finding import Finding
from brummer.tui.desk import Desk
from brummer.tui.row import Row, Span, printable, ready, width
from brummer.tui.trace import Step

#: Lines on either side of the one that is meant.
AROUND: Final = 4

#: Seconds after which an error that comes again is a reason to read anew.
_STALE: Final = 2.0

_TAB: Final = 4

_Wanted = tuple[str, str, int, float]


class SourceLines:
    """Shows the source at one place, once it has been read.

    It is read anew when another place is looked at, and when the error comes again:
    the file may be another one by now.

    Threads: the main thread only; a command reads the file aside.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wanted: _Wanted | None = None
        self._found: Mapping[str, object] = {}
        self._column = 0
        #: When the error was seen last, now and when the file was read.
        self._last = self._read = 0.0

    def look(self, finding: Finding, step: Step | None) -> None:
        """Show the place of *step*; nothing for none."""
        frame = None if step is None or step.is_folded else step.frame
        if frame is None or not frame.file or not frame.line:
            self._wanted, self._found = None, {}
            return
        wanted = (finding.process, frame.file, frame.line, finding.time)
        self._last = finding.last_seen
        if wanted == self._wanted and self._last - self._read < _STALE:
            return
        if wanted != self._wanted:
            self._wanted, self._found = wanted, {}
        self._column, self._read = frame.column, self._last
        self._desk.run(
            "source.read",
            lambda found: self._take(wanted, found),
            otherwise=lambda reason: self._take(wanted, {"problem": reason}),
            process=finding.process,
            file=frame.file,
            line=frame.line,
            around=AROUND,
        )

    def read_again(self) -> None:
        """Read the file anew: somebody has had it in an editor."""
        self._wanted = None

    def _take(self, wanted: _Wanted, found: object) -> None:
        """Take what was read, unless something else is wanted by now."""
        if wanted == self._wanted and isinstance(found, Mapping):
            self._found = found

    def rows(self, columns: int) -> list[Row]:
        """Return the lines with their numbers, the one that is meant marked."""
        if self._wanted is None or not self._found:
            return []
        _, file, meant, _ = self._wanted
        lines, problem = self._found.get("lines"), self._found.get("problem")
        if not isinstance(lines, list | tuple) or not lines:
            return [ready([("dim", f"   {file}: {problem or 'empty'}")], columns)]
        first = _number(self._found.get("first"))
        rows: list[Row] = []
        for number, line in enumerate(lines, first):
            rows.append(self._row(number, str(line), columns, meant))
            if number == meant and self._column:
                rows.append(self._caret(str(line), columns))
        if _seconds(self._found.get("modified")) > self._last:
            rows.append(ready([("warn", "   the file was changed since")], columns))
        return rows

    def _row(self, number: int, line: str, columns: int, meant: int) -> Row:
        mark = self._desk.theme.glyphs.mark if number == meant else " "
        bar = self._desk.theme.glyphs.bar
        attribute = "head" if number == meant else None
        text = printable(line.expandtabs(_TAB))
        spans: list[Span] = [
            ("dim", f" {mark}{number:>5} {bar} "),
            (attribute, text),
        ]
        return ready(spans, columns)

    def _caret(self, line: str, columns: int) -> Row:
        before = printable(line[: self._column - 1].expandtabs(_TAB))
        bar = self._desk.theme.glyphs.bar
        blanks = " " * min(width(before), columns)
        return ready([("dim", f"        {bar} "), ("bad", f"{blanks}^")], columns)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 1


def _seconds(value: object) -> float:
    return value if isinstance(value, int | float) else 0.0
