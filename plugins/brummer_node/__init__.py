"""Scripts of JavaScript projects: package.json, workspaces, Nx.

They are run without their package manager where that comes to the same, which
saves a node process and half a second for each.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import brummer
from brummer_node.detection import detect
from brummer_node.launch import launch
from brummer_node.tool import describe_tools


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """``[plugins.node]``: whether the *workspaces*' packages offer their scripts."""

    workspaces: bool = True


class _Configured:
    """What the plugin was configured with.

    Threads: written in ``brummer_configure``, before any other hook is called;
    the workers that call those only read.
    """

    settings = NodeSettings()
    #: The general setting ``preferred_package_manager``.
    preferred = ""


@brummer.hookimpl
def brummer_configure(settings: brummer.Settings) -> None:
    """Read what the user prefers."""
    _Configured.settings = settings.parse(NodeSettings)
    _Configured.preferred = str(settings.general("preferred_package_manager"))


@brummer.hookimpl
def brummer_detect_scripts(
    root: Path,
) -> Iterable[brummer.Script | brummer.BrummerError]:
    """Return the scripts of package.json, of the workspace's packages, and of Nx.

    With them comes what is wrong with some of these files.
    """
    found = detect(root, _Configured.preferred, members=_Configured.settings.workspaces)
    return (*found.scripts, *map(brummer.BrummerError, found.problems))


@brummer.hookimpl
def brummer_launch(script: brummer.Script) -> brummer.Launch | None:
    """Return how to run a script of package.json; nobody else's."""
    if script.source != "node":
        return None
    return launch(script, _Configured.preferred, os.environ)


@brummer.hookimpl
def brummer_report_header() -> str:
    """Tell which package managers are installed."""
    return describe_tools(os.environ)
