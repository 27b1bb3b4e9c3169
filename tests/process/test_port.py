import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.process.port import PortHolder, holder, is_free
from brummer.process.row import MARKER

SERVER = (
    "import socket, sys; s = socket.create_server((sys.argv[1], int(sys.argv[2])),"
    "family=socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET);"
    "print(s.getsockname()[1], flush=True); sys.stdin.read()"
)


class Server:
    """A process that listens on a port of its choice."""

    def __init__(self, folder: Path, host: str) -> None:
        #: Where it answers; connecting to "any address" reaches ourselves.
        self.host = "::1" if ":" in host else "127.0.0.1"
        self.popen = subprocess.Popen(
            [sys.executable, "-c", SERVER, host, "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, MARKER: "other/web-7"},
        )
        assert self.popen.stdout is not None
        self.port = int(self.popen.stdout.readline())


@pytest.fixture(params=["127.0.0.1", "0.0.0.0", "::1", "::"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    one = Server(tmp_path, request.param)
    yield one
    one.popen.communicate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_the_holder_of_a_port_is_described(server: Server, tmp_path: Path) -> None:
    found = holder(server.port)

    assert found is not None
    assert found.port == server.port
    assert found.pid == server.popen.pid
    assert "create_server" in found.command
    assert found.name.startswith("python")
    assert found.folder == str(tmp_path)
    assert found.mark == "other/web-7"


def test_a_port_that_somebody_holds_is_not_free(server: Server) -> None:
    assert not is_free(server.port)


def test_a_free_port_has_no_holder() -> None:
    port = free_port()

    assert is_free(port)
    assert holder(port) is None


def test_a_port_is_free_again_although_old_connections_fade(server: Server) -> None:
    with socket.create_connection((server.host, server.port)):
        server.popen.communicate()

    assert is_free(server.port)


def test_a_connection_does_not_hold_a_port() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        assert holder(client.getsockname()[1]) in {
            None,
            PortHolder(port=client.getsockname()[1]),
        }


def test_asking_takes_nothing() -> None:
    port = free_port()

    assert is_free(port)

    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        found = holder(port)
        assert found is not None
        assert found.pid == os.getpid()
