"""The command that tells which servers there are, and whether they answer."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.finding import Finding
from brummer.model.process import ProcessId, ProcessState
from brummer.model.server import Server, servers
from brummer.process.reach import UnreachableError, reach

#: Seconds that one server has to take a connection, and that all have together.
#: Those of this machine take or refuse it in a thousandth of that.
_EACH: Final = 1.0
_ALL: Final = 5.0


@dataclass(frozen=True, slots=True)
class ServerCommand:
    """``servers.list``.

    To see whether a server is alive it is connected to and left again.  Nothing is
    asked of it: development servers build pages on request, and log each.

    Threads: any; the command runs on a bus worker, as it may wait for a network.
    """

    findings: Callable[[], Iterable[Finding]]
    processes: Callable[[], Mapping[ProcessId, ProcessState]]
    clock: Callable[[], float] = time.monotonic

    def table(self) -> Iterator[Command]:
        """Yield the command."""
        yield Command(
            name="servers.list",
            title="list the servers that processes announced",
            run=self._run,
            parameters=(
                Parameter(
                    name="check",
                    description="whether to try if they take connections",
                    kind=bool,
                    required=False,
                    default=False,
                ),
            ),
            thread=CommandThread.BUS,
        )

    def _run(self, *, check: bool = False) -> object:
        """Return the servers, each with what keeps it from being ``alive``."""
        end = self.clock() + _ALL
        return [
            {**asdict(server), **(self._state(server, end) if check else _UNKNOWN)}
            for server in servers(self.findings(), self.processes())
        ]

    def _state(self, server: Server, end: float) -> Mapping[str, object]:
        begin = self.clock()
        if begin >= end:
            return {**_UNKNOWN, "problem": "there was no time to look"}
        try:
            reach(server.host, server.port, min(_EACH, end - begin)).close()
        except UnreachableError as error:
            return {"alive": False, "problem": str(error), "seconds": None}
        return {"alive": True, "problem": "", "seconds": self.clock() - begin}


#: What is said of a server that nobody looked at.
_UNKNOWN: Final[Mapping[str, object]] = {
    "alive": None,
    "problem": "",
    "seconds": None,
}
