"""A fake instance behind a real control socket, and brumctl in this process."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from brummer.cli import ctl
from brummer.config.paths import places
from brummer.control.record import Directory, InstanceRecord
from brummer.control.server import ControlServer
from tests.support.instance import FakeInstance


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


class Desk:
    """Runs ``brumctl`` against a fake instance in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.instance = FakeInstance(folder=folder)
        self.reports: list[str] = []
        self._capsys = capsys

    def open(self) -> ControlServer:
        """Let the instance begin to listen."""
        found = places()
        record = InstanceRecord.of_this_process(
            self.folder, str(found.socket("shop-1")), id_="shop-1"
        )
        server = ControlServer(
            self.instance, record, Directory(found.instances), self.reports.append
        )
        server.start()
        return server

    def ctl(self, *words: str) -> Said:
        """Return what ``brumctl`` says to *words*."""
        self._capsys.readouterr()
        code = ctl.main(["-d", str(self.folder), *words])
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep the files of this test away from those of the user."""
    runtime = tempfile.mkdtemp(prefix="br")
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    yield
    shutil.rmtree(runtime)


@pytest.fixture
def lonely(apart: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a desk in a folder where no instance runs."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Desk(folder, capsys)


@pytest.fixture
def served(lonely: Desk) -> Iterator[ControlServer]:
    """Return what the instance on the desk listens with."""
    server = lonely.open()
    yield server
    server.close()
    assert lonely.reports == []


@pytest.fixture
def desk(lonely: Desk, served: ControlServer) -> Desk:
    """Return a desk in a folder where an instance runs."""
    return lonely
