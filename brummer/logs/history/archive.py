"""Everything that an instance has printed: what is in memory, and what was."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from brummer.logs.block import Block
from brummer.logs.history.run import Run
from brummer.logs.store import LogStore
from brummer.logs.view import LogSnapshot
from brummer.model.log import LogEntry, LogExtent, LogWindow
from brummer.model.process import ProcessId

#: Seconds that what has left memory may take to come to its file.
_ON_ITS_WAY: Final = 2.0


class Archive:
    """Joins *store* with the files of *run*, so that nobody sees where they meet.

    *settle* waits up to so many seconds until everything is in the files that was
    stored before.  Without a *run* there is what memory has.

    Threads: any that may wait for a disk; several at once.
    """

    def __init__(
        self,
        store: LogStore,
        run: Run | None = None,
        settle: Callable[[float], object] = float,
    ) -> None:
        self._store = store
        self._run = run
        self._settle = settle

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

    def older(
        self, snapshot: LogSnapshot, processes: Collection[ProcessId] = ()
    ) -> Iterator[Block]:
        """Yield what *processes*, all if empty, printed before what *snapshot* has.

        The newest block comes first.
        """
        if self._run is None:
            return
        self._settle(_ON_ITS_WAY)
        stops = {each: snapshot.view(each).extent.first for each in snapshot.processes}
        yield from self._run.newest_first(stops, processes)


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
