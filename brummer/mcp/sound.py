"""Arguments that no tool has to expect, though what reads JSON lets them pass."""

import math
from typing import Final

#: Lists and objects within each other.
DEEPEST: Final = 64

#: The largest whole number: others do not fit into what stores numbers.
LARGEST: Final = 2**63 - 1


def unsound(value: object, depth: int = 0) -> str:
    """Return what is wrong with *value* as such; empty if nothing is.

    ``NaN`` and infinity are no JSON: an answer that repeats them could not be read.
    A lone half of a surrogate pair cannot be written as UTF-8.
    """
    match value:
        case str():
            return _unsound_text(value)
        case float() if not math.isfinite(value):
            return f"{value} is no number"
        case int() if abs(value) > LARGEST:
            return "a number is too large"
        case dict() | list():
            return _unsound_part(value, depth + 1)
    return ""


def _unsound_part(value: "dict[object, object] | list[object]", depth: int) -> str:
    """Return what is wrong with the first part of *value* with which something is."""
    if depth > DEEPEST:
        return f"it is nested more than {DEEPEST} deep"
    names = list(value) if isinstance(value, dict) else []
    parts = value.values() if isinstance(value, dict) else value
    problems = (unsound(part, depth) for part in (*names, *parts))
    return next(filter(None, problems), "")


def _unsound_text(text: str) -> str:
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "a text has half of a surrogate pair in it"
    return ""
