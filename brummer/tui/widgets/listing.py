"""A table to choose from, which can be narrowed by typing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from brummer.tui.desk import Desk, Question
from brummer.tui.row import Row, Size, ready, stacked
from brummer.tui.selection import Selection
from brummer.tui.widgets.table import Column, Line, Table

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a list says of itself: what is in it, and what to do where nothing is."""

    noun: str
    advice: str


class Listing(Generic[K]):
    """The items of a view, one of them selected.

    Words narrow it to the items that hold all of them.  *changed* is called when
    the words or the selection may be others, for the view to call :meth:`show`.

    Threads: the main thread only.
    """

    def __init__(
        self,
        desk: Desk,
        columns: tuple[Column, ...],
        wording: Wording,
        changed: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._table = Table(columns=columns, mark=desk.theme.glyphs.mark)
        self._wording = wording
        self._changed = changed
        self._selection: Selection[K] = Selection()
        self._words = ""
        self._size = Size(80, 22)

    @property
    def key(self) -> K | None:
        """The selected item, ``None`` in an empty list."""
        return self._selection.key

    @property
    def items(self) -> Sequence[K]:
        """What is listed."""
        return self._selection.items

    @property
    def is_narrowed(self) -> bool:
        """Whether words narrow it."""
        return bool(self._words)

    def matches(self, *texts: str) -> bool:
        """Whether an item of which *texts* tell is wanted."""
        text = " ".join(texts).lower()
        return all(word in text for word in self._words.lower().split())

    def show(self, items: Sequence[K], instead: K | None = None) -> None:
        """Take a new list; select *instead* if the selected item is gone."""
        self._selection.show(items, instead)

    def follow(self, items: Sequence[K]) -> None:
        """Take a new list, the newest first: who stands on that goes on to the next."""
        is_newest = self._selection.index == 0
        self._selection.show(items)
        if is_newest:
            self._selection.move(-len(items))

    def select(self, key: K) -> None:
        """Select *key*, without words that could hide it."""
        self.narrow("")
        self._selection.select(key)
        self._changed()

    def narrow(self, words: str) -> None:
        """List only what holds all of *words*."""
        self._words = words
        self._changed()

    # What is drawn.

    def draw(
        self, size: Size, line: Callable[[K], Line], *, focus: bool = True
    ) -> list[Row]:
        """Return the head and as many items as fit, the selected one among them."""
        self._size = size
        if not self.items:
            text = "   " + self._reason()
            return stacked([ready([("dim", text)], size.columns)], size)
        # Items that are hidden must not be taken for items that are gone.
        note = f"filter: {self._words}" if self._words else ""
        return self._table.noted(note).draw(size, self._selection, line, focus=focus)

    def _reason(self) -> str:
        """Return why nothing is listed, and what to do about it."""
        if self._words:
            return f"no {self._wording.noun} matches {self._words!r}: esc shows all"
        return self._wording.advice

    # What the keys and the mouse do.

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do that narrow it."""
        # With words, going back is going back to the whole list.
        back = {"view.back": lambda: self.narrow("")} if self._words else {}
        return {**back, "find.open": self._ask}

    def moves(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do that go from item to item."""
        return {
            "move.up": lambda: self.move(-1),
            "move.down": lambda: self.move(1),
            "move.top": lambda: self.move(-len(self.items)),
            "move.end": lambda: self.move(len(self.items)),
        }

    def pages(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do that go further."""
        rows = max(1, self._size.rows - 1)
        half = max(1, rows // 2)
        return {
            "move.page_up": lambda: self.move(-rows),
            "move.page_down": lambda: self.move(rows),
            "move.half_up": lambda: self.move(-half),
            "move.half_down": lambda: self.move(half),
        }

    def move(self, lines: int) -> None:
        """Select another item, *lines* further down."""
        self._selection.move(lines)
        self._changed()

    def _ask(self) -> None:
        self._desk.ask(
            Question(
                "filter: ",
                self.narrow,
                text=self._words,
                typed=self.narrow,
                left=lambda: self.narrow(""),
            )
        )

    def click(self, row: int) -> None:
        """Select the item on a row of what was drawn last."""
        first = self._table.head_rows(self._size)
        item = self._selection.at(row - first) if row >= first else None
        if item is not None:
            self._selection.select(item)
            self._changed()
