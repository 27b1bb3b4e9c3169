"""Connections to a server that may not be there, within a time limit."""

import errno
import socket
import time
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from typing_extensions import override

#: A family, and an address as :mod:`socket` wants it.
Address: TypeAlias = tuple[int, Any]

#: What people mean by this machine.  Both families are tried, whatever the hosts
#: file says: servers differ in which of them they listen on.
_HERE: Final = frozenset({"", "localhost"})

_LOOPBACKS: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

#: What connecting fails with, in fewer words than the system's.
_WORDS: Final = {
    errno.ECONNREFUSED: "refused",
    errno.ETIMEDOUT: "no answer",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
}

#: A family that the machine does not have says nothing about the server.
_NO_FAMILY: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})

#: Shortest time for one address, in seconds, however many there are.
_SHORTEST: Final = 0.05


class UnreachableError(Exception):
    """Nobody answered; the text says how, in a word or two."""


class TimedSocket(socket.socket):
    """A socket whose whole conversation has to end by a deadline.

    The timeout of a socket is that of one read: a server that sends a byte a
    second would never exceed it.

    Threads: belongs to the one that made it.
    """

    #: By :func:`time.monotonic`; set before anything is read.
    deadline = 0.0

    @override
    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Read, but not beyond the deadline."""
        self.settimeout(max(self.deadline - time.monotonic(), 1e-6))
        return super().recv_into(buffer, nbytes, flags)


def reach(host: str, port: int, timeout: float) -> TimedSocket:
    """Return a connection to *host*, which lasts for the rest of *timeout* seconds.

    :raises UnreachableError: if no address of *host* takes one.
    """
    deadline = time.monotonic() + timeout
    found = addresses(host, port)
    problems = []
    for number, address in enumerate(found):
        left = deadline - time.monotonic()
        try:
            return _connected(address, deadline, left / (len(found) - number))
        except OSError as error:
            if error.errno not in _NO_FAMILY:
                problems.append(described(error))
    # "refused" by one family and nothing else by the other: said once.
    raise UnreachableError(" and ".join(dict.fromkeys(problems)) or "unreachable")


def addresses(host: str, port: int) -> Sequence[Address]:
    """Return where *host* may be reached, each address once.

    :raises UnreachableError: if nobody knows it.
    """
    if host in _HERE:
        return [(family, (address, port)) for family, address in _LOOPBACKS]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError(f"unknown host {host}") from None
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def described(error: OSError) -> str:
    """Return in a word or two how a connection failed."""
    if isinstance(error, TimeoutError):
        return "no answer"
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)


def _connected(address: Address, deadline: float, patience: float) -> TimedSocket:
    family, place = address
    connection = TimedSocket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(max(patience, _SHORTEST))
        connection.connect(place)
        _require_peer(connection)
    except BaseException:
        connection.close()
        raise
    connection.deadline = deadline
    connection.settimeout(max(deadline - time.monotonic(), _SHORTEST))
    return connection


def _require_peer(connection: socket.socket) -> None:
    """Raise if it is a connection with itself.

    A port that nobody listens on can be given to our own end, which then talks
    to itself (the simultaneous open of TCP).
    """
    if connection.getsockname() == connection.getpeername():
        raise ConnectionRefusedError(errno.ECONNREFUSED, "nobody else is there")
