"""What was typed before."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

#: Searches and filters that are remembered.
REMEMBERED: Final = 50


def _remembered() -> deque[str]:
    return deque(maxlen=REMEMBERED)


@dataclass(frozen=True, slots=True)
class Memory:
    """What was typed before, whatever the pane.

    Threads: the main thread only.
    """

    searches: deque[str] = field(default_factory=_remembered)
    filters: deque[str] = field(default_factory=_remembered)

    @staticmethod
    def put(text: str, among: deque[str]) -> None:
        """Remember *text* as the latest."""
        if text in among:
            among.remove(text)
        among.append(text)
