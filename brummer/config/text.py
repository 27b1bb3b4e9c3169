"""Names and values in messages for people."""

import difflib
import re
from collections.abc import Iterable
from typing import Final, TypeAlias

#: Where a key is: the names of its tables, then its own.
KeyPath: TypeAlias = tuple[str, ...]

#: What TOML lets stand as a name without quotes.
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")

#: A value in an error message is cut here; nobody reads a page of it.
_SHOWN: Final = 60


def visible(text: str) -> str:
    """Return *text* with whatever a terminal may act on escaped as TOML does it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)


def dotted(path: KeyPath) -> str:
    """Return *path* as TOML writes it: joined by dots, names quoted where needed."""
    return ".".join(name if _BARE.fullmatch(name) else _quoted(name) for name in path)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(escaped)}"'


def shown(value: object) -> str:
    """Return *value* for an error message: short, and nothing but printable."""
    text = ascii(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Return the name that looks most like *wrong*, or nothing if none does."""
    by_fold = {name.casefold(): name for name in right}
    found = difflib.get_close_matches(wrong.casefold(), by_fold, 1)
    return by_fold[found[0]] if found else ""


def hint(wrong: str, right: Iterable[str]) -> str:
    """Return the end of an error message: ``; did you mean ...?``, or nothing."""
    near = nearest(wrong, right)
    return f"; did you mean {near}?" if near else ""
