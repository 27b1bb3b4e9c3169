"""What the log costs.

Every row is measured in this process, on this machine, now; what is to be
compared with other programs is measured elsewhere, from outside.
"""

import os
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import SystemClock
from brummer.logs import ansi
from brummer.logs.detection import Detection
from brummer.logs.layout import laid_out
from brummer.logs.sink import Sink
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.finding import Finding
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId
from tests.bench.table import Table

WEB = ProcessId("web-1")
PLAIN = b"2026-05-04 12:00:00 GET /index.html 200 in 12 ms for 10.0.0.1, 5120 bytes\n"
COLOURED = (
    b"\x1b[32mINFO\x1b[0m GET \x1b[1m/index.html\x1b[0m \x1b[36m200\x1b[0m in 12 ms\n"
)
#: What one read brings of a process that floods.
READ = 64 * 1024


class Urls:
    """A detector like those that come with Brummer; there is no URL in our lines."""

    name = "urls"
    prefilter = (b"http://", b"https://", b"localhost:", b"127.0.0.1:", b"[::1]:")

    def detect(self, entry: LogEntry) -> tuple[Finding, ...]:
        """Never get here."""
        raise AssertionError(entry)


def ignore(*_: object) -> None:
    """Hear nothing."""


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Return how long *work* takes at best."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def read_of(line: bytes) -> bytes:
    """Return as many of *line* as one read brings."""
    return line * (READ // len(line))


def ingest(data: bytes, count: int, *detectors: Urls) -> None:
    """Put *data* through the thread into the store, *count* times."""
    clock = SystemClock()
    detection = Detection(detectors, max_findings=10, failed=ignore, clock=clock)
    outlets = Outlets(drained=ignore, publish=ignore, changed=ignore, failed=ignore)
    writer = LogWriter(LogStore(), detection, outlets)
    log = LogThread(writer, LogStoreSettings(), clock)
    for _ in range(count):
        log.put(WEB, Stream.OUT, data, 1.0)
    log.close()


def filled(count: int) -> LogStore:
    """Return a store with *count* lines that came one by one from 7 processes."""
    store = LogStore(max_entries=count)
    for n in range(count):
        process = ProcessId(f"job-{n % 7}")
        store.append(process, Stream.OUT, bytes(bytearray(PLAIN)), float(n))
    store.publish()
    return store


def look(store: LogStore, numbers: list[int], process: ProcessId | None) -> None:
    """Read a screenful at each of *numbers*."""
    for number in numbers:
        store.window(number, 50, process)


def rates() -> Iterator[tuple[str, float, str]]:
    """Measure what is counted in lines a second."""
    flood = read_of(PLAIN)
    lines = flood.count(b"\n") * 500
    yield "ingest, flood", lines / seconds(lambda: ingest(flood, 500)), "lines/s"
    taken = seconds(lambda: ingest(flood, 500, Urls()))
    yield "ingest, flood, with a detector", lines / taken, "lines/s"
    taken = seconds(lambda: ingest(PLAIN, 50_000))
    yield "ingest, a line a read", 50_000 / taken, "lines/s"
    for kind, line in (("plain", PLAIN), ("coloured", COLOURED)):
        data = read_of(line)
        count = data.count(b"\n")
        segment = Segment(WEB, Stream.OUT, 1.0, data, count)
        for cleaned, clean in (
            ("no colours", ansi.strip),
            ("colours", ansi.keep_colour),
        ):
            taken = seconds(partial(laid_out, segment, "web", clean), 20)
            yield f"print {kind} to a target with {cleaned}", count / taken, "lines/s"
    yield "write to /dev/null", _written(flood), "MB/s"


def _written(data: bytes) -> float:
    """Return the megabytes a second that a sink takes."""
    with Path(os.devnull).open("wb", buffering=0) as null:
        sink = Sink(null.fileno(), {})
        taken = seconds(lambda: sink.write(memoryview(data), 60), 20)
        sink.close()
    return len(data) / taken / 1e6


def costs() -> Iterator[tuple[str, float, str]]:
    """Measure what a look costs, and what a line does in memory."""
    chance = random.Random(1)
    store = filled(200_000)
    for name, process in (("merged", None), ("of a process", ProcessId("job-3"))):
        first, end = store.extent(process)[1:]
        numbers = [chance.randrange(first, end) for _ in range(500)]
        taken = seconds(partial(look, store, numbers, process))
        yield f"window of 50 lines, {name}", taken / 500 * 1e6, "us"
    taken = seconds(lambda: [store.extent(WEB) for _ in range(1000)])
    yield "extent", taken, "ms/1000"
    for name, line in (("plain", PLAIN), ("coloured", COLOURED)):
        taken = seconds(partial(ansi.parse, line[:-1]), 1000)
        yield f"parse a line, {name}", taken * 1e6, "us"
    yield "memory, a line a read", _memory(PLAIN, 50_000), "B/line beside its own"
    yield "memory, flood", _memory(read_of(PLAIN), 200), "B/line beside its own"


def _memory(data: bytes, count: int) -> float:
    """Return the bytes that a stored line costs in addition to its own."""
    tracemalloc.start()
    store = LogStore(max_bytes=1 << 30, max_entries=10_000_000)
    for n in range(count):
        store.append(WEB, Stream.OUT, bytes(bytearray(data)), float(n))
    store.publish()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (used - len(data) * count) / store.extent().end


def tables() -> Iterator[Table]:
    """Measure."""
    for title, rows in (("Log: rates", rates), ("Log: costs", costs)):
        table = Table(title, ("what", "value", "unit"))
        for name, value, unit in rows():
            table.add(name, f"{value:,.1f}", unit)
        yield table
