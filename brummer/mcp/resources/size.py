"""How much is read at once: texts and lists that fit."""

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeVar

from brummer.mcp.size import sound

_T = TypeVar("_T")

#: Characters of one resource, whatever is in it.
MOST: Final = 20_000

#: Of these, kept for what is said beside a list: how much is left out, and where
#: that is.
BESIDE: Final = 500


def compact(value: object) -> str:
    """Return *value* as JSON, as short as it can be.

    Names of files may hold bytes that are no text: they come as question marks; and
    messages of errors characters that mislead.
    """
    return sound(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def cut(text: str, most: int) -> str:
    """Return *text* with at most *most* characters, and how many are gone."""
    gone = len(text) - most
    return text if gone <= 0 else f"{text[:most]} ... {gone:,} characters more"


class Fitting(NamedTuple):
    """What fits of a list, and how many do not."""

    rows: list[object]
    left: int


def fitting(
    things: Iterable[_T], show: Callable[[_T], object], room: int = MOST - BESIDE
) -> Fitting:
    """Show the first *things*, as many as have room as JSON; count the others."""
    rows: list[object] = []
    left = 0
    for thing in things:
        if not left:
            row = show(thing)
            room -= len(compact(row)) + 1
            if room >= 0:
                rows.append(row)
                continue
        left += 1
    return Fitting(rows, left)
