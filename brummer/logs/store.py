"""The log store: what every process printed, within bounds."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from brummer.logs import floor, page
from brummer.logs.floor import Floor
from brummer.logs.ledger import Ledger
from brummer.logs.tail import Tail
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

#: Logs that are remembered when nothing is left in them but their numbers.  The
#: process table remembers 1,000 processes that ended.
LOGS: Final = 2000

#: Logs at most.  Of more processes the lines are in the merged log only, those of
#: processes that ended longest ago first.
MOST: Final = 10_000

#: When there are more, room is made when one part in so many of them is new.
_SOME: Final = 8


class LogStore:
    """Keeps what the processes printed, for any number of readers.

    There is a log per process and one of all merged, in the order of reading.
    Line numbers count from 0 in each and never change.  At most *max_entries*
    lines and *max_bytes* bytes are kept, oldest out first whoever printed them:
    the *first* of a log's extent is how many of its lines were dropped.  But the
    last lines of each process stay in its own log; see :mod:`brummer.logs.floor`.
    For these there are as many lines again as an eighth of *max_entries*.  A line
    without an end counts as the last line of its log while it waits, and can
    be read.  Of more than :data:`MOST` processes, some are in the merged log only.

    Threads: one writer at a time, the log thread, calls :meth:`append`,
    :meth:`end`, :meth:`close_lines`, :meth:`is_unfinished`, :meth:`unfinished`,
    :meth:`shed` and :meth:`publish`.  Any thread may call the rest, which takes no
    lock and never waits: everything comes from the snapshot that was published
    last, and that never changes.
    """

    def __init__(
        self, *, max_entries: int = 200_000, max_bytes: int = 64 * 1024 * 1024
    ) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        # All of these belong to the writer.  The dictionary without values is a
        # set that remembers its order.
        self._merged = Ledger(None)
        self._ledgers: dict[ProcessId | None, Ledger] = {None: self._merged}
        self._changed: dict[ProcessId | None, None] = {}
        #: How many logs were begun since some were forgotten.
        self._newcomers = 0
        #: What is on no page yet; each run with its number in its process's log.
        self._unpacked: list[tuple[int, Segment]] = []
        self._unpacked_bytes = 0
        self._tail_bytes = 0
        self._page_bytes = 0
        self._floor = Floor(
            max_entries // floor.PART, max_bytes // floor.PART, self._touch
        )
        #: Rebound by the writer, never mutated: one atomic store, with the GIL
        #: and in free-threaded builds alike.
        self._published = LogSnapshot(0, MappingProxyType({}))

    # Reading

    @property
    def version(self) -> int:
        """A number that changes whenever anything visible does."""
        return self._published.version

    def snapshot(self) -> LogSnapshot:
        """Return all logs as they stood at one instant."""
        return self._published

    def extent(self, process: ProcessId | None = None) -> LogExtent:
        """Return which lines *process* has, or all processes merged."""
        return self._published.view(process).extent

    def window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return up to *count* lines from number *first* on.

        A *first* below the extent is moved up to it.  Costs what the window
        costs, however long the log is.
        """
        return self._published.view(process).window(first, count)

    # Writing

    @property
    def stored(self) -> int:
        """How many whole lines were ever stored; the writer's, before it publishes."""
        return self._merged.end

    def append(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> list[tuple[int, Segment]]:
        """Store what one read of *stream* returned at *time*.

        Returns the whole lines that it completed, each segment with the number
        of its first line in its process's log.  The rest waits for its end.
        Readers see nothing of it before :meth:`publish`.
        """
        if not data:
            return []
        cut = data.rfind(b"\n") + 1
        if not cut:
            return self._keep_waiting(process, stream, data, time)
        stored = self._store(
            process, stream, self._with_tail(process, stream, data[:cut]), time
        )
        if cut < len(data):
            stored += self._keep_waiting(process, stream, data[cut:], time)
        return stored

    def end(self, process: ProcessId) -> list[tuple[int, Segment]]:
        """Store the lines of *process* that will never get an end.

        Returns what :meth:`append` does.
        """
        if process in self._ledgers:
            self._ledgers[process].has_ended = True
        return self.close_lines(process)

    def close_lines(self, process: ProcessId) -> list[tuple[int, Segment]]:
        """Store the lines of *process* that have no end yet as they are.

        Whatever follows is a line of its own.  Returns what :meth:`append` does.
        """
        stored: list[tuple[int, Segment]] = []
        if process in self._ledgers:
            for _, stream in tuple(self._ledgers[process].tails):
                stored += self._store_tail(process, stream)
        return stored

    def is_unfinished(self, process: ProcessId) -> bool:
        """Whether *process* is in the middle of a line."""
        return process in self._ledgers and bool(self._ledgers[process].tails)

    def unfinished(self, process: ProcessId) -> list[bytes]:
        """Return the lines of *process* that have no end yet."""
        if process not in self._ledgers:
            return []
        return [tail.data for tail in self._ledgers[process].tails.values()]

    def shed(self) -> None:
        """Drop the older half of what is kept, whoever printed it."""
        if self._unpacked:
            self._pack()
        enough = self._page_bytes // 2
        while self._merged.pages and self._page_bytes > enough:
            self._drop(self._oldest_page())

    def publish(self) -> bool:
        """Show readers all that was stored; return whether anything was."""
        if not self._changed:
            return False
        self._evict()
        version = self._published.version + 1
        views = dict(self._published.views)
        for process in self._changed:
            views[process] = self._ledgers[process].view(version)
        if len(views) > len(self._ledgers):
            views = {p: view for p, view in views.items() if p in self._ledgers}
        self._changed = {}
        self._published = LogSnapshot(version, MappingProxyType(views))
        return True

    def _keep_waiting(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> list[tuple[int, Segment]]:
        """Add *data* to the line of *stream* that has no end yet.

        A quarter of the memory may wait.  Beyond that the longest line is
        stored as it is, and goes on as another: the one way in which a line is
        ever cut, and at the default of 16 MiB nobody's line.
        """
        source = (process, stream)
        ledger = self._ledger(process)
        tail = ledger.tails.get(source, Tail(time)).with_more(data, time)
        ledger.tails[source] = self._merged.tails[source] = tail
        self._touch(process)
        self._tail_bytes += len(data)
        stored: list[tuple[int, Segment]] = []
        while self._tail_bytes > self._max_bytes // 4:
            tails = self._merged.tails
            longest = max(tails, key=lambda source: tails[source].size)
            stored += self._store_tail(*longest)
        return stored

    def _with_tail(self, process: ProcessId, stream: Stream, data: bytes) -> bytes:
        """Return *data* with the line that waited for it in front."""
        source = (process, stream)
        tail = self._merged.tails.pop(source, None)
        if tail is None:
            return data
        del self._ledger(process).tails[source]
        self._tail_bytes -= tail.size
        return b"".join((*tail.pieces, data))

    def _store_tail(
        self, process: ProcessId, stream: Stream
    ) -> list[tuple[int, Segment]]:
        """Store a line without an end as it is."""
        time = self._merged.tails[process, stream].time
        return self._store(process, stream, self._with_tail(process, stream, b""), time)

    def _store(
        self, process: ProcessId, stream: Stream, data: bytes, time: float
    ) -> list[tuple[int, Segment]]:
        """Put whole lines at the end of both logs."""
        stored: list[tuple[int, Segment]] = []
        for piece, lines in _portions(data):
            segment = Segment(process, stream, time, piece, lines)
            self._merged.add(segment)
            stored.append((self._ledger(process).add(segment), segment))
            self._unpacked.append(stored[-1])
            self._unpacked_bytes += len(piece)
            if self._is_page_full():
                self._pack()
        self._touch(process)
        return stored

    def _touch(self, process: ProcessId) -> None:
        """Remember that the views of *process* and of the merged log are old."""
        self._changed[process] = self._changed[None] = None

    def _ledger(self, process: ProcessId) -> Ledger:
        """Return the ledger of *process*, a new one for a new process."""
        ledger = self._ledgers.get(process)
        if ledger is None:
            self._forget()
            ledger = self._ledgers[process] = Ledger(process)
            self._touch(process)
        return ledger

    def _forget(self) -> None:
        """Make room for another log: forget old ones, if possible with nothing in them.

        One that goes on would begin again at line 0, so those that ended go
        first.  (A process that could not be started never ends.)
        """
        self._newcomers += 1
        # Not for each that comes: where little can be forgotten, looking through
        # all of them takes longer and longer.
        is_time = self._newcomers * _SOME > len(self._ledgers)
        if len(self._ledgers) <= LOGS or not is_time:
            return
        self._newcomers = 0
        self._forget_some(LOGS, [p for p, led in self._ledgers.items() if led.is_empty])
        self._forget_some(MOST, [p for p, led in self._ledgers.items() if led.is_paged])

    def _forget_some(self, enough: int, logs: list[ProcessId | None]) -> None:
        """Forget so many of *logs* that *enough* are left of all."""
        # A stable order: of both kinds the oldest first.
        logs.sort(key=lambda log: not self._ledgers[log].has_ended)
        for log in logs[: max(len(self._ledgers) - enough, 0)]:
            if log is not None:
                self._floor.forget(log)
            del self._ledgers[log]
            self._changed.pop(log, None)

    def _is_page_full(self) -> bool:
        """Whether what is on no page yet fills one."""
        return (
            len(self._unpacked) >= page.RUNS
            or self._unpacked_bytes >= page.BYTES
            or self._merged.end - self._merged.fresh[0][0] >= page.LINES
        )

    def _pack(self) -> None:
        """Put what is on no page yet on one."""
        packed = page.packed(self._merged.fresh[0][0], self._unpacked)
        for process in packed.numberings:
            self._ledgers[process].turn(packed)
            self._changed[process] = None
        self._page_bytes += self._unpacked_bytes
        self._unpacked = []
        self._unpacked_bytes = 0

    def _evict(self) -> None:
        """Drop the oldest lines until the rest is within both bounds."""
        while self._bytes() > self._max_bytes:
            self._drop(self._oldest_page())
        first = self._merged.end - self._max_entries
        if first <= self._merged.first:
            return
        while (oldest := self._oldest_page()).numberings[None].end <= first:
            self._drop(oldest)
        self._cut(oldest, first)

    def _bytes(self) -> int:
        """Return how many bytes of output are kept."""
        paged = self._page_bytes + self._floor.size
        return paged + self._unpacked_bytes + self._tail_bytes

    def _oldest_page(self) -> page.Page:
        """Return the page of the oldest lines, made now if there is none."""
        if not self._merged.pages:
            self._pack()
        return self._merged.pages[0]

    def _drop(self, oldest: page.Page) -> None:
        """Let the oldest page go, for every log that is on it."""
        for process in self._logs_on(oldest):
            if process is None:
                self._merged.drop_page()
            else:
                self._floor.keep(process, self._ledgers[process])
            self._changed[process] = None
        self._page_bytes -= len(oldest.data)

    def _logs_on(self, oldest: page.Page) -> list[ProcessId | None]:
        """Return the logs that the oldest page belongs to: some may be forgotten."""
        known = ((p, self._ledgers.get(p)) for p in oldest.numberings)
        return [p for p, led in known if led and led.pages and led.pages[0] is oldest]

    def _cut(self, oldest: page.Page, first: int) -> None:
        """Drop the lines of the oldest page that come before merged line *first*.

        The bytes stay until the whole page goes; only the numbers move, and not
        those of the last lines of a process.
        """
        for process in self._logs_on(oldest):
            ledger, numbering = self._ledgers[process], oldest.numberings[process]
            before = numbering.first + oldest.lines_before(process, first)
            floor = ledger.end if process is None else ledger.end - self._floor.height
            ledger.skip(min(before, floor))
            self._changed[process] = None


def _portions(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield *data* in portions of at most a page's lines, with their numbers."""
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if lines <= page.LINES:
        yield data, lines
        return
    split = data.removesuffix(b"\n").split(b"\n")
    for begin in range(0, lines, page.LINES):
        portion = split[begin : begin + page.LINES]
        is_ended = begin + page.LINES < lines or data.endswith(b"\n")
        yield b"\n".join(portion) + (b"\n" if is_ended else b""), len(portion)
