"""Servers of the project, from the addresses that processes announce."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessState

_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/?#@]*@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#:]*)(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|$)",
    re.IGNORECASE,
)
_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}

#: Names of this machine; servers print several of them for one and the same door.
_HERE: Final = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]")

_LAST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server: where it is, who announced it first and when.

    *host* and *port* are what one connects to.
    """

    url: str
    label: str
    process: ProcessId
    name: str
    first_seen: float
    host: str
    port: int

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return self.host == "localhost"


def servers(
    findings: Iterable[Finding], processes: Mapping[ProcessId, ProcessState]
) -> tuple[Server, ...]:
    """Return the servers of the *processes* that live, one per host and port.

    Those that were announced first come first.
    """
    found: dict[tuple[str, int], Server] = {}
    for finding in findings:
        state = processes.get(finding.process)
        if finding.kind is not FindingKind.URL or state is None or state.is_finished:
            continue
        server = None if finding.resolved else _server(finding, state)
        if server is not None:
            known = found.setdefault((server.host, server.port), server)
            if server.first_seen < known.first_seen:
                found[server.host, server.port] = server
    return tuple(sorted(found.values(), key=lambda server: server.first_seen))


def _server(finding: Finding, state: ProcessState) -> Server | None:
    url = finding.details.get("url", "")
    parts = _URL.match(url)
    if parts is None:
        return None
    port = int(parts["port"] or _PORTS.get(parts["scheme"].lower(), 0))
    host = parts["host"].lower()
    if not 0 < port <= _LAST_PORT or not host:
        return None
    return Server(
        url=url,
        label=finding.details.get("label", ""),
        process=finding.process,
        name=state.name,
        first_seen=finding.first_seen,
        host="localhost" if _HERE.fullmatch(host) else host.strip("[]"),
        port=port,
    )
