"""Addresses in a line of text, and what kind of place they lead to."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice
from typing import Final

from brummer_urls.text import expression

#: A line that names more addresses is no announcement.
_MOST: Final = 8

_LAST_PORT: Final = 65_535
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
#: What a page and a socket of one server have in common.
_PAGES: Final = {"ws": "http", "wss": "https"}

#: The quantifiers with a second plus keep what they took, so that in
#: ``http://localhost:$PORT`` no shorter host is tried.
_ADDRESS: Final = expression(
    r"""
    (?<![\w@/:.-])
    (?: (?P<scheme> https? | wss? ) :// )?
    (?P<host> \[ [0-9a-f:.]++ (?: %[\w.-]++ )? \] | [a-z0-9] [\w.-]*+ )
    (?: : (?P<port> \d{1,5} ) (?!\d) | (?!:) )
    (?P<rest> [/?#] [!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]{0,500}+ )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_CLOSING: Final = {")": "(", "]": "["}


class Scope(StrEnum):
    """Who can reach an address: this machine, its network, or it is elsewhere."""

    LOCAL = "local"
    NETWORK = "network"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as it stood in a line, from *start* to *end*.

    *explicit* tells one with ``http://`` before it from a mere ``localhost:80``.
    """

    scheme: str
    host: str
    port: int
    rest: str
    scope: Scope
    explicit: bool
    start: int
    end: int

    @property
    def url(self) -> str:
        """What to give to a browser."""
        default = _DEFAULT_PORTS[self.scheme] == self.port
        port = "" if default else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.rest or '/'}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two addresses of one server have in common.

        ``localhost``, ``127.0.0.1`` and ``[::1]`` are one host here: servers
        print all three for one and the same door.  Behind it may be sockets as
        well as pages.
        """
        host = "localhost" if self.scope is Scope.LOCAL else self.host
        return _PAGES.get(self.scheme, self.scheme), host, self.port

    @property
    def is_socket(self) -> bool:
        """Whether it is for web sockets, which no browser can show."""
        return self.scheme in _PAGES


def addresses(text: str, hosts: Collection[str] = ()) -> Iterator[Address]:
    """Yield the addresses in *text*; *hosts* are names that mean this machine.

    Those without a scheme count only with a port and a host that is this machine.
    """
    for found in islice(_ADDRESS().finditer(text), _MOST * 8):
        address = _address(found, hosts)
        if address is not None:
            yield address


def _address(found: "re.Match[str]", hosts: Collection[str]) -> Address | None:
    explicit = found["scheme"] is not None
    if not explicit and found["port"] is None:
        return None
    host = found["host"].lower().rstrip(".")
    scope = _scope(host, hosts)
    if not explicit and scope is not Scope.LOCAL:
        return None
    scheme = (found["scheme"] or "http").lower()
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if not 0 < port <= _LAST_PORT:
        return None
    rest = _without_punctuation(found["rest"] or "")
    return Address(
        scheme=scheme,
        host="localhost" if _means_everywhere(host) else host,
        port=port,
        rest=rest,
        scope=scope,
        explicit=explicit,
        start=found.start(),
        end=found.end() - len(found["rest"] or "") + len(rest),
    )


def _without_punctuation(rest: str) -> str:
    """Return *rest* without the end of the sentence that it stood in."""
    while rest:
        last = rest[-1]
        opening = _CLOSING.get(last)
        if opening is not None and rest.count(opening) >= rest.count(last):
            break
        if opening is None and last not in ".,;:!?'*":
            break
        rest = rest[:-1]
    return rest


def _scope(host: str, hosts: Collection[str]) -> Scope:
    if host == "localhost" or host.endswith(".localhost") or host in hosts:
        return Scope.LOCAL
    number = _number(host)
    if number is None:
        return Scope.NETWORK if host.endswith(".local") else Scope.FOREIGN
    if number.is_loopback or number.is_unspecified:
        return Scope.LOCAL
    return Scope.FOREIGN if number.is_global else Scope.NETWORK


def _means_everywhere(host: str) -> bool:
    """Whether *host* says "all of this machine's", which no browser can visit."""
    number = _number(host)
    return number is not None and number.is_unspecified


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
