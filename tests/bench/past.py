"""Ten million lines in files: searched, read, and looked at, each in a fresh process.

They are those that a search in memory is measured with, of eight processes, 64 lines
in a read.  ``python -m tests.bench.past FOLDER`` is the process that is measured.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from brummer.core.clock import SystemClock
from brummer.core.pattern import Pattern
from brummer.logs.condition import All, HasText
from brummer.logs.history import place
from brummer.logs.history.run import Run, size
from brummer.logs.history.upkeep import Bounds, Upkeep
from brummer.logs.history.writer import Batch, HistoryWriter, Owner
from brummer.logs.search import Scope, Search
from brummer.logs.sieve import Sieve
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId
from tests.bench import program
from tests.bench.measure import MB, stopwatch
from tests.bench.search import EVERY, PROCESSES, line
from tests.bench.table import Table, verdict

SIZES: Final = (0, 1_000_000, 3_000_000, 10_000_000)

#: Lines in a read, and reads in one go of the history thread.
READ: Final = 64
_READS: Final = 200

_PART: Final = 8 * 1024**2

#: Lines of which it is measured what they take on disk.
_KEPT: Final = 200_000

#: Lines that are read at once, and seconds for anything.
_PAGE: Final = 5_000
_LIMIT: Final = 600.0

#: Windows of so many lines, at so many places.
_WINDOW: Final = 50
_PLACES: Final = 100

#: What is looked for: a line in a thousand has it.
_TEXT: Final = Pattern("timeout after")

#: How much slower a line of the most may be than one of the fewest, and by how much
#: the memory may grow meanwhile.
_SLOWER: Final = 1.25
_LARGER: Final = 1.25


class Pile:
    """A history in *folder* that grows, with *read* lines in a read.

    Threads: one.
    """

    def __init__(self, folder: Path, *, read: int = READ) -> None:
        self._owner = Owner(
            instance="bench",
            project=folder,
            history=folder / place.HISTORY,
            started=SystemClock().now(),
            describe=lambda _: None,
        )
        self._read = read
        self._clock = SystemClock()
        self._writer = HistoryWriter(self._owner, part_bytes=_PART, clock=self._clock)
        self._lines = 0
        #: How many bytes were printed.
        self.bytes = 0
        self._ends: dict[ProcessId, int] = {}

    @property
    def folder(self) -> Path:
        """Where the run is."""
        return self._owner.folder

    def grow(self, lines: int) -> None:
        """Write until there are so many lines."""
        while self._lines < lines:
            outcome = self._writer.write([self._batch(lines)])
            assert not outcome.lost, outcome.error

    def pack(self) -> None:
        """Let the run be over for the time being, and pack all of it."""
        self._writer.close()
        bounds = Bounds(max_bytes=1 << 50, max_age=float("inf"))
        another = self._owner.history / "another"
        upkeep = Upkeep(self._owner.history, another, bounds, self._clock)
        while upkeep.step():
            pass

    def _batch(self, lines: int) -> Batch:
        """Return what some reads of one process after the other brought."""
        merged = self._lines
        stored: list[tuple[int, Segment]] = []
        for _ in range(_READS):
            begin, end = self._lines, min(self._lines + self._read, lines)
            if begin == end:
                break
            process = ProcessId(f"p-{begin // self._read % PROCESSES}")
            data = b"".join(map(line, range(begin, end)))
            segment = Segment(process, Stream.OUT, begin / 1e3, data, end - begin)
            number = self._ends.get(process, 0)
            self._ends[process] = number + end - begin
            self.bytes += len(data)
            self._lines = end
            stored.append((number, segment))
        return Batch(merged, stored)


def measured(folder: Path) -> dict[str, float]:
    """Return what it takes to use the run in *folder*, and what memory it took."""
    run = Run(folder)
    _, end = run.extent()
    found = _searched(run, end)
    began = time.process_time()
    found["read"] = _read(run, end)
    found["reading"] = time.process_time() - began
    began = time.process_time()
    for at in range(_PLACES):
        run.window(end * at // _PLACES, _WINDOW)
    found["window"] = (time.process_time() - began) / _PLACES
    # In KiB on Linux, in bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found | {"peak": peak * (1 if sys.platform == "darwin" else 1024)}


def _searched(run: Run, end: int) -> dict[str, float]:
    """Search everything; return how long that took, and the first hit."""
    scope = Scope(blocks=run.newest_first({}), total=lambda: end)
    search = Search(scope, HasText(_TEXT), clock=SystemClock())
    first: list[float] = []

    def look() -> None:
        if search.progress.count and not first:
            first.append(passed())

    with ThreadPoolExecutor(2) as pool:
        passed, began = stopwatch(), time.process_time()
        search.start(pool.submit, look)
        progress = search.ended.result(_LIMIT)
        seconds = time.process_time() - began
    assert progress.scanned == end, progress
    return {"hits": progress.count, "searching": seconds, "first": sum(first)}


def _read(run: Run, end: int) -> int:
    """Read everything in its order, as it would be printed; return how much it was."""
    sieve, at, lines = Sieve(run, All(())), 0, 0
    while at < end:
        found = sieve.oldest(at, end, _PAGE, lambda: True)
        lines += len(found.entries)
        at = found.next
    return lines


def asked(folder: Path) -> dict[str, float]:
    """Measure in another process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.past", str(folder)],
        cwd=program.ROOT,
        capture_output=True,
        check=True,
        timeout=_LIMIT,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def tables() -> Iterator[Table]:
    """Measure."""
    yield packed()
    with program.scratch() as folder:
        yield grown(Pile(folder), SIZES)


def packed(lines: int = _KEPT) -> Table:
    """Measure what output and index take, before they are packed and after."""
    table = Table(
        "History: bytes on disk for each of output",
        ("lines in a read", "output", "its index", "packed output", "packed index"),
    )
    for read in (600, 40, 1):
        with program.scratch() as folder:
            shares = _shares(Pile(folder, read=read), lines)
            table.add(str(read), *(f"{share:.3f}" for share in shares))
    return table


def _shares(pile: Pile, lines: int) -> list[float]:
    """Return how many bytes there are of each kind of file, for one of output."""
    pile.grow(lines)
    found = [_bytes(pile.folder, end) for end in (place.LOG, place.INDEX)]
    pile.pack()
    found += [_bytes(pile.folder, end) for end in (place.PACKED, place.PACKED_INDEX)]
    return [each / pile.bytes for each in found]


def _bytes(folder: Path, end: str) -> int:
    """Return how large the files are that end so."""
    return sum(path.stat().st_size for path in folder.glob(f"*/*{end}"))


def grown(pile: Pile, sizes: Sequence[int]) -> Table:
    """Measure a history of each of *sizes*, which ascend from 0."""
    table = Table(
        f"History: up to {sizes[-1]:,} lines on disk, {PROCESSES} processes",
        (
            *("lines", "MB", "on disk", "first hit s", "search CPU s", "lines/s"),
            *("read CPU s", "lines/s", "window CPU ms", "peak MB"),
        ),
    )
    rates: list[tuple[float, float]] = []
    peaks: list[float] = []
    for lines in sizes:
        pile.grow(lines)
        pile.pack()
        found = asked(pile.folder)
        assert found["read"] == lines, found
        assert found["hits"] == -(-lines // EVERY), found
        peaks.append(found["peak"])
        rate = lines / found["searching"], lines / found["reading"]
        rates += [rate] if lines else []
        table.add(
            f"{lines:,}",
            f"{pile.bytes / MB:,.0f}",
            f"{size(pile.folder) / MB:,.0f}",
            f"{found['first']:.3f}",
            f"{found['searching']:.2f}",
            f"{rate[0]:,.0f}",
            f"{found['reading']:.2f}",
            f"{rate[1]:,.0f}",
            f"{found['window'] * 1000:.1f}",
            f"{found['peak'] / MB:.0f}",
        )
    is_linear = all(
        few <= _SLOWER * many for few, many in zip(rates[0], rates[-1], strict=True)
    )
    is_flat = peaks[-1] <= _LARGER * peaks[1]
    table.notes.append(
        "All of it is packed, as an earlier run is.  Search: for a text that one line"
        " in a thousand has, in slices on two threads, to the last line; read: every"
        f" line in the order of all; windows of {_WINDOW} lines at {_PLACES} places."
        "  Rates are per second of CPU time.  Each row is a fresh process; the memory"
        " is its peak, that of the first row is Python's and the modules'."
    )
    table.notes.append(
        f"Linear, a line takes at most {_SLOWER:g} times as long among the most as"
        f" among the fewest: {verdict(is_linear)}.  Flat, at most {_LARGER:g} times the"
        f" memory: {verdict(is_flat)}."
    )
    return table


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
