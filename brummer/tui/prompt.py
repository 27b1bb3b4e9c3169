"""The line in the last row, while something is typed in it."""

from collections.abc import Callable

from brummer.tui.desk import Question
from brummer.tui.edit import LineEdit


class Prompt:
    """Takes the answer to one question.

    Threads: the main thread only.
    """

    def __init__(self, question: Question, close: Callable[[], None]) -> None:
        self._question = question
        self._close = close
        self._edit = LineEdit.holding(question.text)

    @property
    def caption(self) -> str:
        """What is asked."""
        return self._question.caption

    def shown(self, columns: int) -> tuple[str, int]:
        """Return the text that fits into *columns*, and where the cursor is."""
        return self._edit.shown(columns)

    def type(self, key: str) -> bool:
        """Take a key; Backspace in an empty line leaves."""
        if key == "backspace" and not self._edit.text:
            self.leave()
            return True
        taken = self._edit.press(key)
        if self._question.typed is not None:
            self._question.typed(self._edit.text)
        return taken

    def take(self) -> None:
        """Answer with the line."""
        text = self._edit.text
        if self._question.repeated:
            self._edit = LineEdit()
        else:
            self._close()
        self._question.answer(text)

    def leave(self) -> None:
        """Give no answer."""
        self._close()
        if self._question.left is not None:
            self._question.left()
