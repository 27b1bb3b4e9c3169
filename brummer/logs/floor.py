"""The last lines of quiet processes, which no flood washes away.

Memory holds the newest lines, whoever printed them, so a process that floods
would push out what the others said last, and that is what is looked for when one
of them fails.  When a page goes, the lines that a quiet log still needs are put
on a page of that log alone, a *keepsake*.  The merged log goes on without them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from brummer.logs import cut
from brummer.logs.ledger import Ledger
from brummer.logs.page import Page, packed
from brummer.model.log import Segment
from brummer.model.process import ProcessId

#: Lines of each log that stay.
LINES: Final = 200

#: Keepsakes may take one part in so many of the memory for logs; those of one log,
#: one part in so many of that.
PART: Final = 8

#: Logs that may have keepsakes.
LOGS: Final = 1000

#: Keepsakes of a log that are put on one page when there are more.  A page on its
#: own costs a kilobyte, and making one of many a millisecond: in between.
_MANY: Final = 16


class Floor:
    """Keeps the last lines of each log when their page goes.

    Together they stay within *max_lines* and *max_bytes*, those of one log within
    a part of the bytes.  Beyond that, logs of processes that ended lose theirs
    first, then those that got none for longest; *changed* is told who did.

    Threads: the store's writer only.
    """

    def __init__(
        self, max_lines: int, max_bytes: int, changed: Callable[[ProcessId], object]
    ) -> None:
        #: How many lines of a log stay.
        self.height: Final = min(LINES, max_lines)
        self._max_lines = max_lines
        self._max_bytes = max_bytes
        self._changed = changed
        self._lines = 0
        #: How many bytes all keepsakes hold.
        self.size = 0
        #: Who has keepsakes, those first that got none for longest.
        self._logs: dict[ProcessId, Ledger] = {}

    def keep(self, process: ProcessId, ledger: Ledger) -> None:
        """Let the oldest page of *process* go, but for the lines that it needs."""
        first = max(ledger.first, ledger.end - self.height)
        keepsakes = self._keepsakes(process, ledger, first)
        self.forget(process)
        ledger.drop_page(keepsakes)
        if keepsakes:
            ledger.skip(first)
            self._remember(process, ledger)
            self._lower()

    def _keepsakes(
        self, process: ProcessId, ledger: Ledger, first: int
    ) -> tuple[Page, ...]:
        """Return what to keep of the lines from *first* on: of one page more."""
        going = ledger.pages[0]
        if going.numberings[process].end <= first:
            return ()
        older = [p for p in ledger.keepsakes if p.numberings[process].end > first]
        joined = [going] if len(older) < _MANY else [*older, going]
        runs = [run for page in joined for run in _runs(page, process, first)]
        room = self._max_bytes // PART
        fitting = _fitting(runs, room)
        if not fitting:
            return ()
        newest = packed(None, fitting)
        if len(joined) > 1 or len(fitting) < len(runs):
            # What is older is on it, or would be in front of a gap.
            return (newest,)
        room -= len(newest.data)
        while sum(len(page.data) for page in older) > room:
            del older[0]
        return (*older, newest)

    def _remember(self, process: ProcessId, ledger: Ledger) -> None:
        """Count the keepsakes of *process*."""
        self._logs[process] = ledger
        self._lines += _lines(process, ledger)
        self.size += _size(ledger)

    def forget(self, process: ProcessId) -> None:
        """Count the keepsakes of *process* no more."""
        ledger = self._logs.pop(process, None)
        if ledger is not None:
            self._lines -= _lines(process, ledger)
            self.size -= _size(ledger)

    def _lower(self) -> None:
        """Take away keepsakes until the rest is within bounds."""
        while (
            self._lines > self._max_lines
            or self.size > self._max_bytes
            or len(self._logs) > LOGS
        ):
            ended = (p for p, ledger in self._logs.items() if ledger.has_ended)
            process = next(ended, None) or next(iter(self._logs))
            ledger = self._logs[process]
            self.forget(process)
            ledger.drop_keepsakes()
            self._changed(process)


def _runs(page: Page, process: ProcessId, first: int) -> Iterator[tuple[int, Segment]]:
    """Yield the lines of *process* on *page* from number *first* on."""
    for number, segment in page.segments(process, first):
        begin = max(first - number, 0)
        yield number + begin, cut.part(segment, begin, segment.lines)


def _fitting(
    runs: Sequence[tuple[int, Segment]], room: int
) -> Sequence[tuple[int, Segment]]:
    """Return the last of *runs* that fit into *room* bytes."""
    for at in range(len(runs) - 1, -1, -1):
        room -= len(runs[at][1].data)
        if room < 0:
            return runs[at + 1 :]
    return runs


def _lines(process: ProcessId, ledger: Ledger) -> int:
    return sum(page.numberings[process].lines for page in ledger.keepsakes)


def _size(ledger: Ledger) -> int:
    return sum(len(page.data) for page in ledger.keepsakes)
