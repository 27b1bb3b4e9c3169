"""Rows of the screen, ready to be sent.

A :data:`Row` is a list of runs, each an attribute and its bytes in the encoding
of the terminal, that together are exactly as wide as the area they are for.
Views build rows, :class:`RowsCanvas` hands them to urwid as they are; nothing
in between measures or pads them again.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import urwid
from typing_extensions import override

Attribute = Hashable
Span = tuple[Attribute, str]
#: The second is urwid's choice of a character set, which is never made.
Run = tuple[Attribute, Literal["0", "U"] | None, bytes]
Row = list[Run]

#: What stands in place of a character that must not reach a terminal.
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

#: Spaces that Python does not count as printable, as blanks of the same width.
#: ``tree``, JavaScript's clocks and anything in French or Japanese print them.
_SPACES: Final = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F], " "),
    0x3000: "  ",
}


#: Terminals disagree about the width of these or of what stands before them: the
#: soft hyphen, the joiners, the emoji variation selector and the skin tones.
_DISPUTED: Final = dict.fromkeys(
    [0xAD, 0x200C, 0x200D, 0xFE0F, *range(0x1F3FB, 0x1F400)]
)


class Size(NamedTuple):
    """Of an area, in character cells."""

    columns: int
    rows: int


def printable(text: str) -> str:
    """Return *text* with all that is not plain text replaced.

    Names, command lines and error messages come from files and programs that
    are not ours; a control character or a change of direction in them must not
    get to the terminal.
    """
    if text.isprintable():
        return text
    text = text.translate(_SPACES)
    return "".join(c if c.isprintable() else REPLACEMENT for c in text)


def agreed(text: str) -> str:
    """Return *text* without the characters whose width terminals disagree about.

    For what children print: a family of emoji falls apart into its members.
    """
    return text if text.isascii() else text.translate(_DISPUTED)


def width(text: str) -> int:
    """Return how many columns *text* takes."""
    return len(text) if text.isascii() else urwid.calc_width(text, 0, len(text))


def cut(text: str, columns: int) -> str:
    """Return as much of the beginning of *text* as fits into *columns*."""
    if text.isascii():
        return text[: max(0, columns)]
    if columns <= 0:
        return ""
    end, _ = urwid.calc_text_pos(text, 0, len(text), columns)
    return text[:end]


def fit(text: str, columns: int) -> str:
    """Return *text* cut or padded to exactly *columns*."""
    kept = cut(text, columns)
    return kept + " " * (columns - width(kept))


def fit_right(text: str, columns: int) -> str:
    """Return *text* cut or padded to exactly *columns*, at the right edge."""
    kept = cut(text, columns)
    return " " * (columns - width(kept)) + kept


def encode(text: str) -> bytes:
    """Return *text* as the terminal wants it.

    One that does not speak UTF-8 gets a question mark for each column of what
    it cannot show, so that what stands behind it stays in its place.
    """
    if text.isascii():
        return text.encode("ascii")
    if urwid.util.get_encoding_mode() == "utf8":
        return text.encode("utf-8", "replace")
    return b"".join(
        c.encode("ascii") if c.isascii() else b"?" * max(0, urwid.calc_width(c, 0, 1))
        for c in text
    )


def ready(spans: Iterable[Span], columns: int, fill: Attribute = None) -> Row:
    """Return *spans* as a row of exactly *columns*, padded in *fill*."""
    row: Row = []
    left = columns
    for attribute, text in spans:
        kept = cut(printable(text), left)
        if kept:
            row.append((attribute, None, encode(kept)))
            left -= width(kept)
        if left <= 0:
            break
    if left > 0:
        row.append((fill, None, b" " * left))
    return row


def blank(columns: int, attribute: Attribute = None) -> Row:
    """Return an empty row."""
    return [(attribute, None, b" " * columns)] if columns > 0 else []


def stacked(rows: Sequence[Row], size: Size) -> list[Row]:
    """Return exactly ``size.rows`` of *rows*: the first ones, filled up with blanks."""
    shown = list(rows[: max(0, size.rows)])
    return shown + [blank(size.columns)] * (size.rows - len(shown))


def trim(row: Row, left: int, columns: int) -> Row:
    """Return the part of *row* that begins at column *left*.

    A wide character that is cut through becomes a blank.
    """
    out: Row = []
    position = 0
    for attribute, charset, data in row:
        columns_here = _width_of_bytes(data)
        start = max(0, left - position)
        end = min(columns_here, left + columns - position)
        if start < end:
            out.append((attribute, charset, _trim_bytes(data, start, end)))
        position += columns_here
    return out


def _width_of_bytes(data: bytes) -> int:
    return len(data) if data.isascii() else urwid.calc_width(data, 0, len(data))


def _trim_bytes(data: bytes, start: int, end: int) -> bytes:
    if data.isascii():
        return data[start:end]
    first, last, left, right = urwid.util.calc_trim_text(data, 0, len(data), start, end)
    return b" " * left + data[first:last] + b" " * right


def laid_over(
    rows: Sequence[Row], box: Sequence[Row], at: Size, width: int
) -> list[Row]:
    """Return *rows* with *box*, which is *width* wide, lying on them.

    *at* is the column and the row of the box's top left corner.
    """
    out = list(rows)
    for number, row in enumerate(box, at.rows):
        if 0 <= number < len(out):
            under = out[number]
            right = at.columns + width
            out[number] = [
                *trim(under, 0, at.columns),
                *row,
                *trim(under, right, 1 << 16),
            ]
    return out


class RowsCanvas(urwid.Canvas):
    """A canvas over rows that are ready."""

    cacheable = True

    def __init__(
        self, rows: list[Row], columns: int, cursor: tuple[int, int] | None = None
    ) -> None:
        super().__init__()
        self._ready = rows
        self._columns = columns
        if cursor is not None:
            self.coords["cursor"] = (*cursor, None)

    @override
    def cols(self) -> int:
        """Return the width."""
        return self._columns

    @override
    def rows(self) -> int:
        """Return the height."""
        return len(self._ready)

    @override
    def content(
        self,
        trim_left: int = 0,
        trim_top: int = 0,
        cols: int = 0,
        rows: int = 0,
        attr: Mapping[Hashable, Hashable] | None = None,
    ) -> Iterator[Row]:
        """Yield the rows, or the part of them that urwid asks for."""
        columns = cols or self._columns - trim_left
        end = trim_top + (rows or len(self._ready) - trim_top)
        for row in self._ready[trim_top:end]:
            part = row
            if trim_left or columns != self._columns:
                part = trim(row, trim_left, columns)
            if attr:
                part = [(attr.get(a, a), charset, data) for a, charset, data in part]
            yield part
