"""A machine on which the package managers are what a test says."""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.plugins.project import write

#: Answers the one question that node and bun are asked.
ANSWER = "#!/bin/sh\necho '{answer}'\n"


class FakeMachine:
    """A folder of programs that are not really there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.home = root / "home"
        self.bin.mkdir(parents=True)
        self.home.mkdir()

    @property
    def environ(self) -> Mapping[str, str]:
        """What a program on this machine is started with."""
        return {"PATH": str(self.bin), "HOME": str(self.home)}

    def install(self, name: str, version: str, *, package: str = "") -> Path:
        """Install a package manager; it comes in *package*, usually its own."""
        owner = package or name
        home = self.root / "lib" / owner
        fields = {"name": owner, "version": version}
        write(home, {"package.json": fields, f"bin/{name}.js": "#!/usr/bin/env node\n"})
        (home / "bin" / f"{name}.js").chmod(0o755)
        (self.bin / name).symlink_to(home / "bin" / f"{name}.js")
        return home

    def install_node(self, version: str = "v20.1.0") -> Path:
        """Install a node, behind a stand-in as version managers have it."""
        real = self.root / "node" / "bin" / "node"
        return self._answering("node", [version, str(real)])

    def install_bun(self, version: str = "1.4.5") -> Path:
        """Install a bun."""
        return self._answering("bun", [version, "v26.3.0"])

    def _answering(self, name: str, answer: list[str]) -> Path:
        path = self.bin / name
        path.write_text(ANSWER.format(answer=json.dumps(answer)))
        path.chmod(0o755)
        return path
