"""A served instance, over real sockets."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.control.client import ControlClient
from brummer.control.record import Directory, InstanceRecord
from brummer.control.server import ControlServer
from tests.support.instance import FakeInstance


class Site:
    """A served instance and the ways to it."""

    def __init__(self, folder: Path) -> None:
        self.instance = FakeInstance()
        self.directory = Directory(folder / "instances")
        self.record = InstanceRecord.of_this_process(
            folder, str(folder / "c.sock"), id_="shop-1"
        )
        self.reports: list[str] = []
        self.server = ControlServer(
            self.instance, self.record, self.directory, self.reports.append
        )

    def raw(self) -> socket.socket:
        """Return a bare connection."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(self.record.control_socket)
        return connection


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    site.server.start()
    yield site
    site.server.close()


@pytest.fixture
def client(site: Site) -> Iterator[ControlClient]:
    with ControlClient(site.record) as client:
        yield client


def closing_after(event: threading.Event, site: Site) -> threading.Thread:
    def work() -> None:
        event.wait(10)
        site.server.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread
