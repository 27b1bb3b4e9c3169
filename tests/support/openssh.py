"""Another machine: a server of OpenSSH on this one, with keys and a user's own."""

import getpass
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.wait import wait_until

#: Where distributions put the server; it wants to be called by its whole path.
_PLACES = "/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/bin"
_SSHD = shutil.which("sshd", path=_PLACES)

#: Whether both ends are installed.
IS_HERE = bool(_SSHD and shutil.which("ssh") and shutil.which("ssh-keygen"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _make_key(path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True
    )


@contextmanager
def far_machine(folder: Path) -> Iterator[Path]:
    """Lend a program that is ssh with a configuration of its own.

    That knows ``far``, and ``stranger``, which is the same without the right key.
    """
    folder.chmod(0o700)
    port = free_port()
    _write_keys(folder, port)
    program = _write_program(folder, port)
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/authorized\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "PermitRootLogin yes\nKbdInteractiveAuthentication no\n"
    )
    server = subprocess.Popen(
        [str(_SSHD), "-D", "-e", "-f", str(folder / "sshd_config")],
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: _answers(port) or server.poll() is not None)
        if server.poll() is not None:
            pytest.skip(f"sshd does not run here: {server.communicate()[1]!r}")
        yield program
    finally:
        server.terminate()
        server.communicate()


def _write_keys(folder: Path, port: int) -> None:
    for name in ("host", "user"):
        _make_key(folder / name)
    (folder / "authorized").write_text((folder / "user.pub").read_text())
    host = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host}")


def _write_program(folder: Path, port: int) -> Path:
    (folder / "ssh_config").write_text(
        f"Host far stranger\nHostName 127.0.0.1\nPort {port}\n"
        f"User {getpass.getuser()}\nIdentitiesOnly yes\n"
        f"UserKnownHostsFile {folder}/known\nGlobalKnownHostsFile /dev/null\n"
        # Of the user's own: one that fails, and one that is no use without a screen.
        f"LocalForward {port} 127.0.0.1:1\nRemoteCommand top\nRequestTTY yes\n"
        f"Host far\nIdentityFile {folder}/user\n"
        f"Host stranger\nIdentityFile {folder}/host\n"
    )
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    found = shutil.which("ssh")
    program.write_text(f'#!/bin/sh\nexec {found} -F {folder}/ssh_config "$@"\n')
    program.chmod(0o755)
    return program
