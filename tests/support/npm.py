"""Programs from npm's registry, and a Node that can run them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

#: Names a folder with ``node_modules``; without it programs are looked for on PATH.
#: (One that begins with ``BRUM_`` would be a setting of the program.)
VARIABLE = "MCP_CONFORMANCE"

#: The oldest Node that the programs run with.
NODE = 22


def program(name: str) -> list[str]:
    """Return the words that begin the program *name*.

    Where it is not installed the test is skipped, or fails if ``CI`` is set.
    """
    script = _found(name)
    if script is None:
        _without(f"{name} is not installed: set {VARIABLE} to where it is, or PATH")
    return [node(), script]


def node() -> str:
    """Return a Node that is new enough; skip or fail as :func:`program` does."""
    found = _found("node")
    version = _version(found) if found else 0
    if found is None or version < NODE:
        _without(f"no node of version {NODE} or above, but {version or 'none'}")
    return found


def packages() -> Path:
    """Return the folder with ``node_modules``; skip or fail as above."""
    folder = os.environ.get(VARIABLE)
    if folder is None or not (Path(folder) / "node_modules").is_dir():
        _without(f"{VARIABLE} names no folder with node_modules")
    return Path(folder).absolute()


def _found(name: str) -> str | None:
    folder = os.environ.get(VARIABLE)
    path = f"{Path(folder).absolute()}/node_modules/.bin" if folder else None
    return shutil.which(name, path=path) or shutil.which(name)


def _version(node: str) -> int:
    told = subprocess.run(
        [node, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    found = re.match(r"v(\d+)", told.stdout)
    return int(found[1]) if found else 0


def _without(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
