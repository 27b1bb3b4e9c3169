"""What it costs to write what is printed to files as well.

Each row is measured with and without, by turns, in the same run.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import SystemClock
from brummer.core.threads import Role, spawn
from brummer.logs.detection import Detection
from brummer.logs.history.run import Run, size
from brummer.logs.history.thread import History, Surroundings
from brummer.logs.history.upkeep import Bounds, Upkeep
from brummer.logs.history.writer import HistoryWriter, Owner
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.bench import flood, peers, program
from tests.bench.emitter import new_emitter
from tests.bench.flood import Contestant, Load
from tests.bench.logs import PLAIN, ignore, read_of
from tests.bench.table import Table

ROUNDS: Final = 5

#: Lines that go straight to the log thread.
LINES: Final = 1_000_000
PROCESSES: Final = tuple(ProcessId(f"p{number}-1") for number in range(4))

_PART: Final = 8 * 1024**2
_QUOTA: Final = 1024**3


class Taken(NamedTuple):
    """How long something took, and how much of the processors' time."""

    wall: float
    cpu: float


def new_history(folder: Path) -> tuple[History, Path]:
    """Return a history in *folder* as the program has one, and where its run is."""
    clock = SystemClock()
    owner = Owner(
        instance="bench",
        project=folder,
        history=folder,
        started=clock.now(),
        describe=lambda _: None,
    )
    history = History(
        HistoryWriter(owner, part_bytes=_PART, clock=clock),
        Upkeep(
            folder, owner.folder, Bounds(max_bytes=_QUOTA, max_age=float("inf")), clock
        ),
        Surroundings(
            failed=ignore,
            recovered=ignore,
            spawn=partial(spawn, Role.HISTORY),
            clock=clock,
        ),
    )
    return history, owner.folder


def ingest(data: bytes, count: int, history: History | None) -> Taken:
    """Put *data* through the log thread, *count* times, and into *history*."""
    clock = SystemClock()
    detection = Detection((), max_findings=10, failed=ignore, clock=clock)
    outlets = Outlets(
        drained=ignore,
        publish=ignore,
        changed=ignore,
        failed=ignore,
        preserve=history.put if history else None,
    )
    log = LogThread(
        LogWriter(LogStore(), detection, outlets), LogStoreSettings(), clock
    )
    wall, cpu = time.perf_counter(), _cpu()
    for number in range(count):
        log.put(PROCESSES[number % len(PROCESSES)], Stream.OUT, data, clock.now())
    log.close()
    taken = Taken(time.perf_counter() - wall, 0.0)
    if history is not None:
        history.finish()
        history.join()
    return taken._replace(cpu=_cpu() - cpu)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rates() -> Table:
    """Measure what the log thread takes, with a history and without."""
    table = Table(
        "History: what the log thread takes, four processes by turns",
        ("reads of", "lines/s without", "lines/s with", "ratio", "CPU ratio", "lost"),
    )
    table.notes.append(
        f"Median of {ROUNDS} runs each way, by turns.  CPU: that of all threads, to the"
        " last byte in the files; packing comes later, when nothing is printed."
    )
    for name, data, count in (
        ("64 KiB", read_of(PLAIN), LINES // read_of(PLAIN).count(b"\n")),
        ("4 KiB", PLAIN * (4096 // len(PLAIN)), LINES // (4096 // len(PLAIN))),
        ("a line", PLAIN, LINES // 10),
    ):
        without, with_, lost = _by_turns(data, count)
        lines = data.count(b"\n") * count
        rate, other = lines / without.wall, lines / with_.wall
        table.add(
            name,
            f"{rate:,.0f}",
            f"{other:,.0f}",
            f"{other / rate:.2f}",
            f"{with_.cpu / without.cpu:.2f}",
            f"{lost:,}",
        )
    return table


def _by_turns(data: bytes, count: int) -> tuple[Taken, Taken, int]:
    """Return what a flood takes without a history, and with one, and what it lost."""
    without: list[Taken] = []
    with_: list[Taken] = []
    lost = 0
    for _ in range(ROUNDS):
        without.append(ingest(data, count, None))
        with tempfile.TemporaryDirectory() as folder:
            history, run = new_history(Path(folder))
            with_.append(ingest(data, count, history))
            lost += history.lost
            found = Run(run).extent()[1]
        assert found or lost, "nothing was written"
    return _median(without), _median(with_), lost


def _median(taken: list[Taken]) -> Taken:
    return Taken(*map(statistics.median, zip(*taken, strict=True)))


def floods() -> Iterator[Table]:
    """Measure the whole program, printing to a pipe, with a history and without."""
    with program.scratch() as folder:
        emitter = new_emitter(folder)
        for load in (Load(emitter), Load(emitter, lines=LINES, processes=1)):
            table = Table(
                f"History: {load.processes} x {load.lines:,} lines, headless",
                ("children on", "net s without", "net s with", "ratio", "CPU ratio"),
            )
            for name, tty in (("pipes", "false"), ("terminals", "true")):
                _add_flood(table, load, name, tty)
            yield table


def _add_flood(table: Table, load: Load, name: str, tty: str) -> None:
    outcomes: dict[str, list[flood.Outcome]] = {"false": [], "true": []}
    for _ in range(ROUNDS):
        for enabled, found in outcomes.items():
            found.append(flood.run(_contestant(load, tty, enabled), load))
    without, with_ = (
        Taken(
            statistics.median(outcome.net for outcome in found),
            statistics.median(outcome.cpu for outcome in found),
        )
        for found in outcomes.values()
    )
    table.add(
        name,
        f"{without.wall:.2f}",
        f"{with_.wall:.2f}",
        f"{without.wall / with_.wall:.2f}",
        f"{with_.cpu / without.cpu:.2f}",
    )


def _contestant(load: Load, tty: str, enabled: str) -> Contestant:
    names = list(load.commands)
    text = f"[history]\nenabled = {enabled}\n"
    text += "".join(f"[scripts.{name}]\ntty = {tty}\n" for name in names)
    way = peers.Way(
        words=["--no-tui", "--exit-on", "done", *names],
        texts={".brum.toml": text},
        prefix=rb"\[\d\d:\d\d:\d\d\] \w+: ",
    )
    return Contestant("brum", program.COMMAND, way)


def sizes() -> Table:
    """Measure what it takes on disk."""
    table = Table("History: bytes on disk for each of output", ("reads of", "bytes"))
    table.notes.append("Before packing: the output itself, and its index.")
    for name, data, count in (
        ("64 KiB", read_of(PLAIN), 100),
        ("a line", PLAIN, 10_000),
    ):
        with tempfile.TemporaryDirectory() as folder:
            history, run = new_history(Path(folder))
            ingest(data, count, history)
            table.add(name, f"{size(run) / (len(data) * count):.3f}")
    return table


def tables() -> Iterator[Table]:
    """Measure."""
    yield rates()
    yield sizes()
    yield from floods()
