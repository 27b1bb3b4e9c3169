"""Scripts from a Procfile, each with a PORT of its own, as foreman has it.

A line is ``name: command``; what ``Procfile.dev`` names is taken from there.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brummer

_ENTRY = re.compile(r"([\w.-]+)\s*:\s*(\S.*)")
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcfileSettings:
    """``[plugins.procfile]``: the PORT of the first script, and the next one's."""

    base_port: int = 5000
    port_step: int = 100


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    settings = ProcfileSettings()


@brummer.hookimpl
def brummer_configure(settings: brummer.Settings) -> None:
    """Read ``[plugins.procfile]``."""
    _Configured.settings = settings.parse(ProcfileSettings)


@brummer.hookimpl
def brummer_detect_scripts(root: Path) -> list[brummer.Script]:
    """Return a script for each entry, in the order of the files."""
    return [
        brummer.Script(name=name, command=command, folder=root)
        for name, command in read_entries(root).items()
    ]


@brummer.hookimpl
def brummer_environment(script: brummer.Script) -> Mapping[str, str] | None:
    """Return the PORT of a Procfile's script, by its place in the file."""
    if script.source != "procfile" or "PORT" in script.environment:
        return None
    names = list(read_entries(script.folder))
    if script.name not in names:
        return None
    first = os.environ.get("PORT", "")
    base = int(first) if first.isdecimal() else _Configured.settings.base_port
    port = base + names.index(script.name) * _Configured.settings.port_step
    if not 0 < port <= _LAST_PORT:
        raise brummer.BrummerError(f"{script.name!r} would get {port} as its PORT")
    return {"PORT": str(port)}


def read_entries(root: Path) -> Mapping[str, str]:
    """Return the commands in *root*'s Procfile and Procfile.dev by their names.

    :raises BrummerError: with file and line, for a line that is no entry and for
        a name that a file has twice.
    """
    files = (root / "Procfile", root / "Procfile.dev")
    return {name: command for file in files for name, command in _entries(file)}


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = file.read_text("utf-8-sig").split("\n") if file.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise brummer.BrummerError(f"{file}: cannot be read: {error}") from error
    names = set()
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            problem = f"{line!r} is not 'name: command'"
            raise brummer.BrummerError(f"{file}:{number}: {problem}")
        if entry[1] in names:
            raise brummer.BrummerError(f"{file}:{number}: a second {entry[1]!r}")
        names.add(entry[1])
        yield entry[1], entry[2]
