"""A fake instance behind a real control socket, and brumctl in this process."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from brummer.cli import ctl
from brummer.config.paths import places
from brummer.control.record import Directory, InstanceRecord
from brummer.control.server import ControlServer
from tests.support.finding import add_commands
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
        add_commands(self.instance)
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
        self._server = server
        return server

    def close(self) -> None:
        """End the instance."""
        self._server.close()

    def ctl(self, *words: str) -> Said:
        """Return what ``brumctl`` says to *words*."""
        self._capsys.readouterr()
        code = ctl.main(["-d", str(self.folder), *words])
        out, err = self._capsys.readouterr()
        return Said(code, out, err)


def working(desk: Desk, *words: str) -> tuple[threading.Thread, list[Said]]:
    """Let ``brumctl`` work on a thread; return that, and where its answer will be."""
    answers: list[Said] = []
    thread = threading.Thread(target=lambda: answers.append(desk.ctl(*words)))
    thread.start()
    return thread, answers


def noting(desk: Desk, monkeypatch: pytest.MonkeyPatch, method: str) -> threading.Event:
    """Return what is set once *method* of the instance was called."""
    called = threading.Event()
    original: Callable[..., object] = getattr(desk.instance, method)

    def noted(*arguments: object) -> object:
        called.set()
        return original(*arguments)

    monkeypatch.setattr(desk.instance, method, noted)
    return called


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
