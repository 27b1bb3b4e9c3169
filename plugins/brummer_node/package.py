"""One package with what surrounds it: its workspace and its package manager."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brummer
from brummer_node.choice import Choice, choose
from brummer_node.manifest import Manifest, read_manifest
from brummer_node.workspace import Workspace, enclosing_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A folder with a package.json, or one that could have one.

    *root* is the root of the workspace, the package's own folder if it belongs
    to none.
    """

    folder: Path
    manifest: Manifest
    root: Path
    choice: Choice

    @property
    def in_workspace(self) -> bool:
        """Whether it is a part of something larger."""
        return self.root != self.folder


def read_package(folder: Path, preferred: str) -> Package:
    """Return the package in *folder*.

    :raises BrummerError: if its package.json cannot be understood.
    """
    own = read_manifest(folder) or Manifest(folder=folder, fields={})
    workspace = enclosing_workspace(folder)
    if workspace is None or workspace.root == folder:
        return make_package(own, own, preferred)
    # It was readable a moment ago, when the workspace was found.
    root = read_manifest(workspace.root)
    return make_package(
        own, root or Manifest(folder=workspace.root, fields={}), preferred
    )


def make_package(own: Manifest, root: Manifest, preferred: str) -> Package:
    """Return the package with the manifest *own* in the workspace of *root*.

    What the workspace says about its package manager counts before what the
    package says: a lock file that was left behind in a package is common.
    """
    manifests = (root,) if own.folder == root.folder else (root, own)
    return Package(
        folder=own.folder,
        manifest=own,
        root=root.folder,
        choice=choose(manifests, preferred),
    )


def read_members(
    workspace: Workspace, root: Manifest, preferred: str, problems: list[str]
) -> Iterator[Package]:
    """Yield the packages of *workspace* besides its *root*.

    A package.json that cannot be understood costs its own package, and a
    sentence in *problems*.
    """
    for folder in workspace.folders():
        try:
            manifest = read_manifest(folder)
        except brummer.BrummerError as error:
            problems.append(str(error))
            continue
        if manifest is not None:
            yield make_package(manifest, root, preferred)
