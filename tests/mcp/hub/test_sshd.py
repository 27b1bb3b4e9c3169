"""A test of reaching another machine with the real OpenSSH, both ends of it."""

import asyncio
import getpass
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.mcp.hub.ssh import SshError, tunnel
from tests.mcp.hub.test_ssh import ask, turning
from tests.support.wait import wait_until

#: Where distributions put the server; it wants to be called by its whole path.
PLACES = "/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/bin"
SSHD = shutil.which("sshd", path=PLACES)

pytestmark = pytest.mark.skipif(
    not (SSHD and shutil.which("ssh") and shutil.which("ssh-keygen")),
    reason="there is no OpenSSH with its server",
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_key(path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True
    )


@pytest.fixture
def far(tmp_path: Path) -> Iterator[str]:
    """A program that is ssh with a configuration of its own, which knows ``far``."""
    tmp_path.chmod(0o700)
    port = free_port()
    for name in ("host", "user"):
        make_key(tmp_path / name)
    (tmp_path / "authorized").write_text((tmp_path / "user.pub").read_text())
    host = (tmp_path / "host.pub").read_text()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {host}")
    (tmp_path / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {tmp_path}/host\n"
        f"AuthorizedKeysFile {tmp_path}/authorized\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "PermitRootLogin yes\nKbdInteractiveAuthentication no\n"
    )
    (tmp_path / "ssh_config").write_text(
        f"Host far stranger\nHostName 127.0.0.1\nPort {port}\n"
        f"User {getpass.getuser()}\nIdentitiesOnly yes\n"
        f"UserKnownHostsFile {tmp_path}/known\nGlobalKnownHostsFile /dev/null\n"
        # Of the user's own: one that fails, and one that is no use without a screen.
        f"LocalForward {port} 127.0.0.1:1\nRemoteCommand top\nRequestTTY yes\n"
        f"Host far\nIdentityFile {tmp_path}/user\n"
        f"Host stranger\nIdentityFile {tmp_path}/host\n"
    )
    program = tmp_path / "ssh"
    program.write_text(f'#!/bin/sh\nexec ssh -F {tmp_path}/ssh_config "$@"\n')
    program.chmod(0o755)
    server = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(tmp_path / "sshd_config")],
        stderr=subprocess.PIPE,
    )
    wait_until(lambda: answers(port) or server.poll() is not None)
    if server.poll() is not None:
        pytest.skip(f"sshd does not run here: {server.communicate()[1]!r}")
    yield str(program)
    server.terminate()
    server.communicate()


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
