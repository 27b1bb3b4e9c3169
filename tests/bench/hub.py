"""How long it takes until the hub is ready, with one program and with many.

A client starts the hub with each of its sessions, so that is what somebody waits for
who opens an editor.  Programs in whose project no agent was lately have to import their
server first; the hub answers after some seconds at the latest, and tells of the rest as
it comes.
"""

import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil

from tests.bench import program
from tests.bench.measure import MB
from tests.bench.table import Table, verdict
from tests.support.site import Site, end, new_site
from tests.support.wait import wait_until

#: Programs that run, each in a folder of its own.
PROGRAMS: Final = (1, 3, 10)
ROUNDS: Final = 5

#: Seconds until the hub has answered what it offers; the target.
TARGET: Final = 1.5

#: Bytes that a program has when it has imported its server, and not before.
_MADE: Final = 75 * MB

#: Seconds until all has come to rest then.
_REST: Final = 3.0

#: Seconds that all of it may take on any machine.
_LIMIT: Final = 60.0

_META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Ready(NamedTuple):
    """Seconds from the start of a hub until each of these."""

    #: It has answered its first request, and with its list of tools.
    opened: float
    listed: float
    #: Each program has answered through it.
    answered: float


class Hub:
    """A hub, as a client talks with it.

    Threads: the benchmark's.
    """

    def __init__(self, site: Site) -> None:
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [*program.COMMAND, "--mcp"],
            cwd=site.home,
            env=site.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._number = 0

    @property
    def seconds(self) -> float:
        """How long it runs."""
        return time.perf_counter() - self.began

    def ask(self, method: str, **params: object) -> Any:
        """Return the result of a request; what else it tells is passed over."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._number += 1
        message = {
            "jsonrpc": "2.0",
            "id": self._number,
            "method": method,
            "params": {**params, "_meta": _META},
        }
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        while True:
            found = json.loads(self.process.stdout.readline())
            if found.get("id") == self._number:
                return found["result"]

    def close(self) -> None:
        """End it as clients do."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(_LIMIT)


def ready(site: Site, names: list[str]) -> Ready:
    """Start a hub, and return when it was ready."""
    hub = Hub(site)
    try:
        hub.ask("server/discover")
        opened = hub.seconds
        hub.ask("tools/list")
        listed = hub.seconds
        missing = list(names)
        while missing:
            assert hub.seconds < _LIMIT, f"no answer of {missing}"
            missing = [name for name in missing if not _answers(hub, name, len(names))]
        return Ready(opened, listed, hub.seconds)
    finally:
        hub.close()


def _answers(hub: Hub, name: str, programs: int) -> bool:
    """Ask one program who it is; where there is one only it needs no name."""
    given = {"instance": name} if programs > 1 else {}
    found = hub.ask("tools/call", name="about", arguments=given)
    return not found.get("isError")


class Running(NamedTuple):
    """Programs that run, by their names, and their processes."""

    names: list[str]
    pids: list[int]


@contextmanager
def programs(site: Site, number: int) -> Iterator[Running]:
    """Run so many programs in folders of their own."""
    names = [f"house{number:02}" for number in range(number)]
    pids = []
    with ExitStack() as stack:
        for name in names:
            folder = site.folder / name
            folder.mkdir(exist_ok=True)
            (folder / "Procfile").write_text("web: sleep 3600\n")
            process = _started(site, folder)
            stack.callback(end, process)
            pids.append(process.pid)
        files = site.runtime / "brummer" / "instances"
        wait_until(lambda: len([*files.glob("*.json")]) == number, limit=_LIMIT)
        yield Running(names, pids)
        site.sweep()


def _started(site: Site, folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*program.COMMAND, "--no-tui", "web"],
        cwd=folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _have_settled(pids: list[int]) -> bool:
    """Whether each program has imported its server, as what it takes shows."""
    return all(psutil.Process(pid).memory_info().rss > _MADE for pid in pids)


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        "Hub: from its start until it is ready",
        ("programs", "first answer s", "tools listed s", "all answered s", "met"),
    )
    for number in PROGRAMS:
        with program.scratch() as folder, new_site(folder) as site:
            with programs(site, number) as running:
                first = ready(site, running.names)
                later = [ready(site, running.names) for _ in range(ROUNDS)]
            table.add(f"{number}, where nobody expected it", *_cells([first]))
            table.add(f"{number}, asked before", *_cells(later))
            again = [_started_again(site, number) for _ in range(ROUNDS)]
            table.add(f"{number}, started again", *_cells(again))
        found = [_set_up(number) for _ in range(ROUNDS)]
        table.add(f"{number}, when a client was set up", *_cells(found))
    table.notes.append(
        f"Median of {ROUNDS} hubs, of one where nobody expected it: there programs"
        " import their servers when it comes.  Where an agent was lately, they do it by"
        " themselves when they have started, and those that run do it within seconds of"
        " 'brumctl mcp install'; the first hub after that is what is measured.  The"
        f" target is {TARGET} s until the tools are listed."
    )
    yield table


def _set_up(number: int) -> Ready:
    """Return when the first hub of all is ready after a client was set up for it."""
    with (
        program.scratch() as folder,
        new_site(folder) as site,
        programs(site, number) as running,
    ):
        done = site.ctl("mcp", "install", "cursor", "--create")
        assert done.returncode == 0, done.stderr
        return _first_of(site, running)


def _first_of(site: Site, running: Running) -> Ready:
    """Return when the first hub is ready, once programs have imported their servers."""
    wait_until(lambda: _have_settled(running.pids), limit=_LIMIT)
    time.sleep(_REST)
    return ready(site, running.names)


def _started_again(site: Site, number: int) -> Ready:
    """Return when the first hub is ready after programs were started again."""
    with programs(site, number) as running:
        return _first_of(site, running)


def _cells(found: list[Ready]) -> Iterator[str]:
    opened, listed, answered = (
        statistics.median(column) for column in zip(*found, strict=True)
    )
    yield from (f"{opened:.2f}", f"{listed:.2f}", f"{answered:.2f}")
    yield verdict(listed <= TARGET)
