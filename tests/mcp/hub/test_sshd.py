"""Tests of reaching another machine with the real OpenSSH, both ends of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.mcp.hub.ssh import SshError, tunnel
from tests.mcp.hub.test_ssh import ask, turning
from tests.support.openssh import IS_HERE, far_machine, free_port

pytestmark = pytest.mark.skipif(
    not IS_HERE, reason="there is no OpenSSH with its server"
)


@pytest.fixture
def far(tmp_path: Path) -> Iterator[str]:
    with far_machine(tmp_path) as program:
        yield str(program)


def test_what_is_sent_arrives_on_the_other_side(far: str) -> None:
    async def work() -> list[bytes]:
        async with turning() as port, tunnel("far", port, program=far) as path:
            return [await ask(path, b"live"), await ask(path, b"desserts")]

    assert asyncio.run(work()) == [b"evil", b"stressed"]


def test_who_has_no_key_is_told_so_and_not_asked(far: str) -> None:
    async def work() -> None:
        async with tunnel("stranger", 1, program=far):
            pass

    with pytest.raises(SshError, match=r"^ssh stranger: .*Permission denied"):
        asyncio.run(work())


def test_a_port_where_nobody_listens_is_told_by_ssh(far: str) -> None:
    async def work() -> None:
        async with tunnel("far", free_port(), program=far) as path:
            if not await ask(path, b"live"):
                raise ConnectionResetError

    with pytest.raises(SshError, match=r"open failed: connect failed"):
        asyncio.run(work())
