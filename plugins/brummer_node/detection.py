"""The scripts that a JavaScript project offers."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brummer
from brummer_node.manifest import Manifest, read_manifest
from brummer_node.naming import labels
from brummer_node.nx import Target, read_targets
from brummer_node.package import Package, read_members, read_package
from brummer_node.workspace import read_workspace

#: More than anyone can choose from, and than anyone reads.  Together they are one
#: answer, and one with more than 10,000 things in it is refused as a whole.
_MOST_SCRIPTS: Final = 5_000
_MOST_PROBLEMS: Final = 20

#: What stands before the names of each package's scripts, by folder and name.
_Prefixes = Mapping[tuple[Path, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The *scripts* of a project, and the *problems* of some of its packages."""

    scripts: tuple[brummer.Script, ...]
    problems: tuple[str, ...]


def detect(root: Path, preferred: str, *, members: bool = True) -> Detection:
    """Return the scripts of the project at *root*, its own first.

    *preferred* is the package manager to use whatever the files say, or empty.
    Without *members* the packages of a workspace are left alone.

    :raises BrummerError: if a file of the project itself cannot be understood;
        those of its packages cost only themselves.
    """
    problems: list[str] = []
    packages = [*_own(root, preferred)]
    targets: list[Target] = []
    if members:
        packages += _members(root, preferred, problems)
        targets += read_targets(root, problems)
    for package in packages:
        problems += package.manifest.problems
    scripts = _named(root, packages, targets)
    if len(scripts) > _MOST_SCRIPTS:
        problems.insert(
            0, f"{root}: only {_MOST_SCRIPTS} of {len(scripts)} scripts are shown"
        )
    return Detection(
        scripts=scripts[:_MOST_SCRIPTS], problems=tuple(_cut(root, problems))
    )


def _cut(root: Path, problems: Sequence[str]) -> Iterator[str]:
    """Yield the first *problems*, and how many others there are."""
    yield from problems[:_MOST_PROBLEMS]
    if len(problems) > _MOST_PROBLEMS:
        yield f"{root}: {len(problems) - _MOST_PROBLEMS} more like these"


def _named(
    root: Path, packages: Sequence[Package], targets: Sequence[Target]
) -> tuple[brummer.Script, ...]:
    """Return the scripts of all *packages* and *targets*, no name twice."""
    prefixes = _prefixes(root, packages, targets)
    scripts: dict[str, brummer.Script] = {}
    for package in packages:
        for script in _of_package(root, package, prefixes):
            scripts.setdefault(script.name, script)
    for target in targets:
        script = _of_target(root, target, prefixes, scripts)
        scripts.setdefault(script.name, script)
    return tuple(scripts.values())


def _own(root: Path, preferred: str) -> Iterator[Package]:
    """Yield the package at *root*, if there is one."""
    if read_manifest(root) is not None:
        yield read_package(root, preferred)


def _members(root: Path, preferred: str, problems: list[str]) -> Iterator[Package]:
    """Yield the packages of the workspace at *root*, if it is one."""
    workspace = read_workspace(root)
    if workspace is None:
        return
    own = read_manifest(root) or Manifest(folder=root, fields={})
    yield from read_members(workspace, own, preferred, problems)


def _prefixes(
    root: Path, packages: Sequence[Package], targets: Sequence[Target]
) -> _Prefixes:
    """Return ``web#`` for the package ``@acme/web``; nothing for the root."""
    named = [
        *((package.folder, package.manifest.name) for package in packages),
        *((target.folder, target.project) for target in targets),
    ]
    label = labels(root, [package for package in named if package[0] != root])
    return {
        package: f"{label[package]}#" if package in label else "" for package in named
    }


def _of_package(
    root: Path, package: Package, prefixes: _Prefixes
) -> Iterator[brummer.Script]:
    prefix = prefixes[package.folder, package.manifest.name]
    manager = package.choice.manager
    why = package.choice.why
    absence = "" if shutil.which(manager) else f" (not on PATH; chosen by {why})"
    for event, command in package.manifest.scripts.items():
        yield brummer.Script(
            name=prefix + event,
            command=command,
            folder=package.folder,
            package=_relative(package.folder, root),
            description=f"{manager} run {event}{absence}",
        )


def _of_target(
    root: Path, target: Target, prefixes: _Prefixes, taken: Mapping[str, object]
) -> brummer.Script:
    """Return the script for *target*, with a name that is not *taken*."""
    prefix = prefixes[target.folder, target.project]
    name = prefix + target.target
    return brummer.Script(
        name=f"{prefix}nx:{target.target}" if name in taken else name,
        command=target.command,
        folder=target.folder,
        package=_relative(target.folder, root),
        description=f"target of the Nx project {target.project}",
    )


def _relative(folder: Path, root: Path) -> str:
    return "" if folder == root else folder.relative_to(root).as_posix()
