"""The settings of package managers that change how a script runs.

npm, yarn and pnpm until 10 read ``.npmrc``, a list of ``key = value``; pnpm from
10 on reads ``pnpm-workspace.yaml``; all read the environment.  The names differ
only in their dashes and capitals (``script-shell``, ``scriptShell``,
``npm_config_script_shell``), so they are kept without: ``scriptshell``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brummer
from brummer_node.choice import Manager
from brummer_node.manifest import read_text, read_yaml
from brummer_node.package import Package

_REFERENCE: Final = re.compile(r"\$\{([^}]+)\}")

#: What pnpm reads, by its version: since when the workspace's file, and since
#: when that alone, and variables with a name of its own.
_WITH_WORKSPACE: Final = (10, 0)
_WITHOUT_RC: Final = (11, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where a package manager looks for settings.

    *prefixes* begin the names of variables.  *rc* are files of its own beside the
    usual ``.npmrc``, the weightiest first; without ``.npmrc`` it is ``None``.
    """

    prefixes: tuple[str, ...] = ("npm_config_",)
    rc: tuple[Path, ...] | None = ()
    workspace: bool = False


def sources(
    manager: Manager, release: tuple[int, ...], system: Iterable[Path] = ()
) -> Sources:
    """Return where *manager* looks, whose version begins with *release*.

    *system* are the files of the whole machine.  A manager that is not there is
    taken for a new one.
    """
    if manager is Manager.BUN:
        return Sources(prefixes=(), rc=None)
    if manager is Manager.YARN:
        return Sources(prefixes=("npm_config_", "yarn_"), rc=tuple(system))
    if manager is Manager.NPM:
        return Sources(rc=tuple(system))
    if release and release < _WITHOUT_RC:
        return Sources(rc=tuple(system), workspace=release >= _WITH_WORKSPACE)
    return Sources(prefixes=("pnpm_config_",), rc=None, workspace=True)


def read_settings(
    package: Package, looked_for: Sources, environ: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the settings for *package*, by their plain names.

    Of several places the environment counts most, then the package, then its
    workspace, then the user, then the machine.  Files that cannot be understood
    are the package manager's to complain about.
    """
    settings: dict[str, str] = {}
    if looked_for.rc is not None:
        for place in reversed((*_files(package, environ), *looked_for.rc)):
            settings |= dict(_of_file(place, environ))
    if looked_for.workspace:
        settings |= dict(_of_workspace(package.root))
    return settings | dict(_of_environment(environ, looked_for.prefixes))


def _files(package: Package, environ: Mapping[str, str]) -> Iterator[Path]:
    yield package.folder / ".npmrc"
    yield package.root / ".npmrc"
    named = (v for key, v in environ.items() if key.lower() == "npm_config_userconfig")
    yield Path(next(named, f"{environ.get('HOME', '')}/.npmrc"))


def _of_file(path: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        text = read_text(path) or ""
    except brummer.BrummerError:
        return
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if key.strip() and not line.lstrip().startswith((";", "#", "[")):
            # A key alone switches something on.
            plain_value = _unquoted(value.strip()) if equals else "true"
            yield (
                _plain(key.strip()),
                _REFERENCE.sub(
                    lambda found: environ.get(found[1], found[0]), plain_value
                ),
            )


def _of_workspace(root: Path) -> Iterator[tuple[str, str]]:
    try:
        settings = read_yaml(root / "pnpm-workspace.yaml") or {}
    except brummer.BrummerError:
        return
    for key, value in settings.items():
        if isinstance(value, bool):
            yield _plain(key), str(value).lower()
        elif isinstance(value, str | int | float):
            yield _plain(key), str(value)


def _of_environment(
    environ: Mapping[str, str], prefixes: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        for prefix in prefixes:
            if key.lower().startswith(prefix):
                yield _plain(key[len(prefix) :]), value


def _plain(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
