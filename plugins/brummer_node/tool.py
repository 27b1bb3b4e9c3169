"""The package managers and the node that are installed."""

import functools
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import brummer
from brummer_node.choice import Manager
from brummer_node.manifest import read_json

#: How long a program may take to say which version it is, in seconds.
_PATIENCE: Final = 5.0

#: node's names for processors, where they differ from those of ``uname``.
_ARCHITECTURES: Final = {
    "x86_64": "x64",
    "amd64": "x64",
    "aarch64": "arm64",
    "i686": "ia32",
    "armv7l": "arm",
}

_ABOUT_NODE: Final = "JSON.stringify([process.version, process.execPath])"
_ABOUT_BUN: Final = "JSON.stringify([Bun.version, process.version])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An installed package manager.

    *path* is how PATH leads to it, *main* the file behind that, *home* the folder
    of the package it came in.  *owner* is the name of that package: another one
    than the manager's is a stand-in that decides itself what to run (Corepack,
    Volta).  Without a package *owner* and *version* are empty.  *node* is the
    version of node that it says it is.
    """

    manager: Manager
    path: Path
    main: Path
    home: Path
    owner: str = ""
    version: str = ""
    node: str = ""

    @property
    def release(self) -> tuple[int, ...]:
        """The first two parts of the version as numbers, ``()`` if unknown."""
        parts = self.version.split(".")[:2]
        return tuple(int(part) for part in parts if part.isdecimal())


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """The node that scripts find: its *path*, the file behind it, its *version*.

    *found* is what PATH leads to: *path*, or a stand-in for it.
    """

    found: Path
    path: Path
    main: Path
    version: str


def find_tool(
    manager: Manager, environ: Mapping[str, str], node: Node | None = None
) -> Tool | None:
    """Return the *manager* that the PATH in *environ* leads to, if any.

    Where a version manager has put stand-ins for *node* and the package manager
    side by side, they stand for two programs side by side.
    """
    path = _which(manager, environ)
    if path is None:
        return None
    tool = _identified(manager, path)
    if tool.owner or node is None or node.found == node.path:
        return tool
    beside = node.path.parent / manager
    if node.found.parent == path.parent and beside.exists():
        return _identified(manager, beside)
    return tool


def _identified(manager: Manager, path: Path) -> Tool:
    """Return what the program *path*, called *manager*, really is.

    bun is one binary without a package around it, and has to be asked; that is
    done once.
    """
    main = path.resolve()
    home, owner, version = next(_packages(main), (main.parent, "", ""))
    node = ""
    if manager is Manager.BUN:
        version, node = _ask(str(main), _ABOUT_BUN, None)
        owner = "bun" if version else ""
    return Tool(
        manager=manager,
        path=path,
        main=main,
        home=home,
        owner=owner,
        version=version,
        node=node,
    )


def find_node(folder: Path, environ: Mapping[str, str]) -> Node | None:
    """Return the node that a script in *folder* finds on the PATH in *environ*.

    It is asked for its version once.  A stand-in (of Volta, asdf, nodenv, ...)
    may choose another node in another folder, and is asked once in each.
    """
    path = _which("node", environ)
    if path is None:
        return None
    main = path.resolve()
    stand_in = main.name not in {"node", "nodejs"} or _is_text(main)
    version, executable = _ask(
        str(path), _ABOUT_NODE, str(folder) if stand_in else None
    )
    if not version:
        return None
    real = Path(executable)
    return Node(found=path, path=real if stand_in else path, main=real, version=version)


def describe_tools(environ: Mapping[str, str]) -> str:
    """Return which package managers the PATH in *environ* leads to, for reports."""
    tools = (find_tool(manager, environ) for manager in Manager)
    found = [f"{tool.manager} {tool.version or '?'}" for tool in tools if tool]
    return ", ".join(found) or "no package manager on PATH"


def machine() -> str:
    """Return system and processor as node names them: ``linux x64``."""
    name = os.uname().machine
    return f"{sys.platform} {_ARCHITECTURES.get(name.lower(), name)}"


def _which(name: str, environ: Mapping[str, str]) -> Path | None:
    found = shutil.which(name, path=environ.get("PATH", os.defpath))
    return Path(found).absolute() if found else None


def _packages(main: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield home, name and version of the package that the program *main* is in."""
    for folder in main.parents[:4]:
        try:
            fields = read_json(folder / "package.json") or {}
        except brummer.BrummerError:
            continue
        name, version = fields.get("name"), fields.get("version")
        if isinstance(name, str) and isinstance(version, str):
            yield folder, name, version


def _is_text(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return True


def _ask(program: str, expression: str, folder: str | None) -> tuple[str, str]:
    """Return the two words that *expression* is in *program*, empty if it fails.

    Threads: several bus workers launch scripts at the same moment and want the
    same answer; the lock lets the first one ask and the others wait for it,
    rather than start twenty interpreters.
    """
    with _asking:
        return _asked(program, expression, folder)


_asking: Final = threading.Lock()


@functools.lru_cache(maxsize=256)
def _asked(program: str, expression: str, folder: str | None) -> tuple[str, str]:
    try:
        done = subprocess.run(
            [program, "-p", expression],
            cwd=folder,
            # What is meant for the user's programs (a debugger, say) stays away.
            env={k: v for k, v in os.environ.items() if k != "NODE_OPTIONS"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        first, second = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return "", ""
    return str(first), str(second)
