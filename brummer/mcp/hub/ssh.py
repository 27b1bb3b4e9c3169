"""Reaching an instance on another machine, through the user's own OpenSSH.

What ssh asks, knows and is configured to do stays the user's business; we only keep
it from asking, for nobody would see the question.  The near end is a Unix socket in
a folder that only the user can enter.  A port would be anybody's on this machine, and
nobody could say in time whether it is really ssh that listens there.
"""

import asyncio
import os
import re
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

from brummer.config.paths import SHARED
from brummer.errors import BrummerError
from brummer.mcp.hub.race import end

#: Seconds between two looks whether ssh has made its socket: it tells nobody.
_LOOK: Final = 0.02

#: Seconds that ssh may take to end when it is asked to.
_GRACE: Final = 0.2

#: Bytes of what it complains of that are kept, and characters that are shown.
_COMPLAINT: Final = 4096
_SHOWN: Final = 200

#: What a target may be.  It stands for nothing else on a command line of ours, nor of
#: those that the user's configuration makes of it.
_TARGET: Final = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9_.@:%/\[\]+=,-]{0,254}")

#: Folders whose names ssh takes literally, and that leave room for a socket's.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+-]{1,60}")

#: Options that hold whatever the user's configuration says.  A connection shared with
#: others would keep our socket when we are gone.  A forwarding of the user's own that
#: fails, because he is logged in there already, is none of our business: whether ours
#: is there, its socket tells.
_OPTIONS: Final = (
    "BatchMode=yes",
    "ConnectTimeout=10",
    "ControlMaster=no",
    "ControlPath=none",
    "ExitOnForwardFailure=no",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "ServerAliveCountMax=3",
    "ServerAliveInterval=10",
)

#: Runs ssh, and ends it when its own standard input ends: that is when we do, killed
#: or not.  Its first argument is the folder to remove then.
_TETHER: Final = """\
exec 3<&0
{ read -r _ <&3; kill -TERM "$$"; rm -rf -- "$1"; } 2>/dev/null &
shift
exec "$@" 3<&- </dev/null
"""


class SshError(BrummerError):
    """What ssh said instead of getting through."""


@asynccontextmanager
async def tunnel(target: str, port: int, *, program: str = "ssh") -> AsyncIterator[str]:
    """Lend the path of a Unix socket that leads to *port* of *target*'s loopback.

    What goes wrong while it is lent is told in ssh's words, if it said any.

    :raises SshError: if *target* is none, or ssh ends.
    """
    if not _TARGET.fullmatch(target):
        raise SshError(f"{target[:_SHOWN]!r} is no target for ssh")
    with TemporaryDirectory(
        prefix="brum-ssh-", dir=_roof(), ignore_cleanup_errors=True
    ) as folder:
        path = Path(folder, "s")
        ssh = await _started(program, target, path, port)
        complaint = bytearray()
        reading = asyncio.create_task(_read(ssh, complaint))
        try:
            await _connected(ssh, path, reading)
            yield str(path)
        except Exception as error:
            # What it says comes before what it does, but by another way.
            await asyncio.wait({reading}, timeout=_LOOK)
            if said := _shown(complaint):
                raise SshError(f"ssh {target}: {said}") from error
            raise
        finally:
            await _stop(ssh)
            await end(reading)


def _roof() -> str:
    """Return where to make a folder for a socket."""
    usual = gettempdir()
    return usual if _PLAIN.fullmatch(usual) else str(SHARED)


async def _started(program: str, target: str, path: Path, port: int) -> Process:
    """Start ssh in a process group of its own, which no key of a terminal reaches.

    :raises SshError: if there is no such program.
    """
    found = shutil.which(program)
    if found is None:
        raise SshError(f"{program} is not installed, and {target} is reached with it")
    options = (word for option in _OPTIONS for word in ("-o", option))
    forwarding = f"{path}:127.0.0.1:{port}"
    command = (found, "-N", "-T", *options, "-L", forwarding, "--", target)
    return await asyncio.create_subprocess_exec(
        *("sh", "-c", _TETHER, "brum-ssh", str(path.parent), *command),
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,
    )


async def _read(ssh: Process, complaint: bytearray) -> None:
    """Keep the end of what ssh says."""
    assert ssh.stderr is not None, "it is a pipe"
    while said := await ssh.stderr.read(_COMPLAINT):
        complaint.extend(said)
        del complaint[:-_COMPLAINT]


def _shown(complaint: bytearray) -> str:
    """Return the last line, without what a terminal would obey."""
    lines = complaint.decode("utf-8", "replace").split("\n")
    shown = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return next(
        (line.strip()[:_SHOWN] for line in reversed([*shown]) if line.strip()), ""
    )


async def _connected(ssh: Process, path: Path, reading: asyncio.Task[None]) -> None:
    """Return when ssh has got through.

    :raises SshError: if it ends instead, when it has been heard out.
    """
    ended = asyncio.ensure_future(ssh.wait())
    try:
        while not _is_there(path):
            done, _ = await asyncio.wait({ended}, timeout=_LOOK)
            if done:
                await asyncio.wait({reading}, timeout=_GRACE)
                raise SshError(f"ssh ended with {ended.result()}")
    finally:
        await end(ended)


def _is_there(path: Path) -> bool:
    return path.is_socket()


async def _stop(ssh: Process) -> None:
    """End ssh and who waits for our end, and wait for it."""
    _signal(ssh, signal.SIGTERM)
    with suppress(TimeoutError):
        try:
            async with asyncio.timeout(_GRACE):
                await ssh.wait()
        finally:
            if ssh.returncode is None:
                _signal(ssh, signal.SIGKILL)
    await ssh.wait()


def _signal(ssh: Process, number: int) -> None:
    # Its number is that of the group, in which somebody waits for our end and is
    # there until the first signal, even if ssh has ended.  While there is a group,
    # the system gives its number to nobody else.  macOS does not permit to signal a
    # group that has ended and was not waited for yet.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(ssh.pid, number)
