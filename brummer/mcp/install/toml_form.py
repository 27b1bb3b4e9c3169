"""TOML, changed in place.

A table that is new goes to the end of the text, and one goes with its lines.  tomlkit
makes only those changes that it makes without moving comments: it takes those behind
a table for its own, although they are about the next one.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from brummer.config.document import DocumentError, end_of_table, read_document
from brummer.config.explain import to_toml
from brummer.config.text import dotted
from brummer.mcp.install.edit import (
    Edit,
    FormError,
    KeyPath,
    inserted,
    narrowed,
    newline_of,
    value_at,
)


def parse(text: str) -> object:
    """Return what *text* says.

    :raises FormError: if it is not TOML.
    """
    try:
        for _ in read_document(text):  # tells what is wrong, and where
            pass
        return tomllib.loads(text.replace("\r\n", "\n"))
    except DocumentError as error:
        raise FormError(f"is not TOML: {error}", error.line) from None


def setting(text: str, path: KeyPath, value: object) -> Iterator[list[Edit]]:
    """Yield edits that may put *value* at *path* in a right *text*, the nicest first.

    :raises FormError: if none can.
    """
    lines = _Lines(text)
    present = value_at(tomllib.loads(lines.text), path) is not None
    if present:
        yield [*_replaced(lines, path, value)]
    elif isinstance(value, Mapping):
        yield [lines.inserted(len(lines.text), _table(lines.text, path, value))]
    else:
        end = end_of_table(lines.text, path[:-1])
        if end is not None:
            line = f"{dotted(path[-1:])} = {to_toml(value)}"
            yield [lines.inserted(end, f"\n{line}")]
    yield [_rewritten(text, lines.text, path, value)]


def removing(text: str, path: KeyPath) -> Iterator[list[Edit]]:
    """Yield edits that may take what is at *path* out, the nicest first.

    :raises FormError: if none can.
    """
    lines = _Lines(text)
    if value_at(tomllib.loads(lines.text), path) is None:
        yield []
        return
    yield [*_cuts(lines, path)]
    yield [_rewritten(text, lines.text, path, None)]


class _Lines:
    """A text whose lines end in newlines alone, and where they are in the original."""

    def __init__(self, original: str) -> None:
        self.text = original.replace("\r\n", "\n")
        self.newline = newline_of(original)
        #: Where each line begins, in the text and in the original.
        self._starts = [0]
        self._originals = [0]
        for line in original.split("\n")[:-1]:
            self._starts.append(self._starts[-1] + len(line.removesuffix("\r")) + 1)
            self._originals.append(self._originals[-1] + len(line) + 1)

    def start(self, line: int) -> int:
        """Return where a line begins; what is behind the last is the end."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def inserted(self, at: int, new: str) -> Edit:
        """Return the edit that adds *new* at a place in the text."""
        return inserted(self._original(at), new.replace("\n", self.newline))

    def replaced(self, first: int, last: int, new: str) -> Edit:
        """Return the edit that puts *new* in place of whole lines."""
        start, end = map(self._original, (self.start(first), self.start(last + 1)))
        return Edit(start, end, new.replace("\n", self.newline))

    def without(self, first: int, last: int) -> Edit:
        """Return the edit that removes whole lines.

        If the text has no newline at its end, it is to have none then.
        """
        cut = self.replaced(first, last, "")
        is_end = self.start(last + 1) == len(self.text)
        if first == 1 or not is_end or self.text.endswith("\n"):
            return cut
        return cut._replace(start=self._original(self.start(first) - 1))

    def _original(self, at: int) -> int:
        line = self.text.count("\n", 0, at)
        return self._originals[line] + at - self._starts[line]


def _table(text: str, path: KeyPath, values: Mapping[str, object]) -> str:
    """Return a new table, with what goes before it at the end of *text*."""
    body = [f"{dotted((name,))} = {to_toml(one)}" for name, one in values.items()]
    table = "\n".join((f"[{dotted(path)}]", *body))
    if not text:
        return f"{table}\n"
    # A text whose last line has no newline is left with such a one.
    return f"\n{table}\n" if text.endswith("\n") else f"\n\n{table}"


def _replaced(lines: _Lines, path: KeyPath, value: object) -> Iterator[Edit]:
    """Yield the edit of the one statement that sets *path*; comments beside it stay."""
    for statement in read_document(lines.text):
        if statement.path != path:
            continue
        first, last = statement.line, statement.last_line
        old = lines.text[lines.start(first) : lines.start(last + 1)]
        document: Any = tomlkit.parse(old)
        target, names = document, _names(document.unwrap(), path)
        for name in names[:-1]:
            target = target[name]
        target[names[-1]] = value
        yield lines.replaced(first, last, tomlkit.dumps(document))


def _names(statement: object, path: KeyPath) -> KeyPath:
    """Return the part of *path* that a statement within its table has itself."""
    for start in range(len(path)):
        if value_at(statement, path[start:]) is not None:
            return path[start:]
    raise FormError("its form is too unusual; edit it by hand")


def _cuts(lines: _Lines, path: KeyPath) -> Iterator[Edit]:
    """Yield the edits that remove every statement at and below *path*.

    One blank line above a table goes with it: the one that came with it.
    """
    going: set[int] = set()
    for statement in read_document(lines.text):
        if statement.path[: len(path)] != path:
            continue
        first = statement.line
        above = lines.text[lines.start(first - 1) : lines.start(first)]
        is_apart = first > 1 and above == "\n" and _is_header(lines, first)
        going.update(range(first - is_apart, statement.last_line + 1))
    for first in sorted(line for line in going if line - 1 not in going):
        last = first
        while last + 1 in going:
            last += 1
        yield lines.without(first, last)


def _is_header(lines: _Lines, line: int) -> bool:
    return lines.text[lines.start(line) :].lstrip().startswith("[")


def _rewritten(original: str, text: str, path: KeyPath, value: object) -> Edit:
    """Return the edit that tomlkit makes, for tables in line and the like."""
    newline = newline_of(original)
    if text.replace("\n", newline) != original:
        # It is not known any more which line ended how.
        raise FormError("its lines end in different ways; edit it by hand")
    try:
        document: Any = tomlkit.parse(text)
        table, names = document, list(path)
        while len(names) > 1 and names[0] in table:
            table = table[names.pop(0)]
        if value is None:
            del table[names[0]]
        else:
            for name in reversed(names[1:]):
                value = {name: value}
            table[names[0]] = value
        new = tomlkit.dumps(document)
    except (TOMLKitError, TypeError, AttributeError, ValueError) as error:
        raise FormError(f"its form is too unusual: {error}") from None
    return narrowed(original, new.replace("\n", newline))
