"""How much of an agent's context an answer takes."""

import json
import math
from collections.abc import Mapping
from typing import Final

from brummer.errors import BrummerError
from brummer.logs.ansi import unmasked

#: Bytes of a whole answer, its structured content included: about 2,000 tokens.
ROOM: Final = 8_000

#: Bytes of one for which more was asked.  Beyond them clients cut, or write files of
#: their own.
MOST: Final = 20_000

#: Bytes of them that are kept for what stands around text and data.
ENVELOPE: Final = 500

#: Levels of data that are looked into.
_DEEPEST: Final = 50

#: Made once: to make it takes longer than what it does for a line.
_COMPACT: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
)


def compact(value: object) -> str:
    """Return *value* as compact JSON.

    :raises ValueError: if it has what no JSON has, such as infinity.
    :raises TypeError: if it is nothing that JSON knows.
    """
    return _COMPACT.encode(value)


def size(value: object) -> int:
    """Return how many bytes *value* takes as JSON."""
    text = compact(value)
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def sound(text: str) -> str:
    """Return *text* without halves of characters, which nothing can carry.

    Those that cannot be seen or turn text around are shown as such: in what processes
    print, something might be hidden for agents to obey.
    """
    if text.isascii():
        return text
    return unmasked(text.encode("utf-8", "replace").decode())


def cleaned(value: object, depth: int = 0) -> object:
    """Return *value* as something that JSON can carry.

    :raises BrummerError: if it is not.
    """
    if depth > _DEEPEST:
        raise BrummerError(f"it is nested more than {_DEEPEST} levels deep")
    match value:
        case str():
            return sound(value)
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {sound(str(k)): cleaned(v, depth + 1) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [cleaned(each, depth + 1) for each in value]
    raise BrummerError(f"JSON knows no {type(value).__name__}")


def fitted(text: str, room: int) -> str:
    """Return *text*, or its beginning and how much is left out, in *room* bytes."""
    if size(text) <= room:
        return text
    kept = text[: max(room, 0)]
    while kept:
        gone = len(text) - len(kept)
        said = f"{kept}\n... {gone:,} characters are left out"
        taken = size(said)
        if taken <= room:
            return said
        # What is escaped takes up to six bytes for one: so this ends in a few steps.
        kept = kept[: min(len(kept) - 1, len(kept) * max(room - 60, 0) // taken)]
    return ""
