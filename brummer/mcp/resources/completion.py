"""What an argument may be that somebody has begun to type."""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple


class Candidate(NamedTuple):
    """A value, and what else one may type to find it."""

    value: str
    label: str = ""


def matching(begun: str, candidates: Iterable[Candidate]) -> list[str]:
    """Return the values that somebody may mean who has typed *begun*.

    First those that begin so, then those that hold it, then those whose labels do;
    within these in the order in which they are given, and each once.
    """
    wanted = begun.casefold()
    ranks: tuple[list[str], list[str], list[str]] = ([], [], [])
    for value, label in candidates:
        folded = value.casefold()
        if folded.startswith(wanted):
            ranks[0].append(value)
        elif wanted in folded:
            ranks[1].append(value)
        elif wanted in label.casefold():
            ranks[2].append(value)
    return list(dict.fromkeys(chain(*ranks)))
