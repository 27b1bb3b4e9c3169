"""Four processes that print 100,000 lines each, here and with others.

A line is 84 bytes with a number, so that what was lost, cut in two or put into
another order can be counted.  Every process stays for two seconds after its last
line: nobody is to lose lines because a process ended.
"""

import signal
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from tests.bench import peers, program
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.measure import MB, Meter, metered
from tests.bench.stream import Arrival, FileSource, PipeSource, Source
from tests.bench.table import Table
from tests.bench.tally import Tally, tally
from tests.support.site import Site
from tests.support.terminal import Terminal

PROCESSES: Final = 4
LINES: Final = 100_000
ROUNDS: Final = 3

#: Seconds that a process stays after its last line.
_STAY: Final = 2.0

#: Seconds without a line after which no more are expected.
_SILENCE: Final = 5.0


class Outcome(NamedTuple):
    """What one run came to; *wall* counts from exec, *net* from the first line."""

    wall: float
    net: float
    cpu: float
    peak: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program to measure."""

    name: str
    command: Sequence[str]
    way: peers.Way


@dataclass(frozen=True, slots=True)
class Load:
    """What is run: so many *lines* each from so many *processes*."""

    emitter: Emitter
    lines: int = LINES
    processes: int = PROCESSES
    stay: float = _STAY

    @property
    def commands(self) -> dict[str, str]:
        """The commands by their names."""
        names = [f"p{number}" for number in range(self.processes)]
        return {n: self.emitter.flood(n, self.lines, self.stay) for n in names}

    @property
    def expected(self) -> int:
        """The lines of all together."""
        return self.lines * self.processes


def ours(load: Load) -> Iterator[Contestant]:
    """Yield our own program, its children on terminals and on pipes."""
    names = list(load.commands)
    words = ["--no-tui", "--exit-on", "done", *names]
    pipes = "".join(f"[scripts.{name}]\ntty = false\n" for name in names)
    for name, texts in (
        ("brum, terminals", {}),
        ("brum, pipes", {".brum.toml": pipes}),
    ):
        prefix = rb"\[\d\d:\d\d:\d\d\] \w+: "
        yield Contestant(
            name, program.COMMAND, peers.Way(words=words, texts=texts, prefix=prefix)
        )


def run(contestant: Contestant, load: Load) -> Outcome:
    """Run one program once."""
    way = contestant.way
    with program.project(load.commands) as site:
        for name, text in way.texts.items():
            site.write(name, text)
        command = [*contestant.command, *way.words]
        began = time.monotonic()
        start = _in_terminal if way.needs_terminal else _with_pipe
        with start(command, site, way.files) as (pid, source):
            with metered(pid, load.emitter.is_run_by) as meter:
                arrival = Arrival(source, load.expected, silence=_SILENCE)
                arrival.follow()
                meter.look()
            end_tree(pid)
    return _outcome(arrival, began, meter, tally(source.parts(), way.prefix))


def _outcome(arrival: Arrival, began: float, meter: Meter, counted: Tally) -> Outcome:
    wall, net = arrival.last - began, arrival.last - arrival.first
    return Outcome(wall, net, meter.cpu, meter.peak, counted)


@contextmanager
def _with_pipe(
    command: Sequence[str], site: Site, files: str | None
) -> Iterator[tuple[int, Source]]:
    process = subprocess.Popen(
        command,
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if files else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        if process.stdout is not None:
            yield process.pid, PipeSource(process.stdout.fileno())
        else:
            yield process.pid, FileSource(site.folder, files or "", None)


@contextmanager
def _in_terminal(
    command: Sequence[str], site: Site, files: str | None
) -> Iterator[tuple[int, Source]]:
    with Terminal(
        command, columns=120, rows=40, env=site.environment, cwd=site.folder
    ) as terminal:
        source = FileSource(site.folder, files or "", terminal.settle)
        yield terminal.pid, source


def end_tree(pid: int) -> None:
    """End a program and what it started, kindly at first."""
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
        root.send_signal(signal.SIGINT)
        _, living = psutil.wait_procs(tree, timeout=_STAY + 1)
        for process in living:
            with suppress(psutil.Error):
                process.kill()


def _others(load: Load, folder: Path, table: Table) -> Iterator[Contestant]:
    """Yield the peers; a note says which are not here."""
    for peer in peers.PEERS:
        command = peers.found(peer, folder)
        if command is None:
            table.notes.append(f"{peer.name} is not here.")
            continue
        name = f"{peer.name} {peers.version(command)}"
        yield Contestant(name, [str(command)], peer.way(load.commands))


def tables() -> Iterator[Table]:
    """Measure everybody."""
    with program.scratch() as folder, peers.home() as home:
        load = Load(new_emitter(folder))
        table = _table(load)
        contestants = [*ours(load), *_others(load, home, table)]
        # One round after the other, so that a busy minute hits everybody.
        rounds = [[run(one, load) for one in contestants] for _ in range(ROUNDS)]
        for one, *outcomes in zip(contestants, *rounds, strict=True):
            table.add(one.name, *_cells(outcomes, load.expected))
        yield table


def _table(load: Load) -> Table:
    table = Table(
        f"Flood: {PROCESSES} x {LINES:,} lines of 84 bytes",
        (
            "program",
            *("wall s", "net s", "CPU s", "peak MB"),
            *("intact", "lost", "split", "disordered"),
        ),
    )
    table.notes.append(
        f"Median of {ROUNDS} runs, counts of the worst.  Wall: from exec to the last"
        " line; net: from the first line.  CPU and memory (resident, the peak of the"
        " sum) are those of the program's whole tree without the four processes,"
        f" which stay for {_STAY:.0f} s after their last line; {load.emitter.about}."
    )
    return table


def _cells(outcomes: Sequence[Outcome], expected: int) -> Iterator[str]:
    for name, scale in (("wall", 1.0), ("net", 1.0), ("cpu", 1.0), ("peak", MB)):
        median = statistics.median(getattr(outcome, name) for outcome in outcomes)
        yield f"{median / scale:.2f}" if scale == 1.0 else f"{median / scale:.0f}"
    worst = min((outcome.tally for outcome in outcomes), key=lambda t: t.intact)
    yield f"{worst.intact:,}"
    yield f"{expected - worst.intact:,}"
    yield f"{max(outcome.tally.split for outcome in outcomes):,}"
    yield f"{max(outcome.tally.disordered for outcome in outcomes):,}"
