"""Reads pattern files."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

import brummer
from brummer_errors.pattern import Look, Otherwise, Pattern, Role, Rule
from brummer_errors.regex import Regex

T = TypeVar("T")

#: Bytes of a pattern file.
_LARGEST: Final = 1024 * 1024
_SEVERITIES: Final = ("fatal", "error", "warning")

#: What may stand in the tables, and the type that it has.
_PATTERN: Final[Mapping[str, type]] = {
    "name": str,
    "literals": list,
    "start": str,
    "unless": str,
    "as": str,
    "language": str,
    "severity": str,
    "type": str,
    "needs": list,
    "innermost": str,
    "foreign": str,
    "otherwise": str,
    "blanks": int,
    "before": list,
    "line": list,
    "examples": list,
}
_RULE: Final[Mapping[str, type]] = {
    "match": str,
    "as": str,
    "in": list,
    "to": str,
    "at": int,
}
_LOOK: Final[Mapping[str, type]] = {
    "match": str,
    "as": str,
    "within": int,
    "required": bool,
    "unless": str,
    "past": str,
    "same": str,
    "replay": bool,
}


class PatternError(brummer.BrummerError):
    """A pattern file is wrong; says where."""


def shipped() -> tuple[Pattern, ...]:
    """Return the patterns that come with Brummer, in the order of the files."""
    folder = files("brummer_errors") / "patterns"
    names = (folder / "order.txt").read_text("utf-8").split()
    return tuple(
        pattern
        for name in names
        for pattern in parsed((folder / f"{name}.toml").read_text("utf-8"), name)
    )


def of_user(paths: Iterable[Path]) -> tuple[tuple[Pattern, ...], tuple[str, ...]]:
    """Return the patterns in *paths*, and what is wrong with those that are broken."""
    patterns: list[Pattern] = []
    problems: list[str] = []
    for path in paths:
        try:
            patterns += _checked(_read(path), path)
        except (OSError, UnicodeError, PatternError) as error:
            said = str(error)
            problems.append(said if str(path) in said else f"{path}: {said}")
    return tuple(patterns), tuple(problems)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise PatternError(f"{path} is larger than {_LARGEST} bytes")
    return data.decode("utf-8")


def _checked(text: str, path: Path) -> tuple[Pattern, ...]:
    """Return the patterns of *path* after all of their expressions were compiled."""
    patterns = parsed(text, path.stem, str(path))
    for number, pattern in enumerate(patterns):
        for expression in _expressions(pattern):
            try:
                expression.compiled()
            except ValueError as error:
                where = _place(text, number, expression.text)
                raise PatternError(f"{path}:{where}: {error}") from None
    return patterns


def _expressions(pattern: Pattern) -> Iterator[Regex]:
    yield pattern.start
    yield from (rule.match for rule in pattern.line)
    for look in pattern.before:
        yield look.match
        yield from filter(None, (look.unless, look.past))
    yield from filter(None, (pattern.foreign, pattern.unless))


def parsed(text: str, stem: str, path: str = "") -> tuple[Pattern, ...]:
    """Return the patterns in *text*; their names begin with *stem*.

    :raises PatternError: for what is no pattern file, with *path* and line.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PatternError(f"{path}:{line[1] if line else 1}: {error}") from None
    tables = document.pop("pattern", [])
    if document or not isinstance(tables, list):
        raise PatternError(f"{path}:1: a pattern file holds [[pattern]] tables only")
    patterns: list[Pattern] = []
    for number, table in enumerate(tables):
        try:
            patterns.append(_pattern(table, stem))
        except (TypeError, ValueError) as error:
            raise PatternError(f"{path}:{_place(text, number)}: {error}") from None
    return tuple(patterns)


def _place(text: str, number: int, expression: str = "") -> int:
    """Return the line of a pattern, or of an *expression* in it."""
    lines = text.splitlines()
    headers = [n for n, line in enumerate(lines) if line.strip() == "[[pattern]]"]
    begin = headers[number] if number < len(headers) else 0
    for index in range(begin, len(lines)):
        if expression and expression in lines[index]:
            return index + 1
    return begin + 1


def _pattern(table: object, stem: str) -> Pattern:
    fields = _fields(table, _PATTERN, ("name", "literals", "start"))
    severity = str(fields.get("severity", "error"))
    if severity not in _SEVERITIES:
        raise ValueError(f"severity is {severity!r}, not one of {_SEVERITIES}")
    return Pattern(
        name=f"{stem}.{fields['name']}",
        literals=tuple(map(_literal, _texts(fields["literals"], "literals"))),
        start=Regex(str(fields["start"])),
        role=Role(_one_of(fields.get("as", "head"), tuple(Role))),
        unless=_regex(fields.get("unless")),
        language=str(fields.get("language", "")),
        severity=severity,
        type=str(fields.get("type", "")),
        needs=_texts(fields.get("needs", []), "needs"),
        innermost=_one_of(fields.get("innermost", "first"), ("first", "last")),
        foreign=_regex(fields.get("foreign")),
        otherwise=Otherwise(_one_of(fields.get("otherwise", "end"), tuple(Otherwise))),
        blanks=_number(fields.get("blanks", 1)),
        before=tuple(map(_look, _tables(fields.get("before", []), "before"))),
        line=tuple(map(_rule, _tables(fields.get("line", []), "line"))),
        examples=_texts(fields.get("examples", []), "examples"),
    )


def _rule(table: object) -> Rule:
    fields = _fields(table, _RULE, ("match",))
    at = fields.get("at")
    return Rule(
        match=Regex(str(fields["match"])),
        role=Role(_one_of(fields.get("as", "more"), tuple(Role))),
        states=_texts(fields.get("in", []), "in"),
        to=str(fields.get("to", "")),
        at=None if at is None else _number(at),
    )


def _look(table: object) -> Look:
    fields = _fields(table, _LOOK, ("match",))
    return Look(
        match=Regex(str(fields["match"])),
        role=Role(_one_of(fields.get("as", "field"), tuple(Role))),
        within=_number(fields.get("within", 1)),
        required=fields.get("required") is True,
        unless=_regex(fields.get("unless")),
        past=_regex(fields.get("past")),
        same=str(fields.get("same", "")),
        replay=fields.get("replay") is True,
    )


def _regex(text: object) -> Regex | None:
    return None if text is None else Regex(str(text))


def _fields(
    table: object, known: Mapping[str, type], needed: Iterable[str]
) -> Mapping[str, object]:
    """Return *table* if it has what it needs, and nothing unknown.

    :raises ValueError: if it does not, saying what is wrong.
    :raises TypeError: if it is no table.
    """
    if not isinstance(table, dict):
        raise TypeError(f"{table!r} is no table")
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"unknown key {key!r}; there are {', '.join(known)}")
        if type(value) is not known[key]:
            raise ValueError(f"{key} is {value!r}, not a {known[key].__name__}")
    for key in needed:
        if not table.get(key):
            raise ValueError(f"{key} is missing")
    return table


def _texts(value: object, key: str) -> tuple[str, ...]:
    items = _tables(value, key)
    if not all(isinstance(item, str) for item in items):
        raise ValueError(f"{key} holds something that is no text")
    return tuple(map(str, items))


def _tables(value: object, key: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{key} is no list")
    return tuple(value)


def _one_of(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no number from 0 on")
    return value


def _literal(text: str) -> bytes:
    if not text or "\n" in text:
        raise ValueError(f"literal {text!r} is not part of a line")
    return text.lower().encode()
