"""How long a key takes to show its effect while a process prints.

From writing the key into the terminal until an emulator shows what it does,
which the emulator's own work is part of.  *View* goes back and forth between two
views, *type* types letters into the filter of the list.  *search* types letters into a
search, each of which begins to look through the whole log again, in memory and files;
*filter* pages through a log that shows some of its lines while they are looked for.
"""

import re
import shlex
import statistics
import time
from collections.abc import Iterator
from typing import Final

from tests.bench import program
from tests.bench.emitter import Emitter, new_emitter
from tests.bench.table import Table, verdict
from tests.support.terminal import Terminal

KEYS: Final = 200
RATES: Final = (0, 10_000, 100_000)

#: The rate that the target is for, and the target: the slowest of a hundred, ms.
TARGET_RATE: Final = 10_000
TARGET: Final = 50.0

#: Lines that are there to be searched.
SEARCHED: Final = 1_000_000

#: Seconds between two keys, not a multiple of what frames take.
_PAUSE: Final = 0.037

#: Longer than all keys take.
_MINUTES: Final = 600


def run(emitter: Emitter, rate: int, keys: int) -> dict[str, list[float]]:
    """Press keys and return the milliseconds that each took, by kind."""
    command = emitter.rate("p0", rate, _MINUTES) if rate else emitter.idle("p0")
    with (
        program.project({"p0": command, "other": "true"}) as site,
        Terminal(
            [*program.COMMAND, "p0"],
            columns=120,
            rows=40,
            env=site.environment,
            cwd=site.folder,
        ) as terminal,
    ):
        terminal.wait_for("[2Processes]", limit=30)
        terminal.settle(1.0)
        return pressed(terminal, keys)


def pressed(terminal: Terminal, keys: int) -> dict[str, list[float]]:
    """Press keys in a terminal, and return the milliseconds each took, by kind."""
    return {"view": _switch(terminal, keys), "type": _type(terminal, keys)}


def run_searching(
    emitter: Emitter, rate: int, keys: int, lines: int = SEARCHED
) -> dict[str, list[float]]:
    """Press keys while *lines* are searched and more arrive, as :func:`run` does."""
    script = f"{emitter.flood('p0', lines, 0)}; {emitter.rate('p0', rate, _MINUTES)}"
    command = shlex.join(["sh", "-c", script])
    with (
        program.project({"p0": command}) as site,
        Terminal(
            [*program.COMMAND, "p0"],
            columns=120,
            rows=40,
            env=site.environment,
            cwd=site.folder,
        ) as terminal,
    ):
        terminal.wait_for("[2Processes]", limit=30)
        terminal.press("3")
        terminal.wait_until(
            lambda: _lines(terminal) > lines, "the lines do not come", limit=_MINUTES
        )
        return {"search": _search(terminal, keys), "filter": _move(terminal, keys)}


def _lines(terminal: Terminal) -> int:
    """Return how many lines the title counts."""
    found = re.search(r"([\d,]+) lines", terminal.text()[1])
    return int(found[1].replace(",", "")) if found else 0


def _search(terminal: Terminal, keys: int) -> list[float]:
    """Type letters into a search that finds nothing, and take them away again."""
    terminal.press("/")
    terminal.wait_for("case")
    times, text = [], ""
    for number in range(keys):
        letter = "qzjvkwyuhg"[number % 10]
        text += letter
        times.append(_time(terminal, letter, f"\n/{text} "))
        if len(text) == 10:
            terminal.press(*["backspace"] * len(text))
            terminal.wait_for("\n/  ")
            text = ""
    terminal.press("esc")
    terminal.settle(1.0)
    return times


def _move(terminal: Terminal, keys: int) -> list[float]:
    """Page up and down in a log that shows some of its lines."""
    terminal.press("&", "9", "9", "enter")
    terminal.wait_for("&99", limit=30)
    return [
        _page(terminal, ("page up", "page down")[number % 2]) for number in range(keys)
    ]


def _page(terminal: Terminal, key: str) -> float:
    before = terminal.text()[5:10]
    began = time.perf_counter()
    terminal.press(key)
    # What stands still changes for no other reason.
    terminal.wait_until(lambda: terminal.text()[5:10] != before, "nothing moves")
    took = time.perf_counter() - began
    terminal.settle(_PAUSE)
    return took * 1000


def _switch(terminal: Terminal, keys: int) -> list[float]:
    """Go to the log and back."""
    pairs = (("3", "[3Logs]"), ("2", "[2Processes]"))
    return [_time(terminal, *pairs[number % 2]) for number in range(keys)]


def _type(terminal: Terminal, keys: int) -> list[float]:
    """Type letters into the filter of the processes, and take them away again."""
    terminal.press("2")
    terminal.wait_for("[2Processes]")
    terminal.press("/")
    terminal.wait_for("filter:")
    times, text = [], ""
    for number in range(keys):
        letter = "abcdefghij"[number % 10]
        text += letter
        times.append(_time(terminal, letter, f"filter: {text}"))
        if len(text) == 10:
            terminal.press(*["backspace"] * len(text))
            terminal.wait_gone("filter: a")
            text = ""
    return times


def _time(terminal: Terminal, key: str, wanted: str) -> float:
    began = time.perf_counter()
    terminal.press(key)
    terminal.wait_for(wanted, limit=30)
    took = time.perf_counter() - began
    terminal.settle(_PAUSE)
    return took * 1000


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table(
        f"Key to screen, {KEYS} keys each",
        ("key", "lines/s", "p50 ms", "p99 ms", "worst ms", "target", "met"),
    )
    with program.scratch() as folder:
        emitter = new_emitter(folder)
        for rate in RATES:
            for kind, times in run(emitter, rate, KEYS).items():
                table.add(kind, f"{rate:,}", *_cells(rate, times))
        for kind, times in run_searching(emitter, TARGET_RATE, KEYS).items():
            table.add(kind, f"{TARGET_RATE:,}", *_cells(TARGET_RATE, times))
        table.notes.append(f"Search and filter: over {SEARCHED:,} lines and those.")
        table.notes.append(f"Target: p99; {emitter.about}.")
    yield table


def _cells(rate: int, times: list[float]) -> Iterator[str]:
    worst_of_100 = statistics.quantiles(times, n=100)[98]
    yield f"{statistics.median(times):.1f}"
    yield f"{worst_of_100:.1f}"
    yield f"{max(times):.1f}"
    if rate == TARGET_RATE:
        yield f"{TARGET:.0f}"
        yield verdict(worst_of_100 < TARGET)
