"""Who holds a TCP port, so that "address already in use" has an answer."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

from brummer.process.row import MARKER

#: Where a development server is looked for: both loopback addresses.
_LOOPBACK: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

#: What binding says of an address family that this machine does not have.
_NO_FAMILY: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})

#: Seconds for a connection to ourselves; it is answered or refused at once.
_CONNECT: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PortHolder:
    """A process that listens on a port.

    *mark* is the marker if a Brummer started it: ``7f3c9a/web-2``.  All but the
    port is empty where the process belongs to another user.
    """

    port: int
    pid: int | None = None
    name: str = ""
    command: str = ""
    folder: str = ""
    mark: str = ""


def holder(port: int) -> PortHolder | None:
    """Return who listens on a port, on whatever address; ``None`` for nobody.

    Threads: any.  It looks at every descriptor of every process, which takes
    tens of milliseconds, so ask only when somebody waits for the answer.
    """
    for pid in _listeners(port):
        return _described(port, pid)
    return None if is_free(port) else PortHolder(port=port)


def is_free(port: int) -> bool:
    """Whether one could listen on a port on both loopback addresses."""
    return all(_can_bind(family, host, port) for family, host in _LOOPBACK)


def _listeners(port: int) -> Iterator[int]:
    """Yield the pids of those who listen on a port, as far as we may know."""
    for pid, status, place in _connections():
        if status == psutil.CONN_LISTEN and place[1:] == (port,):
            yield pid


def _connections() -> Iterator[tuple[int, str, tuple[object, ...]]]:
    """Yield pid, status and local address of every TCP socket we may know of."""
    if sys.platform == "linux":
        for held in psutil.net_connections(kind="tcp"):
            if held.pid:
                yield held.pid, held.status, held.laddr
    else:  # one may look only at one's own processes, one by one
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                for one in process.net_connections(kind="tcp"):
                    yield process.pid, one.status, one.laddr


def _described(port: int, pid: int) -> PortHolder:
    """Return what can be known of a process; it may end while it is asked."""
    known: dict[str, str] = {}
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        known["name"] = process.name()
        known["command"] = " ".join(process.cmdline())
        known["folder"] = process.cwd()
        known["mark"] = process.environ().get(MARKER, "")
    return PortHolder(port=port, pid=pid, **known)


def _can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    """Whether a server could take this address now.

    As servers do, this ignores connections that are still fading away.
    """
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
    except OSError as error:
        return error.errno in _NO_FAMILY
    return sys.platform == "linux" or not _answers(family, host, port)


def _answers(family: socket.AddressFamily, host: str, port: int) -> bool:
    """Whether somebody accepts connections.

    Needed where SO_REUSEADDR lets one take a single address of a port that
    somebody else holds for all addresses.
    """
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(_CONNECT)
        return client.connect_ex((host, port)) == 0
