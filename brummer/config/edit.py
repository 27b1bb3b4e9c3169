"""Changing one key of a file and leaving the rest of it alone.

Comments, order and formatting survive.  The file is replaced, never written
over: whoever reads it meanwhile, or a crash, finds the old one or the new one.
"""

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from brummer.config.chain import decoded
from brummer.config.document import DocumentError, end_of_table, read_document
from brummer.config.explain import to_toml
from brummer.config.load import joined
from brummer.config.merge import Chosen, Merge
from brummer.config.replacement import Replacement
from brummer.config.schema import find
from brummer.config.source import Assignment, file_origin
from brummer.config.text import KeyPath, dotted
from brummer.errors import ConfigError

_COMMENT: Final = re.compile(r"\s*(?:#.*)?")

#: Comments and blank lines at the beginning of a file, to the last blank line.
_INTRO: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?<=\n\n)")


def set_key(file: Path, path: KeyPath, value: object) -> None:
    """Set the key at *path* in *file*, which is made if it is missing.

    *value* is as in a file, or :class:`~brummer.config.source.Typed`.

    :raises ConfigError: if there is no such key, the value is not allowed, or the
        file cannot be read or replaced.  The file is then as it was.
    """
    judged = _judged(file, path, value)
    _edit(file, find(path)[0], judged)


def unset_key(file: Path, path: KeyPath) -> None:
    """Take the key or table at *path* out of *file*; nothing if it is not there.

    :raises ConfigError: if the file cannot be read or replaced.
    """
    _edit(file, path, None)


def _edit(file: Path, path: KeyPath, value: object) -> None:
    """Set a key, or take it out if *value* is ``None``."""
    try:
        edited = Replacement(file)
        text = decoded(edited.before)
        new = _edited(text.replace("\r\n", "\n"), path, value)
        if "\r\n" in text:
            new = new.replace("\n", "\r\n")
        if edited.before.startswith(BOM_UTF8):
            new = f"\ufeff{new}"
        edited.write(new.encode())
    except DocumentError as error:
        origin = str(file_origin(file, error.line, error.column))
        raise ConfigError(origin, str(error)) from None
    except (OSError, ValueError, TOMLKitError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(str(file), f"cannot be changed: {reason}") from None


def _edited(text: str, path: KeyPath, value: object) -> str:
    """Return *text* with the change, after looking whether it is just that.

    :raises ValueError: if it cannot be made without changing more.
    """
    for _ in read_document(text):  # tells what is wrong, and where
        pass
    expected = _changed(tomllib.loads(text), path, value)
    for new in _candidates(text, path, value):
        if _says(new, expected):
            return new
    raise ValueError("its form is too unusual for that; edit it by hand")


def _says(text: str, expected: object) -> bool:
    """Whether *text* is right and says what is *expected*."""
    try:
        return _pruned(tomllib.loads(text)) == expected
    except ValueError:
        return False


def _judged(file: Path, path: KeyPath, value: object) -> object:
    """Return *value* as the file will have it.

    :raises ConfigError: if it would not be accepted from there.
    """
    merge = Merge()
    merge.add([Assignment(path, value, file_origin(file))])
    if merge.problems:
        raise joined(merge.problems)
    entry: Any = merge.tree
    for name in find(path)[0]:
        entry = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(entry, Chosen):
        raise ConfigError(str(file), f"{dotted(path)} is no key that can be set")
    return list(entry.value) if isinstance(entry.value, tuple) else entry.value


def _candidates(text: str, path: KeyPath, value: object) -> Iterator[str]:
    """Yield texts that may be *text* with the change, the nicest first.

    tomlkit changes what is there.  It would put what is new behind the comments
    that follow a table, which are those of the next one; so that is tried only
    where nothing else does, for tables in line and keys with dots.
    """
    tree = tomllib.loads(text)
    if value is None:
        yield text if _at(tree, path) is None else _removed(text, path)
        return
    if _at(tree, path) is None:
        there = max(n for n in range(len(path)) if _at(tree, path[:n]) is not None)
        end = end_of_table(text, path[:there])
        if end is not None and (there or len(path) == 1):
            line = f"{dotted(path[there:])} = {to_toml(value)}"
            yield _inserted(text, end, line)
        header, line = dotted(path[:-1]), f"{dotted(path[-1:])} = {to_toml(value)}"
        start = f"{text.rstrip()}\n\n" if text.strip() else ""
        yield f"{start}[{header}]\n{line}\n"
    yield _assigned(text, path, value)


def _assigned(text: str, path: KeyPath, value: object) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    missing = list(path)
    while len(missing) > 1 and missing[0] in table:
        table = table[missing.pop(0)]
    for name in reversed(missing[1:]):
        value = {name: value}
    table[missing[0]] = value
    return tomlkit.dumps(document)


def _inserted(text: str, end: int, line: str) -> str:
    """Return *text* with *line* after the statement that ends at *end*."""
    if end:
        return f"{text[:end]}\n{line}" + (text[end:] or "\n")
    if all(_COMMENT.fullmatch(one) for one in text.splitlines()):
        return f"{text}{line}\n"
    # What stands above the first blank line is about the file; the rest of the
    # comments at its beginning are about what comes after them.
    intro = _INTRO.match(text)
    start = intro.end() if intro else 0
    return f"{text[:start]}{line}\n\n{text[start:]}"


def _removed(text: str, path: KeyPath) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    for name in path[:-1]:
        table = table[name]
    del table[path[-1]]
    return tomlkit.dumps(document)


def _at(tree: object, path: KeyPath) -> object:
    """Return what is at *path*, ``None`` if nothing is."""
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _changed(tree: dict[str, Any], path: KeyPath, value: object) -> object:
    """Return what the file should say afterwards; with ``None`` the key is gone.

    :raises ValueError: if what would have to be a table is none, or a table would
        have to go.
    """
    table = tree
    for step, name in enumerate(path[:-1], 1):
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise _no_table(path[:step])
    before = table.pop(path[-1], None)
    if value is not None:
        if isinstance(before, dict):
            raise _is_table(path)
        table[path[-1]] = value
    return _pruned(tree)


def _no_table(path: KeyPath) -> ValueError:
    return ValueError(f"{dotted(path)} is no table there")


def _is_table(path: KeyPath) -> ValueError:
    return ValueError(f"{dotted(path)} is a table there")


def _pruned(value: object) -> object:
    """Return *value* without empty tables: a header more or less says nothing."""
    if not isinstance(value, dict):
        return value
    inner = {name: _pruned(one) for name, one in value.items()}
    return {name: one for name, one in inner.items() if one != {}}
