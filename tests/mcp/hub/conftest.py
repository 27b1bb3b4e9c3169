"""A program that passes for ssh."""

import sys
from pathlib import Path

import psutil
import pytest

from tests.mcp.hub import fakessh


class FakeSsh:
    """A folder with a program in it, and what that notes of itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.program = str(folder / "ssh")
        script = f'#!/bin/sh\nexec {sys.executable} {fakessh.__file__} "$@"\n'
        Path(self.program).write_text(script)
        Path(self.program).chmod(0o755)

    @property
    def words(self) -> list[str]:
        return (self._folder / "words").read_text().splitlines()

    @property
    def pid(self) -> int:
        return int((self._folder / "pid").read_text())

    @property
    def has_begun(self) -> bool:
        return (self._folder / "pid").exists() and bool(
            (self._folder / "pid").read_text()
        )

    @property
    def is_running(self) -> bool:
        return psutil.pid_exists(self.pid) and (
            psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        )


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSsh:
    (tmp_path / "t").mkdir()
    monkeypatch.setenv("FAKE_SSH", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    return FakeSsh(tmp_path)
