"""The line in the last row, while something is typed in it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from brummer.tui.desk import Question
from brummer.tui.edit import LineEdit
from brummer.tui.keymap import Place

#: What is shown of a character that nobody should read.
_VEIL: Final = "*"


class Prompt:
    """Takes the answer to one question.

    Threads: the main thread only.
    """

    def __init__(self, question: Question, close: Callable[[], None]) -> None:
        self._question = question
        self._close = close
        self._edit = LineEdit.holding(question.text)
        self._hidden = False
        #: Whether somebody chose to hide, or to show, the line at hand.
        self._chosen = False
        #: Which of the earlier answers is shown, and what was typed before that.
        self._back = 0
        self._begun = ""
        self.look()

    @property
    def caption(self) -> str:
        """What is asked."""
        secrecy = self._question.secrecy
        return secrecy.caption if secrecy and self._hidden else self._question.caption

    @property
    def place(self) -> Place:
        """Where its keys stand in the key map."""
        return Place.PROMPT if self._question.seeking is None else Place.FIND

    @property
    def told(self) -> str:
        """What stands behind the line."""
        seeking = self._question.seeking
        return "" if seeking is None else seeking.told()

    @property
    def is_full(self) -> bool:
        """Whether no more can be typed."""
        return self._edit.is_full

    def look(self) -> None:
        """Hide what is typed if a password is asked for by now.

        A line that was begun in hiding ends there: a question that goes away
        must not bring half a password to light.
        """
        secrecy = self._question.secrecy
        if secrecy is not None and not self._chosen:
            begun = self._hidden and bool(self._edit.text)
            self._hidden = begun or secrecy.is_asked_for()

    def shown(self, columns: int) -> tuple[str, int]:
        """Return the text that fits into *columns*, and where the cursor is."""
        if not self._hidden:
            return self._edit.shown(columns)
        veiled = LineEdit(_VEIL * len(self._edit.text), self._edit.position)
        return veiled.shown(columns)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Return what the keys do."""
        hiding = {"input.hide": self.toggle_hidden} if self._question.secrecy else {}
        seeking = self._question.seeking
        return {
            "input.take": self.take,
            "input.leave": self.leave,
            "input.earlier": partial(self._leaf, 1),
            "input.later": partial(self._leaf, -1),
            **hiding,
            **(seeking.commands if seeking is not None else {}),
        }

    def _leaf(self, steps: int) -> None:
        """Show an earlier answer, or a later one, or what was typed at last."""
        earlier = self._question.earlier
        if not self._back:
            self._begun = self._edit.text
        self._back = max(0, min(self._back + steps, len(earlier)))
        text = earlier[-self._back] if self._back else self._begun
        self._edit = LineEdit.holding(text)
        self._typed()

    def _typed(self) -> None:
        if self._question.typed is not None:
            self._question.typed(self._edit.text)

    def type(self, key: str) -> bool:
        """Take a key; Backspace in an empty line leaves."""
        if key == "backspace" and not self._edit.text:
            self.leave()
            return True
        before = self._edit.text
        taken = self._edit.press(key)
        if self._edit.text != before:
            self._back = 0
            self._typed()
        return taken

    def toggle_hidden(self) -> None:
        """Hide what is typed, or show it, until the line is entered."""
        self._chosen = True
        self._hidden = not self._hidden

    def take(self) -> None:
        """Answer with the line."""
        # The question may have come since the last look.
        self.look()
        text, secrecy, hidden = self._edit.text, self._question.secrecy, self._hidden
        if self._question.repeated:
            self._edit = LineEdit()
            self._chosen = self._hidden = False
            self._back = 0
        else:
            self._close()
        answer = secrecy.answer if secrecy and hidden else self._question.answer
        answer(text)

    def leave(self) -> None:
        """Give no answer."""
        self._close()
        if self._question.left is not None:
            self._question.left()
