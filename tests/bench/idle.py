"""What doing nothing costs: 20 processes that wait, and the screen on a terminal."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import psutil

from tests.bench import program
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.measure import MB, cpu, descendants
from tests.bench.table import Table, verdict
from tests.support.terminal import Terminal

CHILDREN: Final = 20
#: Longer than the ten that the target is for: the system counts in hundredths.
SECONDS: Final = 30.0

#: Seconds of CPU time in ten, and resident megabytes.
CPU_TARGET: Final = 0.05
MEMORY_TARGET: Final = 60.0

#: Seconds until everything that belongs to starting is over.
SETTLE: Final = 3.0


class Outcome(NamedTuple):
    """What one process of ours used: seconds of CPU time, and bytes of memory."""

    cpu: float
    resident: int
    unique: int


def run(
    emitter: Emitter, view: str, seconds: float = SECONDS, settle: float = SETTLE
) -> dict[str, Outcome]:
    """Let everything be idle in a view, and return what ours cost, by name."""
    commands = {f"p{n:02}": emitter.idle(f"p{n:02}") for n in range(CHILDREN)}
    with (
        program.project(commands) as site,
        Terminal(
            [*program.COMMAND, *commands],
            columns=120,
            rows=40,
            env=site.environment,
            cwd=site.folder,
        ) as terminal,
    ):
        terminal.wait_for("p00", limit=30)
        terminal.press(view)
        terminal.settle(settle)
        ours = {"brum": terminal.pid, "guardian": _guardian(terminal.pid)}
        before = {name: cpu(pid) for name, pid in ours.items()}
        terminal.settle(seconds)
        return {name: _outcome(pid, before[name]) for name, pid in ours.items()}


def _guardian(pid: int) -> int:
    """Return the pid of the guardian among what *pid* started."""
    found = descendants(pid).items()
    (guardian,) = [one for one, command in found if "guardian" in " ".join(command)]
    return guardian


def _outcome(pid: int, before: float) -> Outcome:
    memory = psutil.Process(pid).memory_full_info()
    return Outcome(cpu(pid) - before, memory.rss, memory.uss)


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        f"Idle: {CHILDREN} processes and the screen for {SECONDS:.0f} s",
        ("view", "process", "CPU s in 10", "target", "met", "RSS MB", "USS MB", "met"),
    )
    with program.scratch() as folder:
        emitter = new_emitter(folder)
        for key, view in (("2", "processes"), ("3", "logs")):
            for name, used in run(emitter, key).items():
                table.add(view, name, *_cells(name, used))
    table.notes.append(
        f"RSS target {MEMORY_TARGET:.0f} MB.  RSS counts what is shared with other"
        " processes, USS does not."
    )
    yield table


def _cells(name: str, used: Outcome) -> Iterator[str]:
    is_brum = name == "brum"
    per_ten = used.cpu * 10 / SECONDS
    yield f"{per_ten:.3f}"
    yield f"{CPU_TARGET}" if is_brum else ""
    yield verdict(per_ten <= CPU_TARGET) if is_brum else ""
    yield f"{used.resident / MB:.1f}"
    yield f"{used.unique / MB:.1f}"
    yield verdict(used.resident / MB <= MEMORY_TARGET) if is_brum else ""
