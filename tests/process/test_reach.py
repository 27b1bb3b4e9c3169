"""Tests of connections to servers that may not be there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from brummer.process.reach import UnreachableError, addresses, reach


@contextmanager
def listening(family: int, address: str) -> Iterator[int]:
    """Take connections, and yield the port."""
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind((address, 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("family", "address"),
    [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")],
    ids=["IPv4", "IPv6"],
)
@pytest.mark.parametrize("host", ["", "localhost"])
def test_a_server_on_one_family_is_reached(
    family: int, address: str, host: str
) -> None:
    with listening(family, address) as port:
        connection = reach(host, port, 5.0)
        peer = connection.getpeername()
        connection.close()

    assert peer[:2] == (address, port)


def test_a_port_without_a_server_refuses() -> None:
    with listening(socket.AF_INET, "127.0.0.1") as port:
        pass

    with pytest.raises(UnreachableError, match=r"^refused$"):
        reach("", port, 5.0)


def test_a_host_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnreachableError, match=r"unknown host nobody\.invalid"):
        reach("nobody.invalid", 80, 5.0)


def test_this_machine_has_both_families_whatever_its_files_say() -> None:
    assert addresses("localhost", 80) == [
        (socket.AF_INET, ("127.0.0.1", 80)),
        (socket.AF_INET6, ("::1", 80)),
    ]
