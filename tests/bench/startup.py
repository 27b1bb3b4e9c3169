"""How long it takes until something is there."""

import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench import program
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.measure import cpu, stopwatch
from tests.bench.table import Table, verdict
from tests.support.terminal import Terminal
from tests.support.wait import wait_until

ROUNDS: Final = 7
SCRIPTS: Final = 50
CHILDREN: Final = 20

#: Seconds: a first frame, ``--version`` beyond the bare interpreter, all children.
FRAME_TARGET: Final = 0.4
VERSION_TARGET: Final = 0.1
CHILDREN_TARGET: Final = 0.5

#: What the program with its screen has imported when the first frame is there.
_IMPORTS: Final = (
    "import brummer.cli.main, brummer.config.load, brummer.app.start,"
    " brummer.tui.frontend"
)

_IMPORT_TIME: Final = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


class Timing(NamedTuple):
    """Seconds that passed, and those of CPU time where they can be told.

    On a busy machine the second number says more.
    """

    wall: float
    cpu: float | None = None


def bare() -> Timing:
    """Start an interpreter that does nothing."""
    return _seconds_of([sys.executable, "-c", "pass"])


def version() -> Timing:
    """Ask ``brum`` for its version."""
    return _seconds_of([*program.COMMAND, "--version"])


def _seconds_of(command: list[str]) -> Timing:
    before, passed = resource.getrusage(resource.RUSAGE_CHILDREN), stopwatch()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, cwd="/", env=_environment(), check=True
    )
    wall, after = passed(), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Timing(wall, used)


def _environment() -> dict[str, str]:
    """Return ours, with the modules compiled as users have them."""
    return {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPATH": program.python_path(),
    }


def first_frame(scripts: int = SCRIPTS) -> Timing:
    """Wait until the screen shows the first of so many scripts."""
    commands = {f"script-{n:02}": "sleep 60" for n in range(scripts)}
    with program.project(commands) as site:
        passed = stopwatch()
        with Terminal(
            program.COMMAND,
            columns=120,
            rows=40,
            env=site.environment,
            cwd=site.folder,
        ) as terminal:
            terminal.wait_for("script-00", limit=30)
            return Timing(passed(), cpu(terminal.pid))


def children_up(emitter: Emitter, children: int = CHILDREN) -> Timing:
    """Wait until the last of so many children runs.

    They say so themselves, by the clock that the system has for all processes.
    """
    commands = {f"p{n}": emitter.idle(f"p{n}") for n in range(children)}
    with program.project(commands) as site:
        log = site.folder / "up.log"
        log.touch()
        site.environment["EMIT_LOG"] = str(log)
        began = time.monotonic()
        with site.brum("--no-tui", *commands) as process:
            wait_until(lambda: _up(log) >= children, limit=60)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        return Timing(max(float(line.split()[1]) for line in _lines(log)) - began)


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="ascii").splitlines()


def _up(log: Path) -> int:
    return len(_lines(log))


def imports(statement: str = _IMPORTS) -> Counter[str]:
    """Return the microseconds that importing takes, by top-level package."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement],
        capture_output=True,
        text=True,
        env=_environment(),
        check=True,
    )
    spent: Counter[str] = Counter()
    for own, module in _IMPORT_TIME.findall(done.stderr):
        spent[module.partition(".")[0]] += int(own)
    return spent


def tables() -> Iterator[Table]:
    """Measure."""
    with program.scratch() as folder:
        emitter = new_emitter(folder)
        yield _times(emitter)
    yield _imports()


def _times(emitter: Emitter) -> Table:
    table = Table(
        "Start",
        ("what", "median s", "best s", "worst s", "CPU s", "target", "met"),
    )
    nothing = _row(table, "python -c pass", bare)
    own = _row(table, "brum --version", version)
    beyond = own - nothing
    table.add(
        "brum --version beyond python",
        f"{beyond:.3f}",
        *("", "", "", f"{VERSION_TARGET}", verdict(beyond < VERSION_TARGET)),
    )
    _row(table, f"first frame with {SCRIPTS} scripts", first_frame, FRAME_TARGET)
    _row(
        table,
        f"{CHILDREN} children up",
        lambda: children_up(emitter),
        CHILDREN_TARGET,
    )
    table.notes.append(
        f"{ROUNDS} runs each, from exec.  The first frame includes an interpreter"
        " without site-packages that takes the terminal, as a shell would."
        f"  brum is {program.ABOUT}."
    )
    return table


def _row(
    table: Table,
    name: str,
    measured: Callable[[], Timing],
    target: float | None = None,
) -> float:
    measured()  # The first one fills the caches of the system.
    timings = [measured() for _ in range(ROUNDS)]
    times = sorted(timing.wall for timing in timings)
    used = [timing.cpu for timing in timings if timing.cpu is not None]
    median = statistics.median(times)
    cells = [f"{median:.3f}", f"{times[0]:.3f}", f"{times[-1]:.3f}"]
    cells.append(f"{statistics.median(used):.3f}" if used else "")
    cells += [f"{target}", verdict(median < target)] if target else []
    table.add(name, *cells)
    return median


def _imports() -> Table:
    runs = [imports() for _ in range(ROUNDS)]
    packages = {name for run in runs for name in run}
    spent = {name: statistics.median(run[name] for run in runs) for name in packages}
    table = Table("Imports before the first frame", ("package", "ms"))
    for name in sorted(spent, key=lambda name: -spent[name])[:15]:
        table.add(name, f"{spent[name] / 1000:.1f}")
    table.add("all", f"{sum(spent.values()) / 1000:.1f}")
    table.notes.append(
        "Own time of all modules of a package, by -X importtime, which makes it longer;"
        " median."
    )
    return table
