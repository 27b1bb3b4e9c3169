"""Everything that decides how a script of a package runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from brummer_node.choice import Manager
from brummer_node.manifest import Manifest
from brummer_node.package import Package, read_package
from brummer_node.rc import read_settings, sources
from brummer_node.tool import Node, Tool, find_node, find_tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A *package*, the installed *tool* and *node*, and the tool's *settings*.

    *environ* is what Brummer itself was started with and what the script sets
    on top.
    """

    package: Package
    environ: Mapping[str, str]
    settings: Mapping[str, str]
    tool: Tool | None
    node: Node | None

    @property
    def manager(self) -> Manager:
        """The package manager of the package."""
        return self.package.choice.manager

    @property
    def manifest(self) -> Manifest:
        """The package's package.json."""
        return self.package.manifest

    def is_on(self, setting: str) -> bool:
        """Whether *setting* is on; a setting that is not there is off."""
        return self.settings.get(setting, "false") not in {"false", "", "0", "null"}


def look_around(folder: Path, preferred: str, environ: Mapping[str, str]) -> Situation:
    """Return the situation of a script in *folder*.

    :raises BrummerError: if the folder's package.json cannot be understood.
    """
    package = read_package(folder, preferred)
    node = find_node(folder, environ)
    tool = find_tool(package.choice.manager, environ, node)
    looked_for = sources(
        package.choice.manager,
        () if tool is None else tool.release,
        _system_files(tool, node),
    )
    return Situation(
        package=package,
        environ=environ,
        settings=read_settings(package, looked_for, environ),
        tool=tool,
        node=node,
    )


def _system_files(tool: Tool | None, node: Node | None) -> Iterator[Path]:
    """Yield the settings of the machine, then those that npm was shipped with."""
    if node is not None:
        yield node.main.parent.parent / "etc" / "npmrc"
    if tool is not None and tool.manager is Manager.NPM:
        yield tool.home / "npmrc"
