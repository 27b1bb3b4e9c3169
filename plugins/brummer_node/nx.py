"""The targets of Nx projects: what ``nx run web:serve`` runs."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brummer
from brummer_node.manifest import read_json5, table
from brummer_node.pattern import FolderPatterns

#: Nx finds projects anywhere in its workspace.
_ANYWHERE: Final = FolderPatterns.parse(["**"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One *target* of a *project* in *folder*."""

    folder: Path
    project: str
    target: str

    @property
    def command(self) -> str:
        """The command line that runs it; Nx itself is in ``node_modules/.bin``."""
        return f"nx run {shlex.quote(f'{self.project}:{self.target}')}"


def read_targets(root: Path, problems: list[str]) -> Iterator[Target]:
    """Yield the targets that the ``project.json`` files below *root* define.

    Yields nothing unless *root* is an Nx workspace.  A file that cannot be
    understood costs its own targets, and a sentence in *problems*.
    """
    if not (root / "nx.json").exists():
        return
    for folder in (root, *_ANYWHERE.folders(root)):
        try:
            fields = read_json5(folder / "project.json")
        except brummer.BrummerError as error:
            problems.append(str(error))
            continue
        if fields is None:
            continue
        name = fields.get("name")
        project = name if isinstance(name, str) and name else folder.name
        for target in table(fields.get("targets")):
            if f"{project}{target}".isprintable():
                yield Target(folder=folder, project=project, target=target)
