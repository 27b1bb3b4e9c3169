"""Lines that are made of fields: JSON objects and logfmt.

logfmt is ``level=info msg="slow query" ms=1200``, as Heroku began it and Go's
loggers write it; there is no standard.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

#: What a field may hold.
Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Fields: TypeAlias = Mapping[str, Value]

NO_FIELDS: Final[Fields] = MappingProxyType({})

#: Longer lines are taken as text: nobody reads a summary of so much.
LONGEST: Final = 256 * 1024

#: So many objects and lists can be in each other; in more is no sense.
DEEPEST: Final = 100

#: What may stand before an object: time, level and logger, as zap has it, and what
#: container tools put there.
_BEFORE: Final = 200

#: Fewer pairs are no line of logfmt.
_FEWEST: Final = 2

_PAIR: Final = re.compile(
    r"""(?<!\S)(?P<key>[A-Za-z_@][\w.@/-]{0,99})=
    (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"]*))(?!\S)""",
    re.VERBOSE,
)
_LEVEL: Final = re.compile(r"(?<!\S)(?:level|lvl|severity)=(?=[\"\w])")
_ESCAPED: Final = re.compile(r"\\(.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


def json_of(text: str) -> tuple[Fields, int]:
    """Return the object that *text* ends with, and where it begins.

    Of a key that occurs twice the last value counts.  Without an object there are
    no fields, and it begins where the text ends.
    """
    begin = text.find("{", 0, _BEFORE)
    if begin < 0 or not text.rstrip().endswith("}") or len(text) > LONGEST:
        return NO_FIELDS, len(text)
    try:
        # What is no number to JSON (NaN, Infinity) is text to us.
        value = json.loads(text[begin:], parse_constant=str)
    except (ValueError, RecursionError):
        return NO_FIELDS, len(text)
    if not isinstance(value, dict) or _is_deep(text, value):
        return NO_FIELDS, len(text)
    return value, begin


def _is_deep(text: str, value: Value) -> bool:
    """Whether more is within each other in *value* than can be printed."""
    if text.count("{") + text.count("[") <= DEEPEST:
        return False
    layer = [value]
    for _ in range(DEEPEST):
        inner: list[Value] = []
        for one in layer:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        layer = inner
    return bool(layer)


def logfmt_of(text: str) -> Fields:
    """Return the fields of a line of logfmt, none if it is not one.

    It is one if it begins with a pair, or has one that is called *level*, and if
    there is another after it.
    """
    if "=" not in text or len(text) > LONGEST:
        return NO_FIELDS
    first = _PAIR.match(text) or _LEVEL.search(text)
    if first is None:
        return NO_FIELDS
    pairs = list(_PAIR.finditer(text, first.start()))
    if len(pairs) < _FEWEST:
        return NO_FIELDS
    return {pair["key"]: _unquoted(pair) for pair in pairs}


def flat(fields: Fields) -> Fields:
    """Return *fields* with those of inner objects beside the others: ``req.url``."""
    found: dict[str, Value] = {}
    open_ = [("", iter(fields.items()))]
    while open_:
        prefix, items = open_[-1]
        for key, value in items:
            if isinstance(value, dict) and value:
                open_.append((f"{prefix}{key}.", iter(value.items())))
                break
            found[prefix + key] = value
        else:
            open_.pop()
    return found


def _unquoted(pair: re.Match[str]) -> str:
    quoted = pair["quoted"]
    if quoted is None:
        return pair["bare"]
    if "\\" not in quoted:
        return quoted
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), quoted)
