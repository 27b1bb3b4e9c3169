"""The fields of expressions: what of a line they ask for, and by which values."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, TypeVar

from brummer.core.moment import FORMS, moment
from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsOf
from brummer.logs.condition import Any, Condition, IsBetween, IsFrom, Not
from brummer.logs.tag import TAGS
from brummer.model.level import WORDS, Level
from brummer.model.log import Stream

_T = TypeVar("_T")

#: What asks for lines that say no level.
NONE: Final = "none"

#: The fields, and what their values are.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "level": f"{', '.join(level.word for level in Level)} or {NONE}",
        "priority": "a number from 0 to 105",
        "process": "the id of a process or the name of a script",
        "stream": ", ".join(Stream),
        "tag": ", ".join(TAGS),
        "is": "finding or error",
        "since": FORMS,
        "until": FORMS,
    }
)

_STREAMS: Final[Mapping[str, Stream]] = MappingProxyType(
    {**{str(stream): stream for stream in Stream}, "out": Stream.OUT, "err": Stream.ERR}
)

_COMPARISONS: Final[Mapping[str, Callable[[int, int], bool]]] = MappingProxyType(
    {">=": int.__ge__, "<=": int.__le__, ">": int.__gt__, "<": int.__lt__}
)


def made(
    name: str, operator: str, values: list[str], found: Mapping[str, Condition]
) -> Condition:
    """Return the condition that field *name* makes of *values*.

    *operator* stands between them; *found* is what ``is`` asks for with each value.

    :raises ValueError: if they are none of its, or it is not compared so.
    """
    if name == "level":
        return _level(operator, values)
    if name == "priority":
        return _priority(operator, values)
    if operator in _COMPARISONS or (operator == "!=" and name in {"since", "until"}):
        raise ValueError(f"{name} takes : before its value, not {operator}")
    condition = _plain(name, values, found)
    return Not(condition) if operator == "!=" else condition


def _plain(name: str, values: list[str], found: Mapping[str, Condition]) -> Condition:
    """Return the condition of a field that is not compared."""
    match name:
        case "process":
            return IsOf(tuple(values))
        case "stream":
            return IsFrom(
                streams=tuple(_one(value, _STREAMS, name) for value in values)
            )
        case "tag":
            tags = {tag: HasTag(tag) for tag in TAGS}
            return _either([_one(value, tags, name) for value in values])
        case "is":
            return _either([_one(value, found, name) for value in values])
    time = _time(name, values)
    return IsBetween(since=time) if name == "since" else IsBetween(until=time)


def _one(value: str, choices: Mapping[str, _T], name: str) -> _T:
    """Return what *value* stands for among *choices*."""
    found = choices.get(value.lower())
    if found is None:
        nearest = near(value.lower(), choices)
        raise ValueError(f"{name} is {FIELDS[name]}, not {value!r}{nearest}")
    return found


def _either(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else Any(tuple(conditions))


def _time(name: str, values: list[str]) -> float:
    """Return a time in whole microseconds, which is how it can be written."""
    try:
        return round(moment(",".join(values)), 6)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{name} is a time ({FORMS}), not {values[0]!r}") from None


def _level(operator: str, values: list[str]) -> Condition:
    if operator not in _COMPARISONS:
        said = {value.lower() for value in values}
        levels = (_one(value, WORDS, "level") for value in said - {NONE})
        condition = HasLevel(frozenset(levels), unsaid=NONE in said)
        return Not(condition) if operator == "!=" else condition
    if len(values) > 1:
        raise ValueError(f"one level can stand behind {operator}")
    limit, compare = _one(values[0], WORDS, "level"), _COMPARISONS[operator]
    return HasLevel(
        frozenset(level for level in Level if compare(level, limit)),
        unsaid=compare(Level.INFO, limit),
    )


def _priority(operator: str, values: list[str]) -> Condition:
    if operator not in _COMPARISONS or len(values) > 1 or not values[0].isdecimal():
        raise ValueError(f"priority takes >=, >, <= or <, and {FIELDS['priority']}")
    # Of absurd numbers only the first digits.
    limit = int(values[0][:9])
    least = HasPriority(limit + (operator in {">", "<="}))
    return least if operator.startswith(">") else Not(least)


def near(name: str, names: Iterable[str]) -> str:
    """Return a question for the one of *names* that is like *name*, if any."""
    found = get_close_matches(name, list(names), 1, 0.8)
    return f"; did you mean {found[0]}?" if found else ""
