"""Conditions written as the expressions that make them."""

import re
from collections.abc import Iterable
from datetime import datetime
from math import isfinite
from types import UnionType
from typing import Final

from brummer.core.pattern import Pattern
from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsFound, IsOf
from brummer.logs.condition import (
    All,
    Any,
    Condition,
    HasText,
    IsBetween,
    IsFrom,
    Not,
)
from brummer.logs.field import NONE
from brummer.model.level import Level

#: What needs no quotes as a text, and as a value.  Words that would be read as
#: something else do, and so does what could be a field.
_WORD: Final = re.compile(
    r"(?!(?:and|or|not|AND|OR|NOT)$)[^\s()\"@/:=<>!\\-][^\s()\":=<>!\\]*"
)
_VALUE: Final = re.compile(r"[^\s(),\"\\]+")
_SPECIAL: Final = re.compile(r'(["\\])')
_SLASH: Final = re.compile(r"\\.|/", re.DOTALL)
_CASES: Final = {None: "", False: "(?i)", True: "(?-i)"}


def spelled(condition: Condition) -> str:
    """Return the expression that makes *condition*, blank for that of all lines.

    *condition* is one that :func:`brummer.logs.expression.parse` returned.

    :raises TypeError: for one that no expression makes.
    """
    match condition:
        case Any(conditions):
            return " or ".join(_within(inner, Any) for inner in conditions)
        case All(conditions):
            return " ".join(_within(inner, All | Any) for inner in conditions)
        case Not(inner):
            # Two hyphens in a row would be read as a text.
            return f"-{_within(inner, All | Any | Not)}"
    return _atom(condition)


def _within(condition: Condition, kinds: type | UnionType) -> str:
    """Return *condition* as part of another, in brackets if it is one of *kinds*."""
    text = spelled(condition)
    return f"({text})" if isinstance(condition, kinds) else text


def _atom(condition: Condition) -> str:
    match condition:
        case HasText(pattern):
            return _text(pattern)
        case HasLevel(levels, unsaid):
            return _level(levels, unsaid=unsaid)
        case HasPriority(least):
            return f"priority>={least}"
    return _origin(condition)


def _origin(condition: Condition) -> str:
    match condition:
        case HasTag(tag):
            return f"tag:{tag}"
        case IsOf(names):
            return f"process:{','.join(map(_value, names))}"
        case IsFrom((), streams):
            return f"stream:{','.join(streams)}"
        case IsFound():
            return "is:finding"
        case IsBetween(since, until):
            return (
                f"since:{_time(since)}" if isfinite(since) else f"until:{_time(until)}"
            )
    raise TypeError(f"no expression makes a {type(condition).__name__}")


def _text(pattern: Pattern) -> str:
    case = _CASES[pattern.case]
    if pattern.is_regex:
        text = _SLASH.sub(lambda m: r"\/" if m[0] == "/" else m[0], pattern.text)
        return f"{case}/{text}/"
    if _WORD.fullmatch(pattern.text):
        return case + pattern.text
    return case + _quoted(pattern.text)


def _value(text: str) -> str:
    return text if _VALUE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + _SPECIAL.sub(r"\\\1", text) + '"'


def _level(levels: Iterable[Level], *, unsaid: bool) -> str:
    """Return levels as a comparison if they are all from one on."""
    wanted = sorted(levels)
    least = min(wanted, default=Level.FATAL)
    is_all = wanted == [level for level in Level if level >= least]
    if is_all and unsaid == (least <= Level.INFO):
        return f"level>={least.word}"
    words = [level.word for level in wanted] + [NONE] * unsaid
    return f"level:{','.join(words)}"


def _time(time: float) -> str:
    return datetime.fromtimestamp(time).astimezone().isoformat()
