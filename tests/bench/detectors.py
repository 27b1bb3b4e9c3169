"""What detectors cost: the same flood with and without them, through the program.

The output is read by ``cat`` from a file, so that the child costs the same and next
to nothing; what it costs all the same is part of every number.
"""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.emit import line
from tests.bench.table import Table, verdict

#: Lines of a flood, and how many of its CPU seconds detectors may multiply.
LINES: Final = 1_000_000
MOST: Final = 3.0

#: What detectors are switched off with.
DETECTORS: Final = ("builds", "errors", "prompts", "tests", "urls")
OFF: Final = tuple(word for name in DETECTORS for word in ("-P", f"no:{name}"))

_LOGGED: Final = "2026-05-04 12:00:01,235 ERROR    shop.checkout: payment {0} failed\n"
_TRACE: Final = """Traceback (most recent call last):
  File "/srv/web/app.py", line 16, in <module>
    charge(card)
  File "/srv/web/shop/pay.py", line 10, in charge
    return int(card["number"])
           ^^^^^^^^^^^^^^^^^^^
  File "/srv/web/shop/card.py", line 12, in number
    return int(text)
           ^^^^^^^^^
ValueError: order {0} has no price
"""


@dataclass(frozen=True, slots=True)
class Flood:
    """One in 100 lines is part of a *text* that comes every so often."""

    name: str
    text: str = ""

    def write(self, path: Path, lines: int) -> None:
        """Write so many lines."""
        height = self.text.count("\n")
        with path.open("wb") as file:
            number = 0
            while number < lines:
                if height and number % (100 * height) == 0:
                    file.write(self.text.format(number).encode())
                    number += height
                file.write(line("web", number))
                number += 1


FLOODS: Final = (
    Flood("no errors"),
    Flood("1 % of the lines in traces", _TRACE),
    Flood("1 % of the lines logged as errors", _LOGGED),
)


def tables() -> Iterator[Table]:
    """Measure."""
    table = Table("Detectors", ("output", "off (s)", "on (s)", "ratio", "below 3"))
    for flood in FLOODS:
        off, on = measured(flood, LINES)
        ratio = on / off
        table.add(
            flood.name, f"{off:.2f}", f"{on:.2f}", f"{ratio:.2f}", verdict(ratio < MOST)
        )
    table.notes.append(
        f"CPU seconds of brum --no-tui for {LINES:,} lines of a file, its children"
        " included; off is without the plugins that detect."
    )
    yield table


def measured(flood: Flood, lines: int, rounds: int = 3) -> tuple[float, float]:
    """Return the CPU seconds that a flood takes without detectors and with them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "flood")
        flood.write(path, lines)
        off = min(_seconds(path, OFF) for _ in range(rounds))
        on = min(_seconds(path, ()) for _ in range(rounds))
    return off, on


def _seconds(path: Path, options: tuple[str, ...]) -> float:
    """Return the CPU seconds in which the program gets a file through."""
    command = f"cat {shlex.quote(str(path))}"
    argv = [sys.executable, "-m", "brummer", "--no-tui", "--exit-on", "done"]
    argv += ["-d", str(path.parent), *options, command]
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        pid = os.posix_spawn(
            sys.executable,
            argv,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)],
        )
        _, status, usage = os.wait4(pid, 0)
    finally:
        os.close(null)
    assert status == 0, status
    return usage.ru_utime + usage.ru_stime
