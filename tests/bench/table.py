"""What a benchmark found out, as a table that people and reStructuredText read."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

#: Characters of a line of prose.
_WIDTH: Final = 79


@dataclass(slots=True)
class Table:
    """A title, rows under a head, and what has to be known to read them."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row; one that is shorter than the head is filled with blanks."""
        assert len(cells) <= len(self.head), cells
        self.rows.append([*cells, *[""] * (len(self.head) - len(cells))])

    def text(self) -> str:
        """Return the table, all its notes behind it."""
        lines = [self.title, "-" * len(self.title), "", *self._grid()]
        for note in self.notes:
            lines += ["", textwrap.fill(note, _WIDTH, break_on_hyphens=False)]
        return "\n".join(lines) + "\n"

    def _grid(self) -> Iterator[str]:
        """Yield the lines of a simple table: the first column left, others right."""
        # An empty first cell would make a row the continuation of the one before.
        rows = [[row[0] or "\\", *row[1:]] for row in self.rows]
        columns = list(zip(self.head, *rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        rule = "  ".join("=" * width for width in widths)
        yield from (rule, _aligned(self.head, widths), rule)
        for row in rows:
            yield _aligned(row, widths)
        yield rule


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    aligned = [cell.rjust(width) for cell, width in others]
    return "  ".join([first[0].ljust(first[1]), *aligned]).rstrip()


def verdict(is_met: bool) -> str:  # noqa: FBT001 -- it is a cell, not a switch
    """Return the cell that says whether a target was met."""
    return "yes" if is_met else "**no**"
