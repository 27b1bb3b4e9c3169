"""Which packages belong to a project.

Every tool has a file of its own for the same question.  A project may have
several of them (Lerna over npm, Nx or Turborepo over pnpm), and their answers
are joined; Turborepo has none and means the package manager's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brummer
from brummer_node.manifest import (
    read_json,
    read_json5,
    read_yaml,
    table,
    words,
)
from brummer_node.pattern import FolderPatterns

#: What Lerna takes when its file names no packages.
_LERNA_DEFAULT: Final = ("packages/*",)

#: Packages of one workspace that are looked at.
_MOST_PACKAGES: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A project of several packages: its *root*, and the *patterns* of the rest."""

    root: Path
    patterns: FolderPatterns

    def has(self, folder: Path) -> bool:
        """Whether *folder* is the root or one of the packages."""
        if folder == self.root:
            return True
        if not folder.is_relative_to(self.root):
            return False
        return self.patterns.mean(folder.relative_to(self.root).parts)

    def folders(self) -> Iterator[Path]:
        """Yield the folders of the packages, without the root, by path."""
        for count, folder in enumerate(self.patterns.folders(self.root)):
            if count == _MOST_PACKAGES:
                return
            yield folder


def read_workspace(root: Path) -> Workspace | None:
    """Return the workspace whose root is *root*, ``None`` if it is none.

    :raises BrummerError: if a file that describes it cannot be understood.
    """
    sources = (_pnpm(root), _package_json(root), _rush(root), _nx(root))
    known = [source for source in sources if source is not None]
    lerna = _lerna(root, alone=not known)
    if lerna is not None:
        known.append(lerna)
    if not known:
        return None
    patterns = [pattern for source in known for pattern in source]
    return Workspace(root=root, patterns=FolderPatterns.parse(patterns))


def enclosing_workspace(folder: Path) -> Workspace | None:
    """Return the workspace that *folder* belongs to, looking upwards for its root.

    Files above *folder* that cannot be understood are somebody else's.
    """
    for root in (folder, *folder.parents):
        try:
            workspace = read_workspace(root)
        except brummer.BrummerError:
            continue
        if workspace is not None and workspace.has(folder):
            return workspace
    return None


def _pnpm(root: Path) -> tuple[str, ...] | None:
    settings = read_yaml(root / "pnpm-workspace.yaml")
    return None if settings is None else words(settings.get("packages"))


def _package_json(root: Path) -> tuple[str, ...] | None:
    """Return the ``workspaces`` of npm, yarn and bun: a list, or an object with one."""
    manifest = read_json(root / "package.json")
    value = None if manifest is None else manifest.get("workspaces")
    if isinstance(value, dict):
        value = value.get("packages")
    return words(value) if isinstance(value, list) else None


def _lerna(root: Path, *, alone: bool) -> tuple[str, ...] | None:
    """Return the packages of Lerna, its default only if nobody else names any."""
    settings = read_json5(root / "lerna.json")
    if settings is None:
        return None
    return words(settings.get("packages")) or (_LERNA_DEFAULT if alone else None)


def _rush(root: Path) -> tuple[str, ...] | None:
    settings = read_json5(root / "rush.json")
    if settings is None:
        return None
    projects = settings.get("projects")
    entries = projects if isinstance(projects, list) else []
    return words([table(entry).get("projectFolder") for entry in entries])


def _nx(root: Path) -> tuple[str, ...] | None:
    """Return the folders that older Nx workspaces list by name."""
    listed: tuple[str, ...] = ()
    present = False
    for name in ("nx.json", "workspace.json"):
        settings = read_json5(root / name)
        present |= settings is not None
        listed += words(
            [
                _project_folder(p)
                for p in table((settings or {}).get("projects")).values()
            ]
        )
    return listed if present and listed else None


def _project_folder(project: object) -> object:
    """Return where a project of Nx is: a path, or an object with a ``root``."""
    return (
        table(project).get("root", project) if isinstance(project, Mapping) else project
    )
