"""What a layer is, and the box that it is drawn in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from brummer.tui.keymap import Place
from brummer.tui.row import Row, Size, Span, cut, printable, ready, width
from brummer.tui.theme import Glyphs

Markup = Sequence[Span]

#: The least in which a frame does not take the room of what is in it.
FRAME: Final = Size(5, 5)


class Box(NamedTuple):
    """Rows to lay over a view, all *columns* wide; *cursor* is where one types."""

    rows: list[Row]
    columns: int
    cursor: tuple[int, int] | None = None


class Layer(Protocol):
    """Something that lies over a view and has the keyboard.

    Threads: the main thread only.
    """

    @property
    def place(self) -> Place:
        """Where its keys stand in the key map."""

    def draw(self, size: Size) -> Box:
        """Return a box that fits into *size*."""

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what it does for the commands of the key map."""

    def type(self, key: str, /) -> bool:
        """Take a key that is not in the key map; return whether it meant anything."""


def is_framed(size: Size) -> bool:
    """Whether there is room for a frame in *size*."""
    return size.columns >= FRAME.columns and size.rows >= FRAME.rows


def inner_columns(size: Size) -> int:
    """Return how wide the lines in a box may be that fits into *size*."""
    return size.columns - 4 if is_framed(size) else size.columns


def inner_rows(size: Size) -> int:
    """Return how many lines a box has room for that fits into *size*."""
    return size.rows - 2 if is_framed(size) else size.rows


def boxed(title: str, lines: Sequence[Markup], size: Size, glyphs: Glyphs) -> Box:
    """Return *lines* in a frame, as large as they need and *size* allows."""
    if not is_framed(size):
        rows = [ready(line, size.columns) for line in lines[: size.rows]]
        return Box(rows, size.columns)
    widest = max((_width(line) for line in lines), default=0)
    title = printable(title)
    inner = min(max(widest, width(title) + 2), size.columns - 4)
    corners, bar = glyphs.corners, glyphs.bar
    head = f"{corners[0]}{glyphs.rule} {cut(title, inner - 1)} "
    rows = [
        ready(
            [("box", head + glyphs.rule * (inner + 3 - width(head)) + corners[1])],
            inner + 4,
        )
    ]
    rows += [
        [
            *ready([("box", f"{bar} ")], 2),
            *ready(line, inner, fill="box"),
            *ready([("box", f" {bar}")], 2),
        ]
        for line in lines[: size.rows - 2]
    ]
    foot = corners[2] + glyphs.rule * (inner + 2) + corners[3]
    rows.append(ready([("box", foot)], inner + 4))
    return Box(rows, inner + 4)


def _width(line: Markup) -> int:
    return sum(width(printable(text)) for _, text in line)


def centred(box: Box, size: Size) -> Size:
    """Return the column and row of the top left corner for *box* in *size*."""
    return Size(
        max(0, (size.columns - box.columns) // 2),
        max(0, (size.rows - len(box.rows)) // 2),
    )
