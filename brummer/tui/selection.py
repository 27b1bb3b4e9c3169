"""Which item of a list is selected, and which part of the list is shown."""

from collections.abc import Sequence
from typing import Generic, TypeVar

K = TypeVar("K")


class Selection(Generic[K]):
    """Keeps to an *item*, not to a row, while the list around it changes.

    An item that is gone leaves the selection to the one that took its place in
    the list.  The window moves no further than it has to.

    Threads: the main thread only.
    """

    def __init__(self) -> None:
        self._items: Sequence[K] = ()
        self._index = 0
        self._top = 0

    @property
    def key(self) -> K | None:
        """The selected item, ``None`` in an empty list."""
        return self._items[self._index] if self._items else None

    @property
    def index(self) -> int:
        """Where the selected item stands."""
        return self._index

    @property
    def items(self) -> Sequence[K]:
        """The list."""
        return self._items

    def show(self, items: Sequence[K], instead: K | None = None) -> None:
        """Take a new list; select *instead* if the selected item is gone."""
        key = self.key
        self._items = items
        for wanted in (key, instead):
            if wanted is not None and wanted in items:
                self._index = items.index(wanted)
                return
        self._index = max(0, min(self._index, len(items) - 1))

    def select(self, key: K) -> bool:
        """Select *key*; return whether it is in the list."""
        if key not in self._items:
            return False
        self._index = self._items.index(key)
        return True

    def move(self, lines: int) -> None:
        """Select another item, *lines* further down."""
        self._index = max(0, min(self._index + lines, len(self._items) - 1))

    def window(self, rows: int) -> range:
        """Return which indexes to show in *rows* rows, the selected one among them."""
        rows = max(1, rows)
        lowest = max(0, len(self._items) - rows)
        first = max(self._index - rows + 1, min(self._top, self._index))
        self._top = max(0, min(first, lowest))
        return range(self._top, min(len(self._items), self._top + rows))

    def at(self, row: int) -> K | None:
        """Return the item on row *row* of the window that was shown last."""
        index = self._top + row
        return self._items[index] if 0 <= index < len(self._items) else None
