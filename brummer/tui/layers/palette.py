"""A list of all that can be done now, to be searched by typing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from brummer.tui.edit import LineEdit
from brummer.tui.keymap import Place
from brummer.tui.layers.layer import (
    Box,
    Markup,
    boxed,
    inner_columns,
    inner_rows,
    is_framed,
)
from brummer.tui.row import Size, Span, fit, fit_right, width
from brummer.tui.selection import Selection
from brummer.tui.theme import Glyphs

_WIDEST: Final = 72
_ROWS: Final = 12
_HINT: Final = 14

#: Lower boxes have no blank row below what is typed.
_WITH_GAP: Final = 5


class Choice(NamedTuple):
    """One thing to do; *hint* is the key that does it without the palette."""

    title: str
    hint: str
    run: Callable[[], object]


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Return the choices that hold every word of *text*, the best ones first.

    A title that begins with a word goes before one where a word of it does,
    and that before the others.
    """
    words = text.lower().split()
    found = [c for c in choices if all(w in c.title.lower() for w in words)]
    return sorted(found, key=lambda c: -sum(_weight(c.title.lower(), w) for w in words))


def _weight(title: str, word: str) -> int:
    if title.startswith(word):
        return 2
    return 1 if f" {word}" in title else 0


class PaletteLayer:
    """Runs whatever is chosen; a text that begins with ``!`` is a shell command.

    One that begins with ``/`` may be a *filter* of a log.

    Threads: the main thread only.
    """

    place = Place.PALETTE

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        glyphs: Glyphs,
        close: Callable[[], None],
        shell: Callable[[str], None],
        filter_: Callable[[str], bool] = bool,
    ) -> None:
        self._choices = choices
        self._glyphs = glyphs
        self._close = close
        self._shell = shell
        self._filter = filter_
        self._edit = LineEdit()
        self._selection: Selection[Choice] = Selection()
        self._selection.show(list(choices))

    def draw(self, size: Size) -> Box:
        """Return the line that is typed, and what matches it."""
        wide = min(size.columns, _WIDEST)
        framed = is_framed(size)
        inner = inner_columns(Size(wide, size.rows))
        text, column = self._edit.shown(inner - 2)
        lines: list[Markup] = [[("head", ": "), (None, fit(text, inner - 2))]]
        # The blank row is the first thing to go.
        lines += [[]] if inner_rows(size) >= _WITH_GAP else []
        rows = max(1, min(_ROWS, inner_rows(size) - len(lines)))
        above = len(lines)
        lines += [self._line(index, inner) for index in self._selection.window(rows)]
        lines += [[]] * (above + rows - len(lines))
        box = boxed("Do", lines, Size(wide, size.rows), self._glyphs)
        cursor = (column + 4, 1) if framed else (column + 2, 0)
        return Box(box.rows, box.columns, cursor)

    def _line(self, index: int, columns: int) -> Markup:
        choice = self._selection.items[index]
        lit = "select" if index == self._selection.index else None
        mark = self._glyphs.mark if lit else " "
        hint = fit_right(choice.hint, min(_HINT, width(choice.hint) + 1))
        room = max(0, columns - 2 - width(hint))
        spans: list[Span] = [(lit, f"{mark} {fit(choice.title, room)}"), (lit, hint)]
        return spans

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        return {
            "input.take": self._take,
            "input.leave": self._close,
            "choice.up": lambda: self._selection.move(-1),
            "choice.down": lambda: self._selection.move(1),
        }

    def type(self, key: str, /) -> bool:
        """Take a letter; Backspace in an empty line leaves."""
        if key == "backspace" and not self._edit.text:
            self._close()
            return True
        taken = self._edit.press(key)
        self._selection.show(matching(self._choices, self._edit.text))
        self._selection.move(-len(self._selection.items))
        return taken

    def _take(self) -> None:
        """Close first: what is chosen may open something else."""
        choice, text = self._selection.key, self._edit.text
        self._close()
        if text.startswith("!"):
            self._shell(text[1:].strip())
        elif text.startswith("/") and self._filter(text):
            return
        elif choice is not None:
            choice.run()
