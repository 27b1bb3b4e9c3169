"""Saying what to do next with no tool that is not offered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from brummer.model.tool import Tool

#: What the name of a tool looks like in a text.  Those without an underscore, such as
#: ``about``, are words as well.
_NAME: Final = re.compile(r"[a-z]+(?:_[a-z]+)+")


@dataclass(frozen=True, slots=True)
class Wording:
    """Knows which tools are not offered, so that nobody is told to call them.

    Settings leave tools out: those that change something, or whole groups.  *offered*
    are those that there are, by name, each with its whole description; *every* are the
    names of ours, offered or not.

    Threads: the server's loop fills *every* at the beginning; single names are looked
    up from then on, by any.
    """

    offered: dict[str, Tool] = field(default_factory=dict)
    every: set[str] = field(default_factory=set)

    def fit(self, *ways: str) -> str:
        """Return the first of *ways* that names no tool that is missing; else none."""
        return next((way for way in ways if not self._names_missing(way)), "")

    def steps(self, steps: Iterable[str | Sequence[str]]) -> str:
        """Return *steps*, numbered; of those with several ways the one that fits.

        Where none does the step is left out.
        """
        ways = ((step,) if isinstance(step, str) else step for step in steps)
        found = filter(None, (self.fit(*each) for each in ways))
        return "\n".join(f"{number}. {step}" for number, step in enumerate(found, 1))

    def _names_missing(self, text: str) -> bool:
        named = self.every.intersection(_NAME.findall(text))
        return any(name not in self.offered for name in named)


#: For where all tools are offered.
ALL: Final = Wording()
