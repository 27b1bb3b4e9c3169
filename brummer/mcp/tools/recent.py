"""An answer that is given again as long as it is true."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Final

from brummer.model.tool import Answer

#: Answers to several forms of a question that are kept.
_KEPT: Final = 8


class Recent:
    """Keeps the last answers to a question that many ask again and again.

    Threads: the loop's.
    """

    def __init__(self) -> None:
        self._state: Hashable = None
        #: By the form of the question.
        self._answers: dict[Hashable, Answer] = {}

    def of(
        self, question: Hashable, state: Hashable, make: Callable[[], Answer]
    ) -> Answer:
        """Return the answer to *question*; *make* it anew if *state* is another."""
        if state != self._state:
            self._state, self._answers = state, {}
        known = self._answers.get(question)
        if known is None:
            if len(self._answers) >= _KEPT:
                self._answers = {}
            known = self._answers[question] = replace(make(), shared=True)
        return known
