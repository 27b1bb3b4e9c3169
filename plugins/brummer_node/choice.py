"""Which package manager a project uses."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from brummer_node.manifest import Manifest, table


class Manager(StrEnum):
    """A package manager."""

    NPM = "npm"
    PNPM = "pnpm"
    YARN = "yarn"
    BUN = "bun"

    @classmethod
    def named(cls, name: object) -> "Manager | None":
        """Return the manager called *name*, ``None`` if we know no such."""
        return next((manager for manager in cls if manager == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A package *manager*, *why* it was chosen, and the version asked for, if any."""

    manager: Manager
    why: str
    pinned: str = ""


#: In the order in which they count.
_LOCK_FILES: Final = (
    ("bun.lock", Manager.BUN),
    ("bun.lockb", Manager.BUN),
    ("pnpm-lock.yaml", Manager.PNPM),
    ("yarn.lock", Manager.YARN),
    ("package-lock.json", Manager.NPM),
    ("npm-shrinkwrap.json", Manager.NPM),
    # Rush keeps one for all its projects, away from them.
    ("common/config/rush/pnpm-lock.yaml", Manager.PNPM),
    ("common/config/rush/yarn.lock", Manager.YARN),
    ("common/config/rush/npm-shrinkwrap.json", Manager.NPM),
)

_ENGINES: Final = (Manager.YARN, Manager.PNPM, Manager.BUN, Manager.NPM)

#: How a range of versions begins.  ``engines`` is also where people write ``"npm":
#: "please-use-yarn"``, which asks for anything but npm.
_RANGE: Final = re.compile(r"\s*[~^<>=v]*\s*(?:\d|[xX*](?![\w-]))")


def choose(manifests: Sequence[Manifest], preferred: str) -> Choice:
    """Return the package manager for a package.

    *manifests* are the ones that speak for it, the weightiest first; lock files
    count beside them.  *preferred* is the user's general wish, or empty.
    """
    rules: tuple[Callable[[], Iterator[Choice]], ...] = (
        lambda: _wish(preferred),
        lambda: _declared(manifests),
        lambda: _engines(manifests),
        lambda: _locked([manifest.folder for manifest in manifests]),
    )
    answers = (choice for rule in rules for choice in rule())
    return next(answers, Choice(manager=Manager.NPM, why="default"))


def _wish(preferred: str) -> Iterator[Choice]:
    manager = Manager.named(preferred)
    if manager is not None:
        yield Choice(manager=manager, why="preferred_package_manager")


def _declared(manifests: Sequence[Manifest]) -> Iterator[Choice]:
    """Yield what ``packageManager`` says: ``pnpm@10.1.0+sha512.ab12``."""
    for manifest in manifests:
        value = manifest.fields.get("packageManager")
        name, _, version = value.partition("@") if isinstance(value, str) else ("",) * 3
        manager = Manager.named(name)
        if manager is not None:
            pinned = version.partition("+")[0]
            yield Choice(manager=manager, why="packageManager", pinned=pinned)


def _engines(manifests: Sequence[Manifest]) -> Iterator[Choice]:
    for manifest in manifests:
        engines = table(manifest.fields.get("engines"))
        for manager in _ENGINES:
            wanted = engines.get(manager)
            if isinstance(wanted, str) and _RANGE.match(wanted):
                yield Choice(manager=manager, why="engines")


def _locked(folders: Sequence[Path]) -> Iterator[Choice]:
    for folder in folders:
        for name, manager in _LOCK_FILES:
            if (folder / name).exists():
                yield Choice(manager=manager, why=name)
