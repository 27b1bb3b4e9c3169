"""Where a value came from, and what it says there.

Every source of settings (files, variables, options) is read into a sequence of
:class:`Assignment`, one for each key, before anybody asks whether such a key
exists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from typing_extensions import override

from brummer.config.text import KeyPath, visible

#: What the names of our variables begin with.
PREFIX: Final = "BRUM_"


class SourceKind(StrEnum):
    """The kinds of places a value can come from, the weakest first."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value was set.

    *name* is the file's path, the variable's name or the option as it was
    typed.  *line* and *column* count from 1 and are 0 where they mean nothing.
    """

    kind: SourceKind
    name: str
    line: int = 0
    column: int = 0

    @override
    def __str__(self) -> str:
        """Return the place as editors understand it: ``file:line:column``."""
        place = (str(number) for number in (self.line, self.column) if number)
        return ":".join((self.name, *place))


#: Where everything comes from that nobody set.
DEFAULT: Final = Origin(kind=SourceKind.DEFAULT, name="default")


def file_origin(path: Path, line: int = 0, column: int = 0) -> Origin:
    """Return the origin of something in a file."""
    return Origin(kind=SourceKind.FILE, name=str(path), line=line, column=column)


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that a person typed outside of TOML; it means what its key wants.

    With *toml* it may also be written as in a file, so quotes are syntax.
    """

    text: str
    toml: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for one key.

    *value* is what TOML made of it, or :class:`Typed`.  An empty mapping says
    that there is a table of that name and nothing in it.
    """

    path: KeyPath
    value: object
    origin: Origin


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a configuration."""

    origin: Origin
    text: str

    @override
    def __str__(self) -> str:
        """Return one line for people, free of anything a terminal acts on."""
        return visible(f"{self.origin}: {self.text}")


def leaves(path: KeyPath, value: object, origin: Origin) -> Iterator[Assignment]:
    """Yield an assignment for every value below *path*.

    Tables merge key by key however they are written, so ``env = { A = "1" }`` is
    taken apart as ``[env]`` with ``A = "1"`` below it.
    """
    if not isinstance(value, Mapping) or not value:
        yield Assignment(path, value, origin)
        return
    for name, inner in value.items():
        yield from leaves((*path, name), inner, origin)
