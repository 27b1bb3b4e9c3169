"""Searching a million lines, beside grep and lnav over the same bytes in a file.

Eight processes printed them, 64 lines in a read.  What is measured is the search as
the program runs it: in slices on a few workers, hits with where they come from.
*first* is when somebody who looks after each slice sees the first hit.  Of lnav it is
what its filter adds to the time in which it opens the file and prints one line.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from brummer.core.clock import SystemClock
from brummer.core.pattern import Pattern
from brummer.logs.block import newest_first
from brummer.logs.condition import HasText
from brummer.logs.search import Scope, Search
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.bench.measure import MB, stopwatch
from tests.bench.table import Table, verdict

LINES: Final = 1_000_000
PROCESSES: Final = 8
#: Lines in a read.
_READ: Final = 64
#: Every so many lines there is something to be found.
EVERY: Final = 1_000

_LIMIT: Final = 120.0

#: What lnav does where it shall only open a file.
_OPEN: Final = ";select 1"

#: What is looked for, and how grep looks for the same; the third says whether the
#: target of twice grep's time is for it.
SEARCHES: Final = (
    ("a text", Pattern("timeout after"), ("-F", "timeout after"), True),
    ("no hit", Pattern("no such text"), ("-F", "no such text"), False),
    ("a text, any case", Pattern("TIMEOUT", case=False), ("-iF", "timeout"), True),
    (
        "simple pattern",
        Pattern(r"items/\d+42\?page", is_regex=True),
        ("-E", r"items/[0-9]+42\?page"),
        True,
    ),
    (
        "one of three",
        Pattern("ERROR|timeout|refused", is_regex=True),
        ("-E", "ERROR|timeout|refused"),
        False,
    ),
    ("every line", Pattern("INFO"), ("-F", "INFO"), False),
)


class Outcome(NamedTuple):
    """How many lines a search found, in how many seconds, and the first of them."""

    hits: int
    seconds: float
    first: float


def line(number: int) -> bytes:
    """Return a line of some 100 bytes; every thousandth tells of a timeout."""
    trouble = b" timeout after 30 s" if number % EVERY == 0 else b""
    second = number // 1000
    return (
        b"2026-11-21 %02d:%02d:%02d.%03d INFO GET /items/%05d?page=3 200 %08x%s\n"
        % (
            second // 3600 % 24,
            second // 60 % 60,
            second % 60,
            number % 1000,
            number,
            number * 2_654_435_761 % 2**32,
            trouble + b" user=alice agent=curl/8.5 route=items",
        )
    )


def filled(lines: int = LINES) -> LogStore:
    """Return a store that holds so many lines."""
    store = LogStore(max_entries=2 * lines, max_bytes=1024 * lines)
    for begin in range(0, lines, _READ):
        process = ProcessId(f"p-{begin // _READ % PROCESSES}")
        data = b"".join(map(line, range(begin, min(begin + _READ, lines))))
        store.append(process, Stream.OUT, data, float(begin))
    store.publish()
    return store


def searched(store: LogStore, pattern: Pattern) -> Outcome:
    """Search all of *store*."""
    blocks = newest_first(store.snapshot())
    search = Search(
        Scope(blocks=blocks, total=lambda: store.extent().end),
        HasText(pattern),
        clock=SystemClock(),
    )
    first: list[float] = []

    def look() -> None:
        if search.progress.count and not first:
            first.append(passed())

    with ThreadPoolExecutor(2) as pool:
        passed = stopwatch()
        search.start(pool.submit, look)
        found = search.ended.result(_LIMIT)
        seconds = passed()
    return Outcome(found.count, seconds, first[0] if first else seconds)


def grepped(words: Sequence[str], path: Path) -> Outcome:
    """Count with grep, whose locale is UTF-8 as ours is."""
    passed = stopwatch()
    done = subprocess.run(
        ["grep", "-c", *words, str(path)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=_LIMIT,
    )
    seconds = passed()
    return Outcome(int(done.stdout), seconds, seconds)


def filtered(command: str, path: Path) -> float:
    """Return how long lnav takes for a command of its own, at best of three times."""
    seconds = []
    for _ in range(3):
        passed = stopwatch()
        subprocess.run(
            ["lnav", "-n", "-c", command, str(path)],
            env={**os.environ, "HOME": str(path.parent), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=_LIMIT,
        )
        seconds.append(passed())
    return min(seconds)


def tables() -> Iterator[Table]:
    """Measure; the better of three counts, for both."""
    store = filled()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with path.open("wb") as file:
            file.writelines(map(line, range(LINES)))
        size = path.stat().st_size
        yield _compared(store, path, size)


def _compared(store: LogStore, path: Path, size: int) -> Table:
    table = Table(
        f"Search: {LINES:,} lines, {size / MB:.0f} MB, {PROCESSES} processes",
        ("what", "hits", "first s", "all s", "grep s", "ratio", "lnav s", "met"),
    )
    opening = filtered(_OPEN, path) if shutil.which("lnav") else 0.0
    for name, pattern, words, has_target in SEARCHES:
        ours = [searched(store, pattern) for _ in range(3)]
        theirs = [grepped(words, path) for _ in range(3)]
        counts = {outcome.hits for outcome in (*ours, *theirs)}
        assert len(counts) == 1, f"{name}: grep finds something else: {counts}"
        seconds = min(outcome.seconds for outcome in ours)
        first = min(outcome.first for outcome in ours)
        grep = min(outcome.seconds for outcome in theirs)
        is_met = first < 0.1 and seconds < 0.4 and seconds <= 2 * grep
        table.add(
            name,
            f"{counts.pop():,}",
            f"{first:.3f}",
            f"{seconds:.3f}",
            f"{grep:.3f}",
            f"{seconds / grep:.1f}",
            _beyond(opening, words, path) if has_target else "",
            verdict(is_met) if has_target else "",
        )
    table.notes.append(
        "Targets: the first hit in 0.1 s, all in 0.4 s and in twice the time of"
        " grep -c."
    )
    return table


def _beyond(opening: float, words: Sequence[str], path: Path) -> str:
    """Return what the filter of lnav takes beyond *opening* the file."""
    if not opening:
        return "-"
    flags, pattern = words
    if flags != "-E":
        pattern = re.escape(pattern)
    sign = "(?i)" if "i" in flags else ""
    return f"{filtered(f':filter-in {sign}{pattern}', path) - opening:.3f}"
