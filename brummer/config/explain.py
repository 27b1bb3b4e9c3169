"""What is set and where, for people (``brum --settings``) and for programs.

The text is itself a configuration: what nobody set stands in it as a comment.
"""

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import tomlkit

from brummer.config.chain import home
from brummer.config.load import Loaded
from brummer.config.schema import ROOT, SCRIPT, Key, Table
from brummer.config.settings import Settings
from brummer.config.source import DEFAULT, Origin, SourceKind
from brummer.config.text import KeyPath, dotted, visible

#: Names of variables and of plugins' keys whose values are nobody's business.
_SECRET: Final = re.compile("SECRET|TOKEN|KEY|PASS|CREDENTIAL|AUTH", re.IGNORECASE)

#: What stands for such a value.
MASK: Final = "****"


@dataclass(frozen=True, slots=True)
class _Section:
    """A table and what is in it; *values* are by path within the table."""

    table: KeyPath
    values: tuple[tuple[KeyPath, object], ...]


def as_text(loaded: Loaded, folder: Path) -> str:
    """Return all settings as TOML, each with its source.

    *folder* is where the user is; paths are shown relative to it or to home.
    Values of variables that look secret are masked.
    """
    shorten = _Shortener(folder)
    lines = ["# Settings of brum, and where each was set.  Files, the strongest first:"]
    lines.extend(f"#   {shorten(str(f.path))} ({f.state})" for f in loaded.files)
    for section in _sections(loaded.settings):
        lines.append("")
        if section.table:
            lines.append(f"[{dotted(section.table)}]")
        for path, value in section.values:
            origin = loaded.origins.get(dotted((*section.table, *path)), DEFAULT)
            lines.extend(_lines(f"{dotted(path)} = {to_toml(value)}", origin, shorten))
    return "\n".join(lines) + "\n"


class Row(NamedTuple):
    """One setting: its dotted name, its value as TOML, and where it was set."""

    key: str
    value: str
    origin: str


def rows(loaded: Loaded, folder: Path) -> Iterator[Row]:
    """Yield every setting, with the same words as :func:`as_text` has."""
    shorten = _Shortener(folder)
    for section in _sections(loaded.settings):
        for path, value in section.values:
            full = dotted((*section.table, *path))
            origin = loaded.origins.get(full, DEFAULT)
            yield Row(full, to_toml(value), shorten(str(origin)))


def as_json(loaded: Loaded) -> dict[str, object]:
    """Return the same as :func:`as_text` as values that :mod:`json` can write."""
    settings: dict[str, object] = {}
    for section in _sections(loaded.settings):
        for path, value in section.values:
            full = (*section.table, *path)
            origin = loaded.origins.get(dotted(full), DEFAULT)
            settings[dotted(full)] = {
                "value": _jsonable(value),
                "kind": str(origin.kind),
                "source": str(origin),
            }
    return {
        "files": [{"path": str(f.path), "state": str(f.state)} for f in loaded.files],
        "settings": settings,
        "notices": list(loaded.notices),
        "problems": [str(problem) for problem in loaded.problems],
    }


def to_toml(value: object) -> str:
    """Return *value* as TOML writes it, in one line and printable throughout."""
    if isinstance(value, Mapping):
        inner = (f"{dotted((name,))} = {to_toml(one)}" for name, one in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(to_toml(one) for one in value)}]"
    return visible(tomlkit.item(value).as_string())


def _sections(settings: Settings) -> Iterator[_Section]:
    yield _Section((), _known(ROOT, settings))
    for name, node in ROOT.entries.items():
        if isinstance(node, Table) and name != "scripts":
            yield _Section((name,), _known(node, getattr(settings, name)))
    for name, table in settings.plugin_tables.items():
        yield _Section(("plugins", name), tuple(_free((), table)))
    for name, script in settings.scripts.items():
        variables = tuple(_free(("env",), script.env))
        order = tuple(_free(("depends_on",), script.depends_on))
        keys = _known(SCRIPT, script)
        yield _Section(("scripts", name), keys + variables + order)
        ready = SCRIPT.entries["ready"]
        assert isinstance(ready, Table), "it is made from a dataclass"
        yield _Section(("scripts", name, "ready"), _known(ready, script.ready))


def _known(table: Table, values: object) -> tuple[tuple[KeyPath, object], ...]:
    return tuple(
        ((name,), getattr(values, name))
        for name, node in table.entries.items()
        if isinstance(node, Key)
    )


def _free(path: KeyPath, value: object) -> Iterator[tuple[KeyPath, object]]:
    """Yield the values below a table whose keys only its owner knows."""
    if isinstance(value, Mapping) and (value or not path):
        for name, inner in value.items():
            yield from _free((*path, name), inner)
    elif isinstance(value, str) and _SECRET.search(path[-1]):
        yield path, MASK
    else:
        yield path, value


def _lines(line: str, origin: Origin, shorten: "_Shortener") -> Iterator[str]:
    if origin.kind is SourceKind.DEFAULT:
        yield f"# {line}  # default"
    else:
        name = shorten(origin.name)
        yield f"# Source: {name}:{origin.line}" if origin.line else f"# Source: {name}"
        yield line


def _jsonable(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_jsonable(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _jsonable(one) for name, one in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, bool | int | float | str) else str(value)


class _Shortener:
    """Shows paths below *folder* with ``./`` and those below home with ``~/``."""

    def __init__(self, folder: Path) -> None:
        starts = {os.path.realpath(folder): "./"}
        if (place := home()) is not None:
            starts.setdefault(str(place), "~/")
        self._starts = {f"{start.rstrip('/')}/": to for start, to in starts.items()}

    def __call__(self, path: str) -> str:
        for start, short in self._starts.items():
            if path.startswith(start):
                return visible(short + path.removeprefix(start))
        return visible(path)
