"""Reading one TOML document, with the line of every key.

Neither :mod:`tomllib` nor tomlkit tells where a key stands.  So the text is cut
into its statements (a header, or a key with its value), and each is given to
:mod:`tomllib` by itself, which says what it sets.  Only where a statement ends
is worked out here, and only in text that :mod:`tomllib` has already found right.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from brummer.config.text import KeyPath, dotted

#: What decides where a statement ends: strings and comments hide brackets and
#: newlines, brackets hide newlines.  Quotes in a row belong to the string before
#: them (TOML 1.0, "Multi-line basic strings"), hence three to five at its end.
#: A string that does not end takes all there is: a wrong text is looked through
#: as well, for its mistake, and trying again at each quote would take for ever.
_TOKEN: Final = re.compile(
    r"""
      \"{3} (?: [^"\\] | \\. | "(?!"") )*+ (?: \"{3,5} )?
    | '{3} .*? (?: '{3,5} | \Z )
    | " (?: [^"\\\n] | \\. )*+ "?
    | ' [^'\n]* '?
    | \# [^\n]*
    | [\[{] | [\]}] | \n
    """,
    re.VERBOSE | re.DOTALL,
)

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_DEPTH: Final[Mapping[str, int]] = {"[": 1, "{": 1, "]": -1, "}": -1}


#: How deep tables and arrays may be nested.  Arbitrary; it keeps everything that
#: walks through a document far from Python's limit of recursion.
DEEPEST: Final = 64


class DocumentError(Exception):
    """The text is not TOML; *line* and *column* count from 1."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Statement:
    """One key with its value, or an empty table, and the lines that it takes.

    Of an array of tables, the lines are those of its first header.
    """

    path: KeyPath
    value: object
    line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of one statement, and where in the document it ends."""

    text: str
    end: int
    line: int
    last_line: int

    @property
    def lines(self) -> tuple[int, int]:
        return self.line, self.last_line

    @property
    def column(self) -> int:
        return len(self.text) - len(self.text.lstrip()) + 1

    @property
    def is_header(self) -> bool:
        return self.text.lstrip().startswith("[")


def read_document(text: str) -> Iterator[Statement]:
    """Yield what *text* sets, in its order.

    A table in line (``a = { b = 1 }``) is the value of its key, an array of
    tables that of its first header.

    :raises DocumentError: if the text is not TOML.
    """
    text = text.replace("\r\n", "\n")
    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _explained(text, error) from None
    return _statements(text, whole)


def read_value(text: str) -> object:
    """Return the value that *text* is in TOML.

    :raises ValueError: if it is none, or more than one.
    """
    try:
        statements = tuple(read_document(f"value = {text}"))
    except DocumentError as error:
        raise ValueError(str(error)) from None
    if len(statements) > 1:
        raise ValueError("is more than one value")
    # A table of one key was taken for a path.
    value = statements[0].value
    for name in reversed(statements[0].path[1:]):
        value = {name: value}
    return value


def end_of_table(text: str, table: KeyPath) -> int | None:
    """Return where the last statement of a table ends in a right *text*.

    What follows is the place for one more key.  ``None`` if no header has that
    name; the keys outside of any table have none and are always there.
    """
    current: KeyPath = ()
    end = None if table else 0
    for piece in _pieces(text):
        if piece.is_header:
            current, inner = _target(piece.text)
            if isinstance(inner, list):
                return end  # from here on names mean more than one table
        if current == table:
            end = piece.end
    return end


def _too_deep(line: int) -> DocumentError:
    return DocumentError(f"is nested more than {DEEPEST} deep", line, 1)


def _statements(text: str, whole: Mapping[str, object]) -> Iterator[Statement]:
    table: KeyPath = ()
    arrays: set[KeyPath] = set()
    for piece in _pieces(text):
        if piece.is_header:
            table, inner = _target(piece.text)
            known = _is_below(table, arrays)
            if isinstance(inner, list) and not known:
                arrays.add(table)
                yield Statement(table, _value_at(whole, table), *piece.lines)
            elif not known:
                yield Statement(table, {}, *piece.lines)
        elif not _is_below(table, arrays):
            path, value = _target(piece.text)
            if len(path) + len(table) > DEEPEST:
                raise _too_deep(piece.line)
            yield Statement((*table, *path), value, *piece.lines)


def _is_below(path: KeyPath, arrays: set[KeyPath]) -> bool:
    """Whether *path* is one of *arrays* or within one, and so part of its value."""
    return any(path[: len(array)] == array for array in arrays)


def _value_at(whole: object, path: KeyPath) -> object:
    for name in path:
        whole = whole[name] if isinstance(whole, Mapping) else None
    return whole


def _target(statement: str) -> tuple[KeyPath, object]:
    """Return which key a statement sets, and to what."""
    value: object = tomllib.loads(statement)
    path: KeyPath = ()
    # A table with one key is a step of the path, whether a dot made it one or
    # braces: either way that one key is all that is set.
    while isinstance(value, Mapping) and len(value) == 1:
        ((name, value),) = value.items()
        path = (*path, name)
    return path, value


def _pieces(text: str) -> Iterator[_Piece]:
    """Cut *text* at the newlines that end a statement."""
    start, first, line, depth = 0, 1, 1, 0
    for token in _TOKEN.finditer(f"{text}\n"):
        depth += _DEPTH.get(token[0], 0)
        if depth > DEEPEST:
            raise _too_deep(line)
        line += token[0].count("\n")
        if token[0] == "\n" and depth <= 0:
            piece = text[start : token.start()]
            if piece.strip() and not piece.lstrip().startswith("#"):
                yield _Piece(piece, token.start(), first, line - 1)
            start, first, depth = token.end(), line, 0


def _explained(text: str, error: Exception) -> DocumentError:
    """Return *error* with its place, and in better words where we have them."""
    if isinstance(error, RecursionError):
        return _too_deep(1)
    place = _PLACE.search(str(error))
    problem = str(error)[: place.start()] if place else str(error)
    # Without a number it is the end of the text.
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    column = int(place[2]) if place and place[2] else len(text.rpartition("\n")[2]) + 1
    if problem == "Invalid value":
        problem += "; text needs quotes"
    problem = problem[:1].lower() + problem[1:]
    return _set_twice(text, line) or DocumentError(problem, line, column)


def _set_twice(text: str, line: int) -> DocumentError | None:
    """Return the error for the statement around *line* if it repeats an earlier one."""
    table: KeyPath = ()
    element = 0  # each table of an array begins anew
    seen: dict[tuple[int, bool, KeyPath], int] = {}
    for piece in _pieces(text):
        try:
            path, inner = _target(piece.text)
        except (ValueError, RecursionError):
            return None
        if piece.is_header:
            table, path = path, ()
            element += isinstance(inner, list)
        key = (element, piece.is_header, (*table, *path))
        before = seen.setdefault(key, piece.line)
        if before != piece.line and piece.line <= line <= piece.last_line:
            problem = f"{dotted(key[-1])} is set twice, first in line {before}"
            return DocumentError(problem, piece.line, piece.column)
    return None
