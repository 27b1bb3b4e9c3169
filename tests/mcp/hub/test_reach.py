"""Tests of the way to an instance."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.mcp.hub.link import Address, Link
from brummer.mcp.hub.reach import reaching
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.ssh import SshError
from tests.mcp.hub.conftest import FakeSsh

HERE = Sighting(
    id="shop-1",
    name="shop",
    directory=Path("/work/shop"),
    pid=41,
    port=7777,
    token="secret",
)


class Quiet:
    """A link that nobody uses."""

    heard = 0.0

    async def ping(self) -> None:
        raise AssertionError

    async def gone(self) -> None:
        raise AssertionError


class Door:
    """Opens links, and keeps where to."""

    def __init__(self) -> None:
        self.addresses: list[Address] = []
        self.sockets: list[bool] = []
        self.is_open = False

    @contextlib.asynccontextmanager
    async def open(self, address: Address) -> AsyncIterator[Link]:
        self.addresses.append(address)
        self.sockets.append(_is_socket(address.socket))
        self.is_open = True
        try:
            yield Quiet()
        finally:
            self.is_open = False


def _is_socket(path: str) -> bool:
    return Path(path).is_socket()


async def visit(door: Door, sighting: Sighting, program: str = "ssh") -> bool:
    async with reaching(door.open, program=program)(sighting):
        return door.is_open


def test_one_on_this_machine_is_reached_on_its_port_with_its_token() -> None:
    door = Door()

    assert asyncio.run(visit(door, HERE))

    assert door.addresses == [
        Address(instance="shop-1", url="http://127.0.0.1:7777/mcp", token="secret")
    ]
    assert not door.is_open


def test_one_on_another_machine_is_called_what_it_is_called_there(
    ssh: FakeSsh,
) -> None:
    door = Door()

    assert asyncio.run(visit(door, replace(HERE, ssh="me@far"), ssh.program))

    (address,) = door.addresses
    assert address.url == "http://127.0.0.1:7777/mcp"
    assert door.sockets == [True]
    assert not ssh.is_running


def test_where_ssh_does_not_get_through_no_link_is_opened(ssh: FakeSsh) -> None:
    door = Door()

    with pytest.raises(SshError, match="Permission"):
        asyncio.run(visit(door, replace(HERE, ssh="shut"), ssh.program))

    assert door.addresses == []
