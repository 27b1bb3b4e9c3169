"""Answers "address already in use": who holds the port.

A process that cannot have its port says so in its output and ends; whoever reads
that wants to know who has it.  So the words are looked for, the port in them is
looked up, and the answer stands in the log right below.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brummer.model.event import FindingReported
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from brummer.process.port import PortHolder, holder

#: How the number stands in such a message: ``:::3000``, ``port 3000``,
#: ``('127.0.0.1', 8000)``, ``0.0.0.0:8080:``.  Two digits would be times of day.
_PORT: Final = re.compile(
    r"(?:\bport:?\s+|[\w\]*:.\s]:|['\"],\s*)(\d{3,5})\b(?!\.\d|:\S)", re.IGNORECASE
)

#: The detail of a finding that says which port it is about.
_DETAIL: Final = "port"

_LARGEST: Final = 65_535


class PortConflict:
    """Implements :class:`brummer.Detector` for ports that are taken.

    Threads: the log thread; nothing is kept.
    """

    name: Final = "port conflict"
    prefilter: Final = (
        b"eaddrinuse",
        b"address already in use",
        b"address in use",
        b"already in use",
        b"port is already allocated",
    )

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        """Return a finding if *entry* says that a port is taken, and which."""
        ports = {int(digits) for digits in _PORT.findall(entry.text)}
        ports = {port for port in ports if 0 < port <= _LARGEST}
        # Several numbers, and nobody can tell which one is meant.
        if len(ports) != 1:
            return ()
        port = ports.pop()
        return (
            Finding(
                kind=FindingKind.ERROR,
                title=f"port {port} is taken",
                process=entry.process,
                time=entry.time,
                line=entry.number,
                details={_DETAIL: str(port)},
            ),
        )


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """Notes in a process's log who holds the port that it could not have.

    Threads: called on a bus worker, as looking takes tens of milliseconds.
    """

    note: Callable[[ProcessId, str], object]
    own: str
    ask: Callable[[int], PortHolder | None] = holder

    def __call__(self, event: FindingReported) -> None:
        """Answer *event*, if it is about a port."""
        port = event.finding.details.get(_DETAIL)
        if event.finding.kind is FindingKind.ERROR and port:
            found = self.ask(int(port))
            self.note(event.finding.process, self._sentence(int(port), found))

    def _sentence(self, port: int, found: PortHolder | None) -> str:
        if found is None:
            return f"port {port} is free by now; a restart may do"
        if found.pid is None:
            return f"port {port} is held by a process of another user"
        instance, _, process = found.mark.partition("/")
        if process and instance == self.own:
            return f"port {port} is held by {process} here; brumctl stop {process}"
        who = f"{found.name} (pid {found.pid})"
        where = f" in {_short(found.folder)}" if found.folder else ""
        owner = f", started by instance {instance}" if process else ""
        return f"port {port} is held by {who}{where}{owner}: {found.command}"


def _short(folder: str) -> str:
    """Return *folder* with ``~`` for the home directory."""
    try:
        return f"~/{Path(folder).relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return folder
