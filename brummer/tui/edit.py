"""One line of input."""

from dataclasses import dataclass
from typing import Final

from brummer.tui.row import cut, printable, width

#: Longer input is not taken; nothing that is typed by hand gets there.
LIMIT: Final = 4096


@dataclass(slots=True)
class LineEdit:
    """A line of text with a cursor in it, with the keys of every shell.

    Threads: the main thread only.
    """

    text: str = ""
    position: int = 0

    @classmethod
    def holding(cls, text: str) -> "LineEdit":
        """Return a line that begins with *text*, the cursor behind it."""
        return cls(text, len(text))

    @property
    def is_full(self) -> bool:
        """Whether no more is taken."""
        return len(self.text) >= LIMIT

    def press(self, key: str) -> bool:
        """Take a key; return whether it meant anything here."""
        if len(key) == 1 or (not key.isascii() and " " not in key):
            return self._insert(key)
        if key in (targets := self._targets()):
            self.position = max(0, min(targets[key], len(self.text)))
            return True
        if key in (parts := self._parts()):
            start, end = parts[key]
            start = max(0, start)
            self.text = self.text[:start] + self.text[end:]
            self.position = start
            return True
        return False

    def _targets(self) -> dict[str, int]:
        """Return where each key moves the cursor to."""
        return {
            "left": self.position - 1,
            "ctrl b": self.position - 1,
            "right": self.position + 1,
            "ctrl f": self.position + 1,
            "home": 0,
            "ctrl a": 0,
            "end": len(self.text),
            "ctrl e": len(self.text),
        }

    def _parts(self) -> dict[str, tuple[int, int]]:
        """Return which part of the text each key cuts out."""
        here = self.position
        return {
            "backspace": (here - 1, here),
            "ctrl h": (here - 1, here),
            "delete": (here, here + 1),
            "ctrl d": (here, here + 1),
            "ctrl u": (0, here),
            "ctrl k": (here, len(self.text)),
            "ctrl w": (self._word_start(), here),
        }

    def _insert(self, text: str) -> bool:
        if len(self.text) + len(text) <= LIMIT:
            before, after = self.text[: self.position], self.text[self.position :]
            self.text = before + text + after
            self.position += len(text)
        return True

    def _word_start(self) -> int:
        """Return where the word left of the cursor begins."""
        before = self.text[: self.position].rstrip()
        return before.rfind(" ") + 1

    def shown(self, columns: int) -> tuple[str, int]:
        """Return what to show in *columns*, and in which of them the cursor is.

        A line that is too long is moved so that the cursor can be seen.
        """
        if columns <= 0:
            return "", 0
        before = printable(self.text[: self.position])
        after = printable(self.text[self.position :])
        while width(before) >= columns:
            before = before[max(1, (width(before) - columns) // 2) :]
        return cut(before + after, columns), width(before)
