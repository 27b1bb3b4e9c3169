"""Running detectors over what was stored, and keeping what they found."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.literal import Literals, LiteralSets
from brummer.logs.allowance import Allowance
from brummer.logs.collection import Collections
from brummer.logs.pause import Pauses, Window
from brummer.logs.table import FindingTable
from brummer.logs.watch import Watch, watch_of
from brummer.model.collector import Before, Gatherer, Lookout
from brummer.model.finding import Detector, Finding
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId

#: Bytes of a line that a detector is shown.
LENGTH: Final = 64 * 1024
#: Lines that a detector may look back.
REACH: Final = 50

#: Is told the name of a part and what it raised.
Failed = Callable[[str, BaseException], object]


class _Net(NamedTuple):
    """The literals of all detectors, and those of each."""

    literals: Literals
    sets: LiteralSets


def _net_of(watches: Iterable[Watch]) -> _Net:
    sets = [watch.literals() for watch in watches]
    return _Net(Literals(chain.from_iterable(sets)), LiteralSets(sets))


class Detection:
    """Shows lines to detectors, and keeps the last *max_findings* findings.

    A line is looked at only if it holds one of a detector's literals.  They are
    searched for in whole segments, all at once; only the lines that hold one
    become objects, and those that follow while a detector collects what a line
    began.  A detector that raises, answers nonsense or is slow is reported to
    *failed* with ``detector NAME`` and the error, the others go on, and after
    some failures it is not asked again.  All of them together take half of the log
    thread's time at most: of a flood of errors, lines are left out, and counted.

    Threads: the log thread calls :meth:`look`, :meth:`go_on`, :meth:`end`,
    :meth:`settle` and :meth:`keep`, and asks for :attr:`patience`.  Any thread may
    read the rest, without a lock; see :class:`~brummer.logs.table.FindingTable`.
    """

    def __init__(
        self,
        detectors: Iterable[Detector | Gatherer | Lookout],
        *,
        max_findings: int,
        failed: Failed,
        clock: Clock,
    ) -> None:
        self._watches = tuple(_watched(detectors, clock, failed))
        #: Made by the log thread when there is something to look at: that takes
        #: some hundredths of a second, in which others can start.
        self._net: _Net | None = None
        self._collections = Collections(clock)
        self._pauses = Pauses(self._watches, clock)
        self._table = FindingTable(max_findings)
        self._clock = clock
        self._allowance = Allowance(clock)
        self._unseen = 0

    @property
    def version(self) -> int:
        """A number that changes with :meth:`findings`."""
        return self._table.version

    @property
    def dropped(self) -> int:
        """How many findings had to make room for newer ones."""
        return self._table.dropped

    @property
    def unseen(self) -> int:
        """How many lines nobody looked at, for there were too many to look at."""
        return self._unseen

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, the one that was seen last at the end."""
        return self._table.findings()

    @property
    def patience(self) -> float | None:
        """Seconds after which to call :meth:`settle`; ``None`` for never."""
        patiences = (self._collections.patience, self._pauses.patience)
        return min((p for p in patiences if p is not None), default=None)

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """Add *findings*, and return them as they are kept; repeats are one."""
        return self._table.keep(findings)

    def look(
        self, runs: Iterable[tuple[int, Segment]], window: Window
    ) -> list[Finding]:
        """Return what the detectors find in *runs*, in the order of the lines.

        The number beside each segment is that of its first line; *window* returns
        lines that came before it.
        """
        findings: list[Finding] = []
        for number, segment in runs if self._watches else ():
            if segment.stream is Stream.NOTE:
                continue
            net = self._net = self._net or _net_of(self._watches)
            starts = net.literals.starts(segment.data)
            source = (segment.process, segment.stream)
            if not starts and not self._collections.is_open(*source):
                continue
            if not self._allowance.begin():
                self._unseen += len(starts)
                continue
            for watch in self._watches:
                watch.renew()
            for entry, has_literal in self._entries(number, segment, starts):
                wanting = net.sets.held(entry.data) if has_literal else ()
                findings += self._shown(entry, window, wanting)
            self._allowance.end()
        return findings

    def go_on(
        self, moved: Iterable[tuple[ProcessId, bool]], stored: Iterable[Segment]
    ) -> list[Finding]:
        """Return what is over, of processes that *moved* and what was *stored*.

        See :meth:`Pauses.go_on <brummer.logs.pause.Pauses.go_on>`.
        """
        return self._pauses.go_on(moved, stored)

    def end(self, process: ProcessId) -> list[Finding]:
        """Return what *process* was in the middle of, and what ends with it."""
        found = self._collections.end(process) + self._pauses.end(process)
        return found + self._table.ended(process, self._clock.now())

    def settle(self, window: Window) -> list[Finding]:
        """Return what is whole because nothing more has come."""
        return self._collections.settle() + self._pauses.settle(window)

    def _entries(
        self, number: int, segment: Segment, starts: list[int]
    ) -> Iterator[tuple[LogEntry, bool]]:
        """Yield the lines of *segment* that somebody wants to see.

        They begin at *starts*, or somebody collects at the moment when they are
        asked for; each with whether it begins at one.
        """
        data = segment.data
        position = 0
        wanted = iter([*starts, len(data)])
        start = next(wanted)
        while position < len(data):
            if not self._collections.is_open(segment.process, segment.stream):
                number += data.count(b"\n", position, start)
                position = start
                if position == len(data):
                    break
            yield _entry(number, segment, position), position == start
            if position == start:
                start = next(wanted)
            number += 1
            position = data.find(b"\n", position) + 1 or len(data)

    def _shown(
        self, entry: LogEntry, window: Window, wanting: Iterable[int]
    ) -> list[Finding]:
        """Return what one line brings: what it completes, and what it tells.

        It has literals of the detectors with the numbers *wanting*.
        """
        found: list[Finding] = []
        owners: set[Watch] = set()
        if self._collections.is_open(entry.process, entry.stream):
            found, owners = self._collections.show(entry)
        for number in wanting:
            watch = self._watches[number]
            if watch not in owners and watch.takes_part:
                found += self._asked(watch, entry, partial(_before, window, entry))
        return found

    def _asked(self, watch: Watch, entry: LogEntry, before: Before) -> list[Finding]:
        """Return what one detector says of *entry*, and let it collect."""
        found: list[Finding] = []
        for part in watch.asked(entry, before):
            if isinstance(part, Finding):
                found.append(part)
            else:
                found += self._collections.add(watch, part, entry)
        return found


def _watched(
    detectors: Iterable[Detector | Gatherer | Lookout], clock: Clock, failed: Failed
) -> Iterator[Watch]:
    """Yield the detectors that say what they look for."""
    for detector in detectors:
        watch, error = attempt(watch_of, detector, clock, failed)
        if watch is not None:
            yield watch
        elif error is not None:
            name, _ = attempt(_name, detector)
            failed(f"detector {name or type(detector).__name__}", error)


def _name(detector: Detector | Gatherer | Lookout) -> str:
    return str(detector.name)


def _entry(number: int, segment: Segment, start: int) -> LogEntry:
    """Return the line of *segment* that begins at *start*."""
    end = segment.data.find(b"\n", start, start + LENGTH)
    data = segment.data[start : start + LENGTH if end < 0 else end]
    return LogEntry(number, segment.process, segment.stream, segment.time, data)


def _before(window: Window, entry: LogEntry, count: int) -> tuple[LogEntry, ...]:
    """Return up to *count* lines of the stream of *entry* that came before it."""
    if count <= 0:
        return ()
    first = max(entry.number - REACH, 0)
    entries = window(first, entry.number - first, entry.process).entries
    return tuple(
        earlier
        for earlier in entries
        if earlier.number < entry.number and earlier.stream is entry.stream
    )[-count:]
