"""What it takes to keep what is printed, beside ``cat`` and others who keep it.

Two children print a file each, through a pipe or a terminal.  It is kept when it is
in files to the last byte: in our history, or in what the others call logs.  ``cat``
with the same channel and a file is the limit.  No child prints before whoever runs
it has come to rest, so what it takes to start is no part of a number.
"""

import gzip
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from tests.bench import peers, program
from tests.bench.detectors import FLOODS, OFF, Flood
from tests.bench.flood import end_tree
from tests.bench.measure import MB, Meter, metered
from tests.bench.peers import Way
from tests.bench.table import Table, verdict
from tests.support.site import Site
from tests.support.terminal import Terminal

#: Lines of each child, and how often each program is asked.
LINES: Final = 1_000_000
CHILDREN: Final = 2
ROUNDS: Final = 3

#: What is to be reached: lines a second over a channel, how many times the CPU
#: without detectors they may take, and resident bytes.
RATES: Final = {"pipe": 1_000_000, "terminal": 500_000}
MOST: Final = 3.0
MEMORY: Final = 120 * MB

#: Seconds: to start, of rest before anything is printed, without a byte more.
_START: Final = 30.0
_REST: Final = 0.5
_SILENCE: Final = 10.0
_PAUSE: Final = 0.01

#: A part of CPU time that is rest.
_LITTLE: Final = 0.05

_Pause = Callable[[float], object]


class Outcome(NamedTuple):
    """What it took: seconds, bytes at most and at the end; lines that are missing."""

    wall: float
    cpu: float
    peak: float
    after: float
    lost: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program that keeps what its children print over a *channel*.

    Its files are in the project, or in the user's *home*.
    """

    name: str
    channel: str
    command: Sequence[str]
    way: Way
    in_home: bool = False

    def files(self, site: Site) -> "Files":
        """Return where it keeps what is printed."""
        folder = site.home if self.in_home else site.folder
        return Files(folder, self.way.files or "", self.way.ends)


class Load:
    """Children that print *text* each, once they may, and then stay.

    Each reads from a named pipe of its own before and after.
    """

    def __init__(self, folder: Path, text: bytes, children: int = CHILDREN) -> None:
        self.text: Final = text
        self._folder = folder
        self._file = folder / "text"
        self._file.write_bytes(text)
        self._gates = {
            f"p{number}": folder / f"gate{number}" for number in range(children)
        }
        for gate in self._gates.values():
            os.mkfifo(gate)

    @property
    def lines(self) -> int:
        """The lines of all children together."""
        return self.text.count(b"\n") * len(self._gates)

    def size(self, ends: bytes) -> int:
        """Return the bytes of all children together, with other *ends* of lines."""
        return len(self.text) * len(self._gates) + self.lines * (len(ends) - 1)

    def commands(self) -> Mapping[str, str]:
        """Return the commands by their names."""
        found = {}
        for name, gate in self._gates.items():
            script = self._folder / f"print-{name}"
            wait = f"read _ < {gate}"
            script.write_text(f"#!/bin/sh\n{wait}\ncat {self._file}\n{wait}\n")
            script.chmod(0o700)
            found[name] = str(script)
        return found

    def is_work(self, command: Sequence[str]) -> bool:
        """Whether a process with this command line is a child, or part of one."""
        return any(word.startswith(str(self._folder)) for word in command[:2])

    @contextmanager
    def gates(self) -> Iterator[Callable[[], None]]:
        """Wait until all children wait; yield what lets them print."""
        with ExitStack() as stack:
            opened = [stack.enter_context(_opened(g)) for g in self._gates.values()]

            def begin() -> None:
                for gate in opened:
                    os.write(gate, b"\n")

            yield begin


@contextmanager
def _opened(gate: Path) -> Iterator[int]:
    """Open a named pipe to write to, once somebody reads."""
    deadline = time.monotonic() + _START
    descriptor = -1
    while descriptor < 0:
        try:
            descriptor = os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(_PAUSE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Files:
    """The files below *folder* that match *pattern*; their lines have other *ends*."""

    folder: Path
    pattern: str
    ends: bytes = b"\n"

    def size(self) -> int:
        """Return how many bytes are in all."""
        return sum(map(_size, self.folder.glob(self.pattern)))

    def follow(self, size: int, pause: _Pause) -> float:
        """Return when *size* bytes were there, or the last of fewer came."""
        known, came = 0, time.monotonic()
        while known < size:
            pause(_PAUSE)
            found, now = self.size(), time.monotonic()
            if found > known:
                known, came = found, now
            elif now - came > _SILENCE:
                break
        return came

    def lost(self, load: Load) -> int:
        """Return how many lines of *load* are not where they should be."""
        logs: dict[Path, list[bytes]] = {}
        for path in sorted(self.folder.glob(self.pattern)):
            # The parts of one log have a folder for themselves, whole ones do not.
            log = path.parent if path.name[:1].isdigit() else path
            is_packed = path.suffix == ".gz"
            content = path.read_bytes()
            logs.setdefault(log, []).append(
                gzip.decompress(content) if is_packed else content
            )
        found = (b"".join(parts).replace(self.ends, b"\n") for parts in logs.values())
        return load.lines - sum(_kept(log, load.text) for log in found)


def _size(path: Path) -> int:
    """Return how many bytes are in a file that may go, or become a packed one."""
    with suppress(OSError):
        if path.suffix != ".gz":
            return path.stat().st_size
        return _unpacked_size(path)
    return 0


@lru_cache(1000)
def _unpacked_size(path: Path) -> int:
    return len(gzip.decompress(path.read_bytes()))


def _kept(found: bytes, expected: bytes) -> int:
    """Return how many lines of *expected* are in *found*, each in its place."""
    if found == expected:
        return expected.count(b"\n")
    pairs = zip(found.split(b"\n"), expected.split(b"\n"), strict=False)
    return sum(one == other for one, other in pairs if other)


def run(contestant: Contestant, load: Load) -> Outcome:
    """Run one program once."""
    way = contestant.way
    with program.project(load.commands()) as site:
        for name, text in way.texts.items():
            site.write(name, text)
        start = _in_terminal if way.needs_terminal else _in_silence
        with start([*contestant.command, *way.words], site) as (pid, pause):
            try:
                return _measured(pid, contestant.files(site), load, pause)
            finally:
                psutil.Process(pid).resume()
                end_tree(pid)


def _measured(pid: int, files: Files, load: Load, pause: _Pause) -> Outcome:
    with metered(pid, load.is_work) as meter, load.gates() as begin:
        used = _rested(meter, pause)
        began = time.monotonic()
        begin()
        wall = files.follow(load.size(files.ends), pause) - began
        after = meter.look()
        # What is complete is soon put in order, packed, or sent away.
        psutil.Process(pid).suspend()
        return Outcome(wall, meter.cpu - used, meter.peak, after, files.lost(load))


def _rested(meter: Meter, pause: _Pause) -> float:
    """Wait until next to nothing is done; return the CPU seconds until then."""
    deadline = time.monotonic() + _START
    used = float("-inf")
    while meter.cpu - used > _REST * _LITTLE and time.monotonic() < deadline:
        used = meter.cpu
        pause(_REST)
    return meter.cpu


@contextmanager
def _in_silence(command: Sequence[str], site: Site) -> Iterator[tuple[int, _Pause]]:
    with subprocess.Popen(
        command,
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield process.pid, threading.Event().wait


@contextmanager
def _in_terminal(command: Sequence[str], site: Site) -> Iterator[tuple[int, _Pause]]:
    with Terminal(
        command, columns=120, rows=40, env=site.environment, cwd=site.folder
    ) as terminal:
        yield terminal.pid, terminal.settle


def limits(load: Load) -> Iterator[Contestant]:
    """Yield ``cat``."""
    for channel in RATES:
        words = ["-m", "tests.bench.copy", channel, "output", *load.commands().values()]
        way = Way(words=words, texts={"output/.keep": ""}, files="output/*.log")
        yield Contestant("cat", channel, [sys.executable], way)


def ours(load: Load, *options: str) -> Iterator[Contestant]:
    """Yield our own program, with *options*."""
    names = list(load.commands())
    for channel in RATES:
        tty = "true" if channel == "terminal" else "false"
        text = "".join(f"[scripts.{name}]\ntty = {tty}\n" for name in names)
        way = Way(
            words=["--no-tui", *options, *names],
            texts={".brum.toml": text},
            files="state/**/history/*/*/[0-9]*.log*",
        )
        name = "brum, no detectors" if options else "brum"
        yield Contestant(name, channel, program.COMMAND, way, in_home=True)


def others(load: Load, folder: Path, table: Table) -> Iterator[Contestant]:
    """Yield the peers; a note says which are not here."""
    for peer in peers.KEEPERS:
        command = peers.found(peer, folder)
        if command is None:
            table.notes.append(f"{peer.name} is not here.")
            continue
        way = peer.way(load.commands())
        channel = "terminal" if way.needs_terminal else "pipe"
        name = f"{peer.name} {peers.version(command)}"
        yield Contestant(name, channel, [str(command)], way)


def tables() -> Iterator[Table]:
    """Measure everybody: without errors, and with one line in 100 a part of one."""
    with peers.home() as home:
        for flood in FLOODS[:2]:
            with program.scratch() as folder:
                yield _table(flood, folder, home)


def _table(flood: Flood, folder: Path, home: Path) -> Table:
    flood.write(folder / "flood", LINES)
    load = Load(folder, (folder / "flood").read_bytes())
    table = Table(
        f"Ingest: {CHILDREN} x {LINES:,} lines, {flood.name}",
        (
            *("program", "channel", "lines/s", "CPU s/million", "of cat's"),
            *("peak MB", "MB after", "lost"),
        ),
    )
    without = list(ours(load, *OFF))
    with_ = list(ours(load))
    everybody = [*limits(load), *with_, *without, *others(load, home, table)]
    # One round after the other, so that a busy minute hits everybody.
    rounds = [[run(one, load) for one in everybody] for _ in range(ROUNDS)]
    found = {
        (one.name, one.channel): _median(outcomes)
        for one, *outcomes in zip(everybody, *rounds, strict=True)
    }
    for (name, channel), outcome in found.items():
        table.add(name, channel, *_cells(outcome, found["cat", channel], load.lines))
    table.notes += [_verdict(channel, found, load.lines) for channel in RATES]
    table.notes.append(_ABOUT)
    return table


_ABOUT: Final = (
    f"Median of {ROUNDS} runs; lost of the worst.  From the first byte that is printed"
    " until the last is in a file; CPU and memory (resident, the sum) are those of the"
    " program and what it starts, without the children.  All detectors are on unless"
    " it says that they are not."
)


def _median(outcomes: Sequence[Outcome]) -> Outcome:
    *measured, lost = zip(*outcomes, strict=True)
    wall, cpu, peak, after = map(statistics.median, measured)
    return Outcome(wall, cpu, peak, after, max(lost))


def _cells(outcome: Outcome, limit: Outcome, lines: int) -> Iterator[str]:
    yield f"{lines / outcome.wall:,.0f}"
    yield f"{outcome.cpu / lines * 1e6:.2f}"
    yield f"{outcome.cpu / limit.cpu:.1f}" if limit.cpu else ""
    yield f"{outcome.peak / MB:.0f}"
    yield f"{outcome.after / MB:.0f}"
    yield f"{outcome.lost:,}"


def _verdict(channel: str, found: Mapping[tuple[str, str], Outcome], lines: int) -> str:
    on, off = found["brum", channel], found["brum, no detectors", channel]
    rate, ratio = lines / on.wall, on.cpu / off.cpu
    memory = max(on.peak, on.after)
    return (
        f"Targets, {channel}: {RATES[channel]:,} lines/s, met:"
        f" {verdict(rate >= RATES[channel])}; detectors at most {MOST:.0f} times the"
        f" CPU, {ratio:.2f}, met: {verdict(ratio <= MOST)}; {MEMORY / MB:.0f} MB, met:"
        f" {verdict(memory <= MEMORY)}."
    )
