"""One run of an instance, read back from its files."""

import heapq
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from brummer.logs import cut
from brummer.logs.block import Block
from brummer.logs.history import place
from brummer.logs.history.claim import is_claimed
from brummer.logs.history.past import Past, Sheet, clipped, of_all, of_process
from brummer.logs.history.span import Span, Spans
from brummer.logs.history.stretch import Stretch
from brummer.logs.ranges import Ranges
from brummer.logs.strip import Strip
from brummer.model.log import LogEntry, Segment
from brummer.model.process import ProcessId

#: Processes of which it is remembered what is in their parts, and what those are
#: called whose folders' names do not tell.
_PASTS: Final = 1_000
_NAMES: Final = 10_000


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
    There may be any number of processes: at most two of their files are open at any
    time, and what is remembered of them is bounded.

    Threads: any, several at once.  What is remembered is a matter of time only: two
    that find the same thing missing both look it up.  Nothing is ever taken out of
    a table that is full; another takes its place.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self._pasts: dict[ProcessId, Past] = {}
        self._known: dict[str, ProcessId | None] = {}
        self._spans = Spans()

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
        return [process for process, _ in self._folders()]

    def _folders(self) -> Iterator[tuple[ProcessId, Path]]:
        for folder in place.folders(self.folder):
            if (process := self._named(folder)) is not None:
                yield process, folder

    def _named(self, folder: Path) -> ProcessId | None:
        name = folder.name
        if name in self._known:
            return self._known[name]
        process = place.named(folder)
        if process is not None and process != name:
            if len(self._known) >= _NAMES:
                self._known = {}
            self._known[name] = process
        return process

    def about(self, process: ProcessId) -> Mapping[str, object]:
        """Return what was noted of a process."""
        folder = self.folder / place.process_name(process)
        return place.load(folder / place.PROCESS)

    def past(self, process: ProcessId) -> Past:
        """Return the log of *process*, which may be empty."""
        past = self._pasts.get(process)
        if past is None:
            folder = self.folder / place.process_name(process)
            past = Past(folder, process)
            if len(self._pasts) >= _PASTS:
                self._pasts = {}
            self._pasts[process] = past
        return past

    def found(self, process: ProcessId) -> Ranges:
        """Return which lines of *process* belong to findings."""
        return self.past(process).found()

    def _survey(self) -> Iterator[tuple[ProcessId, Span]]:
        """Yield each process that has lines, and which."""
        for process, folder in self._folders():
            span = self._spans.of(folder)
            if span is not None:
                yield process, span

    def extent(self, process: ProcessId | None = None) -> tuple[int, int]:
        """Return the number of the oldest line and after the newest.

        Both are 0 if there are none.
        """
        if process is not None:
            span = self._spans.of(self.folder / place.process_name(process))
            return (span.first, span.end) if span else (0, 0)
        first, end = None, 0
        for _, span in self._survey():
            first = span.merged if first is None else min(first, span.merged)
            end = max(end, span.merged_end)
        return first or 0, end

    def count(
        self, stops: Mapping[ProcessId, int], processes: Collection[ProcessId] = ()
    ) -> int:
        """Return how many lines :meth:`newest_first` yields; gaps count as well."""
        return sum(
            max(min(span.end, stops.get(process, span.end)) - span.first, 0)
            for process, span in self._wanted(processes)
        )

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
        for process in self._between(first, stop):
            for record, segment in self.past(process).runs(first, stop, of_all):
                found += clipped(record.merged, segment, first, stop)
        return sorted(found, key=lambda run: run[0])

    def _between(self, first: int, stop: int) -> Iterator[ProcessId]:
        """Yield who may have one of the lines from *first* to before *stop* of all."""
        for process, span in self._survey():
            if span.merged < stop and first < span.merged_end:
                yield process

    def _following(self, number: int, process: ProcessId | None) -> int | None:
        """Return the number of the first line from *number* on; ``None`` without."""
        if process is not None:
            return self.past(process).following(number, of_process)
        nearest: int | None = None
        for each, span in self._survey():
            if span.merged_end <= number or (
                nearest is not None and span.merged >= nearest
            ):
                continue
            found = max(span.merged, number)
            if span.merged < number:
                found_inside = self.past(each).following(number, of_all)
                if found_inside is None:
                    continue
                found = found_inside
            nearest = found if nearest is None else min(nearest, found)
        return nearest

    def strips(
        self, first: int, stop: int, process: ProcessId | None = None
    ) -> Iterator[Strip]:
        """Yield lines *first* to before *stop* of *process*, or of all.

        Those of one process are in order.
        """
        if process is not None:
            yield from self.past(process).strips(first, stop, of_process)
            return
        for each in self._between(first, stop):
            yield from self.past(each).strips(first, stop, of_all)

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
        # Nothing is read of a process before its turn comes: until then it is a
        # number on this heap.
        piles: list[tuple[int, int, _Pile]] = [
            (-span.merged_end, order, _Pile(process))
            for order, (process, span) in enumerate(self._wanted(processes))
        ]
        heapq.heapify(piles)
        while piles:
            _, order, (process, sheets, sheet) = heapq.heappop(piles)
            past = self.past(process)
            if sheet is not None:
                block = past.block(sheet, of)
                if block is not None:
                    yield block
            if sheets is None:
                sheets = past.newest_first(stops.get(process))
            sheet = next(sheets, None)
            if sheet is not None:
                pile = _Pile(process, sheets, sheet)
                heapq.heappush(piles, (-sheet.merged_end, order, pile))

    def _wanted(
        self, processes: Collection[ProcessId]
    ) -> Iterator[tuple[ProcessId, Span]]:
        if not processes:
            yield from self._survey()
            return
        for process in dict.fromkeys(processes):
            span = self._spans.of(self.folder / place.process_name(process))
            if span is not None:
                yield process, span


class _Pile(NamedTuple):
    """What is still to be read of a process: *sheet* first, then the *sheets*."""

    process: ProcessId
    sheets: Iterator[Sheet] | None = None
    sheet: Sheet | None = None


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
