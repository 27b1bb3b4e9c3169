"""Text that can be scrolled: the help, and what is broken."""

import textwrap
from collections.abc import Callable, Mapping, Sequence

from brummer.model.health import ComponentHealth, HealthLevel
from brummer.tui.keymap import Binding, Group, Place, bindings_in, key_names
from brummer.tui.layers.layer import Box, Markup, boxed, inner_columns, inner_rows
from brummer.tui.row import Size, Span, fit, width
from brummer.tui.theme import Glyphs
from brummer.tui.words import counted

#: Columns that keys and title of one binding need side by side.
_ENTRY = 34
_KEYS = 13

#: Lines of a reason that are shown.
_LONGEST = 20


class TextLayer:
    """A box of lines.

    *lines* makes them for a number of columns, so that the help can use the
    room there is.

    Threads: the main thread only.
    """

    def __init__(
        self,
        place: Place,
        title: str,
        lines: Callable[[int], Sequence[Markup]],
        *,
        glyphs: Glyphs,
        close: Callable[[], None],
    ) -> None:
        self._place = place
        self._title = title
        self._lines = lines
        self._glyphs = glyphs
        self._close = close
        self._top = 0
        self._lowest = 0
        self._page = 1

    @property
    def place(self) -> Place:
        """Where its keys stand in the key map."""
        return self._place

    def draw(self, size: Size) -> Box:
        """Return as many lines as fit, from where it was scrolled to."""
        lines = self._lines(inner_columns(size))
        self._page = max(1, inner_rows(size))
        self._lowest = max(0, len(lines) - self._page)
        self._top = min(self._top, self._lowest)
        title = self._title
        if len(lines) > self._page:
            end = self._top + self._page
            title += f"  {self._top + 1}-{min(end, len(lines))} of {len(lines)}"
        return boxed(title, lines[self._top :], size, self._glyphs)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        return {
            "layer.close": self._close,
            "move.up": lambda: self._move(-1),
            "move.down": lambda: self._move(1),
            "move.page_up": lambda: self._move(-self._page),
            "move.page_down": lambda: self._move(self._page),
            "move.half_up": lambda: self._move(-max(1, self._page // 2)),
            "move.half_down": lambda: self._move(max(1, self._page // 2)),
            "move.top": lambda: self._move(-self._top),
            "move.end": lambda: self._move(self._lowest),
        }

    def _move(self, lines: int) -> None:
        self._top = max(0, min(self._top + lines, self._lowest))

    def type(self, _key: str, /) -> bool:
        """Take no other keys."""
        return False


def help_lines(place: Place, columns: int) -> list[Markup]:
    """Return all that the keys do in *place*, in as many columns as fit."""
    count = max(1, min(3, columns // _ENTRY))
    stacks: list[list[Markup]] = [[] for _ in range(count)]
    for group in Group:
        entries = [b for b in bindings_in(place) if b.group is group and b.keys]
        if entries:
            shortest = min(stacks, key=len)
            shortest.extend([[("head", group.upper())], *map(_entry, entries), []])
    height = max(map(len, stacks))
    rows = [
        [stack[n] if n < len(stack) else [] for stack in stacks] for n in range(height)
    ]
    lines = [_side_by_side(row, columns // count) for row in rows]
    return [
        *lines,
        [("dim", "With the mouse, hold Shift (Option) or press M to select")],
    ]


def _entry(binding: Binding) -> Markup:
    keys = " ".join(key_names(binding).split()[:2])
    return [("box key", fit(keys, _KEYS)), (None, binding.title)]


def _side_by_side(cells: Sequence[Markup], columns: int) -> Markup:
    """Return several short lines as one, each *columns* wide."""
    spans: list[Span] = []
    for cell in cells:
        spans += cell
        used = sum(width(text) for _, text in cell)
        spans.append((None, " " * (columns - used)))
    return spans


def health_lines(rows: Sequence[ComponentHealth], columns: int) -> list[Markup]:
    """Return what is not well, or that all is."""
    lines: list[Markup] = []
    for row in rows:
        if row.level is HealthLevel.HEALTHY:
            continue
        times = counted(row.count, "time")
        lines.append([("bad", row.component), (None, f"  {row.level}, {times}")])
        text = row.error or "no reason is known"
        lines += [[(None, "  " + part)] for part in _folded(text, columns - 2)]
    return lines or [[("good", "everything works")]]


def _folded(text: str, columns: int) -> list[str]:
    """Return *text* in lines of at most *columns* characters, cut at blanks."""
    room = max(1, columns)
    return textwrap.wrap(text[: _LONGEST * room], room)[:_LONGEST]
