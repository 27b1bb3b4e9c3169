"""One row of a terminal, for lines that write over themselves.

Progress bars go back with a carriage return and write again; what people saw
in the end is what we show.  One character is one column here: programs that
redraw in wide characters are rare, and being a column off costs nothing else.
"""

from itertools import groupby
from typing import Final

from brummer.logs.style import PLAIN, Style

#: Distance of the tab stops, as every terminal has it.
TAB: Final = 8
#: Columns that may be written, blanked or moved in all.  Twenty full rows are far
#: more than a progress bar needs, and a line that is made to cost a second to
#: draw must not.
WORK: Final = 200_000


class Row:
    """Writes characters at a cursor that can move, up to *limit* columns.

    Threads: used by one caller and thrown away.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._work = WORK
        self._column = 0
        self._characters: list[str] = []
        self._styles: list[Style] = []

    @property
    def is_worn_out(self) -> bool:
        """Whether so much was written over that it should stay as it is."""
        return self._work <= 0

    @property
    def text(self) -> str:
        """What the row shows."""
        return "".join(self._characters)

    @property
    def runs(self) -> tuple[tuple[Style, int], ...]:
        """How it looks: styles and the number of characters that have them."""
        return tuple((style, len(list(run))) for style, run in groupby(self._styles))

    def write(self, text: str, style: Style) -> None:
        """Write *text* over what is at the cursor, and move behind it."""
        text = text[: self._limit - self._column]
        self._work -= len(text)
        self._reach(self._column)
        end = self._column + len(text)
        self._characters[self._column : end] = text
        self._styles[self._column : end] = [style] * len(text)
        self._column = end

    def home(self) -> None:
        """Go back to the first column."""
        self._column = 0

    def tab(self) -> None:
        """Go to the next tab stop."""
        self._go(self._column - self._column % TAB + TAB)

    def back(self) -> None:
        """Go one column to the left."""
        self._go(self._column - 1)

    def edit(self, final: str, parameter: int | None) -> None:
        """Follow the control sequence that ends with *final*.

        Those that only concern other rows, modes or reports do nothing.
        """
        count = max(parameter or 1, 1)
        match final:
            case "C":
                self._go(self._column + count)
            case "D":
                self._go(self._column - count)
            case "G" | "`":
                self._go(count - 1)
            case "K":
                self._erase(parameter or 0)
            case _:
                self._shift(final, min(count, self._limit))

    def _shift(self, final: str, count: int) -> None:
        """Delete (P), blank (X) or insert (@) *count* characters at the cursor."""
        end = self._column + count
        here = slice(self._column, end)
        if final == "P":
            del self._characters[here]
            del self._styles[here]
        elif final == "X":
            self._blank(self._column, min(end, len(self._characters)))
        elif final == "@" and self._column < len(self._characters):
            self._work -= count
            self._characters[self._column : self._column] = " " * count
            self._styles[self._column : self._column] = [PLAIN] * count
            del self._characters[self._limit :]
            del self._styles[self._limit :]

    def _erase(self, mode: int) -> None:
        """Erase to the end of the row (0), up to the cursor (1), or all of it (2)."""
        if mode == 1:
            self._blank(0, min(self._column + 1, len(self._characters)))
            return
        keep = self._column if mode == 0 else 0
        del self._characters[keep:]
        del self._styles[keep:]

    def _go(self, column: int) -> None:
        """Move the cursor, within the row."""
        self._column = max(0, min(column, self._limit))

    def _reach(self, column: int) -> None:
        """Fill the row with blanks up to *column*."""
        missing = max(0, column - len(self._characters))
        self._work -= missing
        self._characters.extend(" " * missing)
        self._styles.extend([PLAIN] * missing)

    def _blank(self, begin: int, end: int) -> None:
        """Put blanks from *begin* to *end*, where the row has characters."""
        length = max(0, end - begin)
        self._work -= length
        self._characters[begin : begin + length] = " " * length
        self._styles[begin : begin + length] = [PLAIN] * length
