"""How many calls agents get answered, beside the SDK's bare server.

Two hundred clients call ``scripts_status`` and ``logs_search`` all the time, while
twenty processes print and one after the other is stopped and started again.  The bare
server answers the same clients with an empty tool, in the same minute, while the
program beside it has the same processes.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Final, NamedTuple

import psutil

from tests.bench import keys, program
from tests.bench.caller import ERAS, Call
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.measure import MB, cpu
from tests.bench.table import Table, verdict
from tests.support.site import Site
from tests.support.terminal import Terminal

CLIENTS: Final = 200
PROCESSES: Final = 20
#: Lines a second of each.
RATE: Final = 250
SECONDS: Final = 6.0
KEYS: Final = 100
ROUNDS: Final = 5

#: The part of the bare server's rate that is the target.
TARGET: Final = 0.7

#: Texts that are looked for: agents look for few things, each again and again.
_TEXTS: Final = ("error", "user=alice", "line 000000100", "failed", "items/000200")

#: What clients call.
CALLS: Final = tuple(
    chain.from_iterable(
        (Call("scripts_status", {}), Call("logs_search", {"query": text}))
        for text in _TEXTS
    )
)
_EMPTY: Final = (Call("empty", {}),)
#: Longer than all of it takes.
_LONG: Final = 3_600


class Server(NamedTuple):
    """A server that is measured."""

    pid: int
    port: int
    token: str = ""


class Outcome(NamedTuple):
    """What a load came to: times in milliseconds, CPU in those of one call."""

    rate: float
    times: list[float]
    cpu: float
    failed: int
    wrong: list[str]

    def slowest(self, percent: int) -> float:
        """Return the time that so many percent of calls did not take."""
        return statistics.quantiles(self.times, n=100)[percent - 1]


class Load(NamedTuple):
    """How many clients call what, for how long."""

    era: str
    clients: int = CLIENTS
    seconds: float = SECONDS
    calls: Sequence[Call] = CALLS
    pause: float = 0.0


def put(load: Load, server: Server) -> Outcome:
    """Put a load on a server, from a process of its own."""
    before = cpu(server.pid)
    process = _caller(load, server)
    told, _ = process.communicate()
    assert process.returncode == 0, "a client has broken off"
    found = json.loads(told)
    used = cpu(server.pid) - before
    times = list(chain.from_iterable(found["times"].values()))
    return Outcome(
        rate=len(times) / found["seconds"],
        times=times,
        cpu=used * 1000 / len(times),
        failed=found["failed"],
        wrong=found["wrong"],
    )


def _caller(load: Load, server: Server) -> "subprocess.Popen[str]":
    job = {**load._asdict(), "port": server.port, "token": server.token}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.caller", json.dumps(job)],
        cwd=program.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def bare() -> Iterator[Server]:
    """Run the bare server."""
    command = [sys.executable, "-m", "tests.bench.bare"]
    with subprocess.Popen(
        command, cwd=program.ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Server(process.pid, json.loads(process.stdout.readline())["port"])
        finally:
            process.kill()


@contextmanager
def ours(emitter: Emitter, rate: int = RATE) -> Iterator[Server]:
    """Run the program with processes that print, and are started anew by turns."""
    commands = _commands(emitter, rate)
    with program.project(commands) as site:
        process = subprocess.Popen(
            [*program.COMMAND, "--no-tui", "-p", "0", *commands],
            cwd=site.folder,
            env=site.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with process:
            try:
                server = _found(site, process.pid)
                with _churning(server, list(commands)):
                    yield server
            finally:
                process.terminate()


def _commands(emitter: Emitter, rate: int) -> dict[str, str]:
    names = [f"p{number:02}" for number in range(PROCESSES)]
    return {name: emitter.rate(name, rate, _LONG) for name in names}


def _found(site: Site, pid: int) -> Server:
    """Return where the program is served, when it is, and has made its server."""
    site.wait_for_instance()
    server = Server(pid, *site.server())
    put(Load(ERAS[1], 1, 0.1, [Call("scripts_list", {})]), server)
    return server


@contextmanager
def _churning(server: Server, names: Sequence[str]) -> Iterator[None]:
    """Stop and start one process after the other while a block lasts."""
    calls = [Call("scripts_stop", {"process": n, "restart": True}) for n in names]
    load = Load(ERAS[1], 1, _LONG, calls, pause=0.2)
    process = _caller(load, server)
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def tables() -> Iterator[Table]:
    """Measure."""
    with program.scratch() as folder:
        emitter = new_emitter(folder)
        yield _calls_table(emitter)
        yield _keys_table(emitter)


def _calls_table(emitter: Emitter) -> Table:
    table = Table(
        f"Agents: {CLIENTS} clients, {PROCESSES} processes that print and come and go",
        (
            "server",
            "protocol",
            *("calls/s", "p50 ms", "p99 ms", "CPU ms", "failed"),
            *("ratio", "target", "met"),
        ),
    )
    with ours(emitter) as program_, bare() as other:
        servers = {"bare SDK": (other, _EMPTY), "brum": (program_, CALLS)}
        for era in ERAS:
            # One round after the other, so that a busy minute hits both.
            rounds = [
                {name: put(Load(era, calls=c), s) for name, (s, c) in servers.items()}
                for _ in range(ROUNDS)
            ]
            ratios = [one["brum"].rate / one["bare SDK"].rate for one in rounds]
            for name in servers:
                row = _cells([one[name] for one in rounds])
                is_ours = name == "brum"
                table.add(name, era, *row, *(_met(ratios) if is_ours else ()))
        resident = psutil.Process(program_.pid).memory_info().rss
    table.notes.append(
        f"Median of {ROUNDS} rounds of {SECONDS:.0f} s.  Half of the calls are"
        f" scripts_status, half logs_search for one of {len(_TEXTS)} texts in all that"
        f" was printed; each process prints {RATE} lines a second.  CPU is that of the"
        " server's process, ours with the processes' output; the bare server's tool"
        f" does nothing.  brum had {resident / MB:.0f} MB in the end."
    )
    return table


def _cells(outcomes: Sequence[Outcome]) -> Iterator[str]:
    parts: Sequence[Callable[[Outcome], float]] = (
        lambda one: one.rate,
        lambda one: one.slowest(50),
        lambda one: one.slowest(99),
    )
    for part in parts:
        yield f"{statistics.median(map(part, outcomes)):,.0f}"
    yield f"{statistics.median(one.cpu for one in outcomes):.2f}"
    yield str(sum(one.failed for one in outcomes))


def _met(ratios: Sequence[float]) -> Iterator[str]:
    ratio = statistics.median(ratios)
    yield f"{ratio:.2f}"
    yield f"{TARGET}"
    yield verdict(ratio >= TARGET)


class Beside(NamedTuple):
    """What goes on while keys are pressed; *is_ours* if the program has to do it."""

    load: Load | None = None
    is_ours: bool = True


#: Nothing, what a busy team of agents asks, and all that two hundred can: of the bare
#: server, which keeps the machine as busy but is another process, and of ours.
_BESIDE: Final[dict[str, Beside]] = {
    "nobody": Beside(),
    "20 agents, 2 calls/s each": Beside(Load(ERAS[1], 20, _LONG, CALLS, pause=0.5)),
    f"{CLIENTS} clients of the bare SDK": Beside(
        Load(ERAS[1], CLIENTS, _LONG, _EMPTY), is_ours=False
    ),
    f"{CLIENTS} agents, all they can": Beside(Load(ERAS[1], CLIENTS, _LONG)),
}


def _keys_table(emitter: Emitter) -> Table:
    table = Table(
        f"Key to screen beside agents, {KEYS} keys each",
        ("agents", "key", "p50 ms", "p99 ms", "worst ms"),
    )
    for about, beside in _BESIDE.items():
        for kind, times in pressed(emitter, beside, KEYS).items():
            row = (statistics.median(times), _p99(times), max(times))
            table.add(about, kind, *(f"{value:.1f}" for value in row))
    table.notes.append("As above, with the screen; see the keys for what they are.")
    return table


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def pressed(emitter: Emitter, beside: Beside, number: int) -> dict[str, list[float]]:
    """Press keys while something goes on, and return the milliseconds each took."""
    commands = _commands(emitter, RATE)
    with (
        program.project(commands) as site,
        Terminal(
            [*program.COMMAND, "-p", "0", *commands],
            columns=120,
            rows=40,
            env=site.environment,
            cwd=site.folder,
        ) as terminal,
    ):
        terminal.wait_for("[2Processes]", limit=30)
        # In any case, so that there is a server.
        server = _found(site, terminal.pid)
        with _loaded(beside, server):
            terminal.settle(2.0)
            return keys.pressed(terminal, number)


@contextmanager
def _loaded(beside: Beside, server: Server) -> Iterator[None]:
    """Have something go on while a block lasts."""
    if beside.load is None:
        yield
        return
    with ExitStack() as stack:
        if not beside.is_ours:
            server = stack.enter_context(bare())
        process = _caller(beside.load, server)
        stack.callback(process.communicate)
        stack.callback(process.kill)
        yield
