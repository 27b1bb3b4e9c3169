"""Tests of reaching other machines: with a program that passes for ssh, and with it."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from brummer.mcp.hub.ssh import SshError, tunnel
from tests.mcp.hub.conftest import FakeSsh
from tests.support.wait import wait_until

LIMIT = 20.0


async def _turn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.read(100))[::-1])
    writer.close()


@contextlib.asynccontextmanager
async def turning() -> AsyncIterator[int]:
    """Lend the port of a server that says backwards what it is sent."""
    async with await asyncio.start_server(_turn, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def ask(path: str, words: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(words)
    answer = await reader.read()
    writer.close()
    return answer


@contextlib.asynccontextmanager
async def opened(ssh: FakeSsh, target: str, port: int = 7777) -> AsyncIterator[str]:
    async with (
        asyncio.timeout(LIMIT),
        tunnel(target, port, program=ssh.program) as path,
    ):
        yield path


def test_what_is_sent_arrives_at_the_port_on_the_other_side(ssh: FakeSsh) -> None:
    async def work() -> bytes:
        async with turning() as port, opened(ssh, "me@far", port) as path:
            return await ask(path, b"live")

    assert asyncio.run(work()) == b"evil"
    assert ssh.words[-2:] == ["--", "me@far"]
    assert "BatchMode=yes" in ssh.words


def test_nothing_is_left_when_it_is_over(ssh: FakeSsh, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(ssh, "far") as path:
            assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
            assert ssh.is_running

    asyncio.run(work())

    assert not ssh.is_running
    assert list((tmp_path / "t").iterdir()) == []


def test_one_that_does_not_want_to_end_is_killed(ssh: FakeSsh) -> None:
    async def work() -> None:
        async with opened(ssh, "deaf"):
            pass

    asyncio.run(work())

    assert not ssh.is_running


def test_what_ssh_says_last_is_the_problem(ssh: FakeSsh) -> None:
    async def work() -> None:
        async with opened(ssh, "shut"):
            pass

    with pytest.raises(SshError, match=r"^ssh shut: Permission  denied \(key\)\.$"):
        asyncio.run(work())


def test_one_that_says_nothing_is_told_by_its_exit_code(ssh: FakeSsh) -> None:
    async def work() -> None:
        async with opened(ssh, "silent"):
            pass

    with pytest.raises(SshError, match="ssh ended with 1"):
        asyncio.run(work())


def test_what_fails_behind_the_tunnel_is_told_in_the_words_of_ssh(
    ssh: FakeSsh,
) -> None:
    async def work() -> None:
        async with opened(ssh, "broken"):
            raise OSError("reset")

    with pytest.raises(SshError, match=r"^ssh broken: channel 2: open failed"):
        asyncio.run(work())


def test_one_that_gets_nowhere_can_be_given_up(ssh: FakeSsh, tmp_path: Path) -> None:
    async def work() -> None:
        opening = asyncio.ensure_future(
            contextlib.AsyncExitStack().enter_async_context(opened(ssh, "slow"))
        )
        await asyncio.to_thread(wait_until, lambda: ssh.has_begun)
        opening.cancel()
        await asyncio.wait({opening})

    asyncio.run(work())

    wait_until(lambda: not ssh.is_running)
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize(
    "target",
    ["", "-oProxyCommand=x", "a b", "a\nb", "a;b", "$(a)", "a`b`", "\x1b", "x" * 300],
)
def test_what_is_no_target_never_comes_near_ssh(ssh: FakeSsh, target: str) -> None:
    async def work() -> None:
        async with opened(ssh, target):
            pass

    with pytest.raises(SshError, match="is no target for ssh"):
        asyncio.run(work())


def test_a_machine_without_ssh_is_told_so(ssh: FakeSsh) -> None:
    ssh.program += "-of-somebody-else"

    async def work() -> None:
        async with opened(ssh, "far"):
            pass

    with pytest.raises(SshError, match="is not installed"):
        asyncio.run(work())


def test_ssh_ends_when_we_are_killed(ssh: FakeSsh, tmp_path: Path) -> None:
    program = (
        "import asyncio\n"
        "from brummer.mcp.hub.ssh import tunnel\n"
        "async def main():\n"
        f"    async with tunnel('far', 1, program={ssh.program!r}):\n"
        "        print('open', flush=True)\n"
        "        await asyncio.sleep(1000)\n"
        "asyncio.run(main())\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path / "t")},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"open\n"

    child.send_signal(signal.SIGKILL)
    child.communicate()

    wait_until(lambda: not ssh.is_running)
    wait_until(lambda: not list((tmp_path / "t").iterdir()))
