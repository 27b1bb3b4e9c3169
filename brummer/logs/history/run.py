"""One run of an instance, read back from its files."""

import heapq
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brummer.logs import cut
from brummer.logs.block import Block
from brummer.logs.history import place
from brummer.logs.history.claim import is_claimed
from brummer.logs.history.past import Past, Sheet, clipped, of_all, of_process
from brummer.logs.history.stretch import Stretch
from brummer.model.log import LogEntry, Segment
from brummer.model.process import ProcessId


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """What is known of a run; times are seconds since the epoch, 0 if unknown.

    *ended* is ``None`` if it was killed, or goes on.  *size* is in bytes on disk.
    """

    id: str
    instance: str
    started: float
    ended: float | None
    is_running: bool
    processes: int
    size: int


class Run:
    """The processes of the run in *folder*, and the log of all of them.

    It may be written to meanwhile; see :class:`~brummer.logs.history.past.Past`.

    Threads: any, several at once.  What is remembered is a matter of time only: two
    that find the same thing missing both look it up.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._pasts: dict[ProcessId, Past] = {}
        self._known: dict[str, ProcessId] = {}

    @property
    def id(self) -> str:
        """The name of the run."""
        return self.folder.name

    def row(self) -> RunRow:
        """Return what is known of it."""
        fields = place.load(self.folder / place.RUN)
        ended = fields.get("ended")
        return RunRow(
            id=self.id,
            instance=str(fields.get("instance", "")),
            started=_number(fields.get("started")),
            ended=_number(ended) if ended is not None else None,
            is_running=is_claimed(self.folder),
            processes=len(place.folders(self.folder)),
            size=size(self.folder),
        )

    def processes(self) -> list[ProcessId]:
        """Return who printed something."""
        found = place.folders(self.folder)
        # Names of folders are not ids; what stands in them is read once.
        for folder in found:
            if folder.name not in self._known:
                id_ = place.load(folder / place.PROCESS).get("id")
                if isinstance(id_, str):
                    self._known[folder.name] = ProcessId(id_)
        return [self._known[f.name] for f in found if f.name in self._known]

    def about(self, process: ProcessId) -> Mapping[str, object]:
        """Return what was noted of a process."""
        folder = self.folder / place.process_name(process)
        return place.load(folder / place.PROCESS)

    def past(self, process: ProcessId) -> Past:
        """Return the log of *process*, which may be empty."""
        past = self._pasts.get(process)
        if past is None:
            folder = self.folder / place.process_name(process)
            past = self._pasts[process] = Past(folder, process)
        return past

    def extent(self, process: ProcessId | None = None) -> tuple[int, int]:
        """Return the number of the oldest line and after the newest.

        Both are 0 if there are none.
        """
        if process is not None:
            outlines = self.past(process).outlines()
            return (outlines[0].first, outlines[-1].end) if outlines else (0, 0)
        found = [
            (outlines[0].merged, outlines[-1].merged_end)
            for each in self.processes()
            if (outlines := self.past(each).outlines())
        ]
        if not found:
            return 0, 0
        return min(first for first, _ in found), max(end for _, end in found)

    def window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> list[LogEntry]:
        """Return up to *count* lines from number *first* on, of one process or of all.

        If the next ones are missing, those after them.
        """
        while count > 0:
            stop = first + count
            runs = (
                list(self.past(process).segments(first, stop))
                if process is not None
                else self._merged(first, stop)
            )
            if runs:
                return cut.many_entries(runs, first, stop)
            following = self._following(stop, process)
            if following is None:
                return []
            first = following
        return []

    def _merged(self, first: int, stop: int) -> list[tuple[int, Segment]]:
        """Return lines of all, in the order of reading."""
        found: list[tuple[int, Segment]] = []
        for process in self.processes():
            for record, segment in self.past(process).runs(first, stop, of_all):
                found += clipped(record.merged, segment, first, stop)
        return sorted(found, key=lambda run: run[0])

    def _following(self, number: int, process: ProcessId | None) -> int | None:
        """Return the number of the first line from *number* on; ``None`` without."""
        if process is not None:
            return self.past(process).following(number, of_process)
        found = [self.past(each).following(number, of_all) for each in self.processes()]
        return min((one for one in found if one is not None), default=None)

    def newest_first(
        self,
        stops: Mapping[ProcessId, int],
        processes: Collection[ProcessId] = (),
        of: Callable[[Stretch], int] = of_process,
    ) -> Iterator[Block]:
        """Yield what *processes* printed, all if empty, the newest block first.

        Of a process in *stops* only what comes before that line.  *of* says in which
        log the lines are numbered.
        """
        piles: list[tuple[int, int, Past, Sheet, Iterator[Sheet]]] = []
        for order, process in enumerate(processes or self.processes()):
            past = self.past(process)
            pile = past.newest_first(stops.get(process))
            _lay(piles, order, past, pile)
        while piles:
            _, order, past, sheet, pile = heapq.heappop(piles)
            block = past.block(sheet, of)
            if block is not None:
                yield block
            _lay(piles, order, past, pile)


def _lay(
    piles: list[tuple[int, int, Past, Sheet, Iterator[Sheet]]],
    order: int,
    past: Past,
    pile: Iterator[Sheet],
) -> None:
    """Put the next sheet of *pile* on the heap, where the newest is on top."""
    sheet = next(pile, None)
    if sheet is not None:
        heapq.heappush(piles, (-sheet.merged_end, order, past, sheet, pile))


def size(folder: Path) -> int:
    """Return how many bytes the files in *folder* and below take."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            # It may be packed, or removed, while we look.
            with suppress(OSError):
                total += Path(root, name).lstat().st_size
    return total


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
