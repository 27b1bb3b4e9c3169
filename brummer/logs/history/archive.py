"""Everything that an instance has printed: what is in memory, and what was."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, Protocol

from brummer.logs.block import Block, merged_from
from brummer.logs.history.past import of_all, of_process
from brummer.logs.history.run import Run
from brummer.logs.history.stretch import Stretch
from brummer.logs.ranges import NONE, Ranges
from brummer.logs.strip import Strip, of_memory
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogEntry, LogExtent, LogWindow
from brummer.model.process import ProcessId

#: Seconds that what has left memory may take to come to its file.
_ON_ITS_WAY: Final = 2.0


class Memory(Protocol):
    """What of a log is in memory."""

    def snapshot(self) -> LogSnapshot:
        """Return all of it; frozen, and at once."""


class Archive:
    """Joins *store* with the files of *run*, so that nobody sees where they meet.

    *settle* waits up to so many seconds until everything is in the files that was
    stored before.  Without a *run* there is what memory has.

    Threads: any that may wait for a disk; several at once.
    """

    def __init__(
        self,
        store: Memory,
        run: Run | None = None,
        settle: Callable[[float], object] = float,
    ) -> None:
        self._store = store
        self._run = run
        self._settle = settle

    @property
    def has_files(self) -> bool:
        """Whether what leaves memory is kept."""
        return self._run is not None

    def since(self, time: float, process: ProcessId | None = None) -> int:
        """Return the number of the first line that was read at *time* or later.

        That is the number after the last line if there is none.  Where the clock was
        set back it is one of several.
        """
        _, first, end = self.window(0, 0, process).extent
        while first < end:
            middle = (first + end) // 2
            found = self.window(middle, 1, process).entries
            if not found or found[0].time >= time:
                end = middle
            else:
                first = found[0].number + 1
        return end

    def window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        """Return up to *count* lines from number *first* on.

        As :meth:`LogStore.window`, but the extent begins with the oldest line that
        is in a file.  Lines that no file has are left out.
        """
        # Looked at first: what leaves memory from now on is still in this view.
        view = self._store.snapshot().view(process)
        if self._run is None:
            return view.window(first, count)
        start = view.extent.first
        oldest, end = self._extent(self._run, start, process)
        if not view.extent.end:
            # Memory has forgotten it, or there is none.
            start = end
        extent = LogExtent(
            view.extent.version, min(oldest, start), max(end, view.extent.end)
        )
        first = max(first, extent.first)
        older = _older(self._run, range(first, start), count, process)
        window = view.window(max(first, start), count - len(older))
        return LogWindow(extent, (*older, *window.entries))

    def _extent(
        self, run: Run, start: int, process: ProcessId | None
    ) -> tuple[int, int]:
        """Return what the files have; *start* is where memory begins."""
        oldest, end = run.extent(process)
        if end < start:
            self._settle(_ON_ITS_WAY)
            oldest, end = run.extent(process)
        return (oldest, end) if end else (start, start)

    def recent(self, process: ProcessId | None = None) -> tuple[int, int]:
        """Return the number of the oldest whole line in memory, and after the newest.

        Both are 0 for a process that memory has forgotten.
        """
        view = self._store.snapshot().view(process)
        return view.extent.first, view.whole

    def extent(self, process: ProcessId | None = None) -> tuple[int, int]:
        """Return the number of the oldest whole line, and after the newest.

        Lines that are missing on disk count.
        """
        start, end = self.recent(process)
        oldest, kept = self._run.extent(process) if self._run else (0, 0)
        if not kept:
            return start, end
        return (min(oldest, start), end) if end else (oldest, kept)

    def strips(
        self, first: int, stop: int, process: ProcessId | None = None
    ) -> Iterator[Strip]:
        """Yield lines *first* to before *stop* of *process*, or of all merged.

        In no order, and without those that have no end yet.
        """
        snapshot = self._store.snapshot()
        view = snapshot.view(process)
        start = view.extent.first if view.extent.end else stop
        if self._run is not None and first < min(start, stop):
            self._extent(self._run, start, process)
            yield from self._run.strips(first, min(start, stop), process)
        yield from of_memory(snapshot, first, stop, process)

    def found(self, process: ProcessId) -> Ranges:
        """Return which lines of *process* belong to findings, as its files say."""
        return self._run.found(process) if self._run else NONE

    def older(
        self, snapshot: LogSnapshot, processes: Collection[ProcessId] = ()
    ) -> Iterator[Block]:
        """Yield what *processes*, all if empty, printed before what *snapshot* has.

        The newest block comes first.
        """
        if self._run is None:
            return
        self._settle(_ON_ITS_WAY)
        yield from self._run.newest_first(_stops(snapshot), processes)

    def count(
        self, snapshot: LogSnapshot, processes: Collection[ProcessId] = ()
    ) -> int:
        """Return how many lines there are in *snapshot* and in files before it.

        Lines that are missing on disk count.
        """
        views = map(snapshot.view, processes or snapshot.processes)
        lines = sum(view.extent.end - view.extent.first for view in views)
        if self._run is not None:
            lines += self._run.count(_stops(snapshot), processes)
        return lines

    def before(
        self, snapshot: LogSnapshot, process: ProcessId | None
    ) -> Iterator[Block]:
        """Yield what the files have of one log before what *snapshot* has of it.

        The newest block comes first.  Lines have the numbers of that log: that of
        *process*, or with ``None`` of all.  The snapshot is let go at once.
        """
        if self._run is None or not snapshot.view(process).extent.first:
            return iter(())
        if process is not None:
            stops = {process: snapshot.view(process).extent.first}
            return self._before(self._run, stops, (process,), of_process)
        stops = {each: merged_from(snapshot, each) for each in snapshot.processes}
        return self._before(self._run, stops, (), of_all)

    def _before(
        self,
        run: Run,
        stops: Mapping[ProcessId, int],
        processes: Collection[ProcessId],
        of: Callable[[Stretch], int],
    ) -> Iterator[Block]:
        self._settle(_ON_ITS_WAY)
        yield from run.newest_first(stops, processes, of)


def _stops(snapshot: LogSnapshot) -> Mapping[ProcessId, int]:
    """Return where the files of each process end for those who have *snapshot*."""
    return {each: snapshot.view(each).extent.first for each in snapshot.processes}


def _older(
    run: Run, numbers: range, count: int, process: ProcessId | None
) -> list[LogEntry]:
    """Return the first *count* lines with such *numbers* that the files have."""
    entries: list[LogEntry] = []
    first, stop = numbers.start, numbers.stop
    while first < stop and len(entries) < count:
        wanted = min(count - len(entries), stop - first)
        found = run.window(first, wanted, process)
        entries += [entry for entry in found if entry.number < stop]
        if not found:
            break
        first = found[-1].number + 1
    return entries
