"""Answers "address already in use": who holds the port.

A process that cannot have its port says so in its output and ends; whoever reads
that wants to know who has it.  So the words are looked for, the port in them is
looked up, and the answer stands in the log right below.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.event import FindingReported
from brummer.model.finding import PORT, Finding, FindingKind
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId
from brummer.process.port import PortHolder, holder

#: How the number stands in such a message: ``:::3000``, ``port 3000``,
#: ``('127.0.0.1', 8000)``, ``0.0.0.0:8080:``.  Two digits would be times of day.
_PORT: Final = re.compile(
    r"(?:\bport:?\s+|[\w\]*:.\s]:|['\"],\s*)(\d{3,5})\b(?!\.\d|:\S)", re.IGNORECASE
)

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
                details={PORT: str(port)},
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
        port = event.finding.details.get(PORT)
        if event.finding.kind is FindingKind.ERROR and port:
            told = sentence(int(port), self.ask(int(port)), self.own)
            self.note(event.finding.process, told)


@dataclass(frozen=True, slots=True)
class PortCommand:
    """``port.holder``.

    Threads: any; the command runs on a bus worker, as looking takes a while.
    """

    own: str
    ask: Callable[[int], PortHolder | None] = holder

    def table(self) -> Iterator[Command]:
        """Yield the command."""
        yield Command(
            name="port.holder",
            title="find who holds a port",
            run=self._run,
            parameters=(Parameter(name="port", description="its number", kind=int),),
            thread=CommandThread.BUS,
        )

    def _run(self, port: int) -> Mapping[str, object]:
        """Return who holds *port*; ``process`` is the id of one of this instance."""
        found = self.ask(port)
        return {
            "free": found is None,
            "pid": found.pid if found else None,
            "process": _own_process(found, self.own) if found else "",
            "text": sentence(port, found, self.own),
        }


def _own_process(found: PortHolder, own: str) -> str:
    instance, _, process = found.mark.partition("/")
    return process if instance == own else ""


def sentence(port: int, found: PortHolder | None, own: str) -> str:
    """Return who holds *port*, as the instance *own* says it."""
    if found is None:
        return f"port {port} is free by now; a restart may do"
    if found.pid is None:
        return f"port {port} is held by a process of another user"
    if process := _own_process(found, own):
        return f"port {port} is held by {process} here; brumctl stop {process}"
    who = f"{found.name} (pid {found.pid})"
    where = f" in {_short(found.folder)}" if found.folder else ""
    instance, _, process = found.mark.partition("/")
    owner = f", started by instance {instance}" if process else ""
    return f"port {port} is held by {who}{where}{owner}: {found.command}"


def _short(folder: str) -> str:
    """Return *folder* with ``~`` for the home directory."""
    try:
        return f"~/{Path(folder).relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return folder
