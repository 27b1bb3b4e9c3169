"""The socket that waits, before anything of the protocol is there."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from brummer.errors import BrummerError
from brummer.mcp.door import Door, bound
from tests.support.wait import wait_until

#: Packages of which nothing is imported before somebody comes.
PROTOCOL = ("mcp", "mcp_types", "uvicorn", "starlette", "pydantic", "jsonschema", "h11")

#: Waits at a socket, as a program does that no agent has called.
WAITING = f"""\
import sys
from brummer.app.agents import Agents
from brummer.mcp.door import Door, bound
door = Door(bound(0), lambda: None, print)
print([name for name in {PROTOCOL} if name in sys.modules])
door.close()
"""


class Echo:
    """Serves one client, who is told that he is welcome."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def serve(self, listener: socket.socket) -> None:
        """Greet, and wait for the end."""
        # It may have left again.
        client, _ = listener.accept()
        with client:
            client.sendall(b"welcome")
            assert self.ended.wait(10)

    def end(self) -> None:
        """Ask for the end."""
        self.ended.set()


class Making:
    """Makes a server when the test says so."""

    def __init__(self) -> None:
        self.made = 0
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.failures: list[str] = []
        self.echo = Echo()

    def __call__(self) -> Echo:
        """Make it."""
        self.made += 1
        self.begun.set()
        assert self.go_on.wait(10)
        return self.echo


@pytest.fixture
def making() -> Making:
    return Making()


def connected(door: Door) -> socket.socket:
    return socket.create_connection(("127.0.0.1", door.port), timeout=10)


def test_who_is_expected_finds_the_server_made(making: Making) -> None:
    making.go_on.set()
    # Looked for once and again: it may be later that they are to come.
    looks = iter([False, False, True])
    door = Door(
        bound(0),
        making,
        making.failures.append,
        expected=lambda: next(looks),
        look=0.01,
    )
    wait_until(lambda: door.is_open)

    with connected(door) as client:
        said = client.recv(100)
    door.close()

    assert (said, making.made, making.failures) == (b"welcome", 1, [])


def test_an_end_before_anybody_was_expected_makes_nothing(making: Making) -> None:
    expected = Mock(return_value=True)
    door = Door(bound(0), making, making.failures.append, expected=expected, look=3600)

    door.close()

    assert (making.made, making.failures) == (0, [])
    expected.assert_not_called()


def test_nothing_is_made_before_somebody_comes(making: Making) -> None:
    making.go_on.set()
    door = Door(bound(0), making, making.failures.append)
    before = (making.made, door.is_open)

    with connected(door) as client:
        said = client.recv(100)
        door.close()

    assert before == (0, False)
    assert (said, making.made, door.is_open) == (b"welcome", 1, True)
    assert making.failures == []


def test_nothing_of_the_protocol_is_imported_before_somebody_comes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_it_ends_before_anybody_came(making: Making) -> None:
    door = Door(bound(0), making, making.failures.append)

    door.close()

    assert making.made == 0
    assert making.failures == []
    with pytest.raises(ConnectionRefusedError):
        connected(door)


def test_it_ends_while_the_server_is_made(making: Making) -> None:
    door = Door(bound(0), making, making.failures.append)
    with connected(door) as client:
        assert making.begun.wait(10)
        closing = threading.Thread(target=door.close)
        closing.start()
        wait_until(lambda: refused(door, closing))
        making.go_on.set()
        closing.join(10)

        # Nobody was served.
        assert ended(client.recv)
    assert not door.is_open
    assert making.failures == []


def refused(door: Door, closing: threading.Thread) -> bool:
    """Whether the end was asked for: the door waits for its thread."""
    return closing.is_alive() and not door.is_open


@pytest.mark.parametrize("error", [BrummerError("no"), ImportError("mcp is not there")])
def test_a_server_that_cannot_be_made_is_told_of(error: Exception) -> None:
    failures: list[str] = []

    def make() -> Echo:
        raise error

    door = Door(bound(0), make, failures.append)
    # The connection is closed with the socket that it came by, maybe at once.
    assert is_turned_away(door)
    door.close()

    (failure,) = failures
    assert failure.startswith("the MCP server ended: ")
    assert str(error) in failure


def is_turned_away(door: Door) -> bool:
    try:
        with connected(door) as client:
            return client.recv(100) == b""
    except ConnectionResetError:
        return True


def ended(receive: Callable[[int], bytes]) -> bool:
    try:
        return receive(100) == b""
    except ConnectionResetError:
        return True


def test_all_who_come_while_it_is_made_are_served_by_one(making: Making) -> None:
    door = Door(bound(0), making, making.failures.append)
    clients = [connected(door) for _ in range(20)]
    making.go_on.set()

    said = clients[0].recv(100)

    assert (said, making.made) == (b"welcome", 1)
    door.close()
    for client in clients:
        client.close()


def test_two_may_close_it(making: Making) -> None:
    door = Door(bound(0), making, making.failures.append)

    door.close()
    door.close()

    assert making.failures == []
