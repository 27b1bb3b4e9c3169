"""Names for the scripts of packages, each different from the others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path


def labels(
    root: Path, packages: Iterable[tuple[Path, str]]
) -> Mapping[tuple[Path, str], str]:
    """Return a short label for each package, a folder below *root* and a name.

    A label is the name without its scope (``@acme/web`` is ``web``), or the
    folder's own name for a package without one.  Where two folders would share
    it they get their full names instead, and their paths if these are equal too.
    """
    known = dict.fromkeys(packages)
    return {
        package: _first_unshared(_proposals(root, *package), users)
        for users in (_users(root, known),)
        for package in known
    }


def _proposals(root: Path, folder: Path, name: str) -> tuple[str, str, str]:
    """Return labels for a package, from short to unmistakable."""
    path = folder.relative_to(root).as_posix()
    if not name.isprintable():
        return path, path, path
    short = name.rpartition("/")[2] or folder.name
    return short, name or short, path


def _users(
    root: Path, packages: Iterable[tuple[Path, str]]
) -> Mapping[str, frozenset[Path]]:
    """Return the folders that each label is proposed for."""
    users: defaultdict[str, set[Path]] = defaultdict(set)
    for folder, name in packages:
        for proposal in _proposals(root, folder, name):
            users[proposal].add(folder)
    return {label: frozenset(folders) for label, folders in users.items()}


def _first_unshared(
    proposals: tuple[str, ...], users: Mapping[str, frozenset[Path]]
) -> str:
    unshared = (label for label in proposals if len(users[label]) == 1)
    return next(unshared, proposals[-1])
