"""The settings of package managers that change how a script runs.

npm and older pnpm read ``.npmrc``, a list of ``key = value``; newer pnpm reads
``pnpm-workspace.yaml``; all read the environment.  The names differ only in their
dashes and capitals (``script-shell``, ``scriptShell``, ``npm_config_script_shell``),
so they are kept without: ``scriptshell``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import brummer
from brummer_node.choice import Manager
from brummer_node.manifest import read_text, read_yaml
from brummer_node.package import Package

_REFERENCE: Final = re.compile(r"\$\{([^}]+)\}")

_PREFIXES: Final = ("npm_config_", "pnpm_config_")


def read_settings(
    package: Package, environ: Mapping[str, str], system: Iterable[Path] = ()
) -> Mapping[str, str]:
    """Return the settings for *package*, by their plain names.

    Of several places the environment counts most, then the package, then its
    workspace, then the user, then the files of the *system*.  Files that cannot be
    understood are the package manager's to complain about.
    """
    settings: dict[str, str] = {}
    for place in reversed((*_files(package, environ), *system)):
        settings |= dict(_of_file(place, environ))
    if package.choice.manager is Manager.PNPM:
        settings |= dict(_of_workspace(package.root))
    return settings | dict(_of_environment(environ))


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


def _of_environment(environ: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for key, value in environ.items():
        for prefix in _PREFIXES:
            if key.lower().startswith(prefix):
                yield _plain(key[len(prefix) :]), value


def _plain(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
