"""A table that drops columns when it gets narrow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self, TypeVar

from brummer.tui.row import Attribute, Row, Size, Span, fit, fit_right, ready, stacked
from brummer.tui.selection import Selection

K = TypeVar("K")

#: Marker, glyph and the blank behind them.
_MARGIN: Final = 3

#: A column that takes what is left gets at least this much.
_LEAST: Final = 4

#: Lower tables have no head.
_WITH_HEAD: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; *width* 0 takes what the others leave.

    It is shown in tables of at least *least* columns.
    """

    title: str
    width: int
    right: bool = False
    least: int = 0

    def cell(self, text: str, columns: int) -> str:
        """Return *text* as wide as the column."""
        return fit_right(text, columns) if self.right else fit(text, columns)


class Line(NamedTuple):
    """One item of a table: its glyph, what colours it, and a text per column."""

    glyph: str
    attribute: Attribute
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How a list looks.

    *mark* stands before the selected item, in its own column: colour alone is
    not seen by everyone.
    """

    columns: tuple[Column, ...]
    mark: str

    def noted(self, note: str) -> Self:
        """Return the table with *note* behind the title of its first wide column."""
        if not note:
            return self
        wide = next(c for c in self.columns if not c.width)
        noted = replace(wide, title=f"{wide.title}  {note}")
        return replace(
            self, columns=tuple(noted if c is wide else c for c in self.columns)
        )

    def draw(
        self,
        size: Size,
        selection: Selection[K],
        line: Callable[[K], Line],
        *,
        focus: bool,
    ) -> list[Row]:
        """Return the head and as many items as fit, the selected one among them."""
        widths = self._widths(size.columns)
        rows = [self._head(size, widths)] if self.head_rows(size) else []
        for index in selection.window(size.rows - len(rows)):
            item = line(selection.items[index])
            lit = None
            if index == selection.index:
                lit = "select" if focus else "select off"
            rows.append(self._item(size, widths, item, lit))
        return stacked(rows, size)

    def head_rows(self, size: Size) -> int:
        """Return how many rows stand above the first item."""
        return 1 if size.rows >= _WITH_HEAD else 0

    def _widths(self, columns: int) -> tuple[int, ...]:
        """Return the width of each column, 0 for one that is not shown."""
        shown = [c for c in self.columns if columns >= c.least]
        rest = columns - _MARGIN - sum(c.width + 1 for c in shown if c.width)
        flexible = sum(not c.width for c in shown)
        # Each column but the last has a blank behind it.
        part = max(_LEAST, (rest + 1) // max(1, flexible) - 1)
        return tuple((c.width or part) if c in shown else 0 for c in self.columns)

    def _head(self, size: Size, widths: Sequence[int]) -> Row:
        cells = [
            column.cell(column.title, wide)
            for column, wide in zip(self.columns, widths, strict=True)
            if wide
        ]
        return ready([("head", " " * _MARGIN + " ".join(cells))], size.columns)

    def _item(
        self, size: Size, widths: Sequence[int], line: Line, lit: str | None
    ) -> Row:
        """Return one item, in *lit* where it is the selected one."""
        cells = [
            column.cell(text, wide)
            for column, wide, text in zip(self.columns, widths, line.cells, strict=True)
            if wide
        ]
        spans: list[Span] = [
            (lit, self.mark if lit else " "),
            (lit if lit == "select" else line.attribute, line.glyph),
            (lit, " " + " ".join(cells)),
        ]
        return ready(spans, size.columns, fill=lit)
