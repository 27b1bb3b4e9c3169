"""The one that writes to the log store, and tells everybody else."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.logs.typed import HIDDEN, Veil, as_typed, asks_for_secret
from brummer.model.event import Event, FindingReported, OutputStored
from brummer.model.finding import Finding
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

logger = logging.getLogger(__name__)


class Output(NamedTuple):
    """What one read of a stream returned, and when (seconds since the epoch)."""

    process: ProcessId
    stream: Stream
    data: bytes
    time: float


class Typed(NamedTuple):
    """Somebody typed *data* into a process, at *time* (seconds since the epoch).

    It is stored as lines of ours, unless it was *hidden*, or an answer to a
    question for a password: then only that there was something.
    """

    process: ProcessId
    data: bytes
    time: float
    hidden: bool


class End(NamedTuple):
    """All streams of a process are at their end."""

    process: ProcessId


class Shed(NamedTuple):
    """Memory runs short: the older half of the log has to go."""


#: What can be written.
Item = Output | Typed | End | Finding | Shed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Who is told what happened.

    *drained* is called once the last line of a process is stored and visible;
    *publish* carries events, *changed* wakes who polls versions.  *show* gets
    everything that was stored, in order, and may wait: that stops the log
    thread, then the reading of pipes, then the children.  *preserve* gets the same
    with the number of each segment's first line in the log of its process, and how
    many lines were ever stored; *mark* gets what was found in these.  *failed* gets
    the name of a part and what it raised.

    Threads: all are called by whoever writes, so on the log thread.  Only *show*
    may take its time, and *preserve* for a moment.
    """

    drained: Callable[[ProcessId], object]
    publish: Callable[[Event], object]
    changed: Callable[[], object]
    failed: Callable[[str, BaseException], object]
    show: Callable[[Sequence[Segment]], object] | None = None
    preserve: Callable[[Sequence[tuple[int, Segment]], int], object] | None = None
    mark: Callable[[Sequence[Finding]], object] | None = None


class LogWriter:
    """Stores, lets readers see it, detects, and tells.

    Whatever raises on the way is reported and left behind: the log goes on.

    Threads: one caller at a time, which the two lanes of
    :mod:`brummer.logs.lane` see to.
    """

    def __init__(self, store: LogStore, detection: Detection, outlets: Outlets) -> None:
        self._store = store
        self._detection = detection
        self._outlets = outlets
        self._veil = Veil()
        #: What was taken since the last flush.
        self._stored: list[tuple[int, Segment]] = []
        self._moved: set[ProcessId] = set()
        self._ended: list[ProcessId] = []
        self._reported: list[Finding] = []

    @property
    def patience(self) -> float | None:
        """Seconds after which to flush even if nothing came; ``None`` for never."""
        return self._detection.patience

    def take(self, item: Item) -> None:
        """Store *item*; nobody sees it yet."""
        self._guard("log store", self._take, item)

    def flush(self) -> None:
        """Let everybody see and know what was taken."""
        stored, self._stored = self._stored, []
        ended, self._ended = self._ended, []
        reported, self._reported = self._reported, []
        moved, self._moved = self._moved, set()
        self._guard("log store", self._publish)
        if self._outlets.preserve is not None and stored:
            end = self._store.stored
            self._guard("history", self._outlets.preserve, stored, end)
        self._guard("detection", self._go_on, moved, stored)
        self._guard("detection", self._detect, stored, reported)
        for process in ended:
            # After its last findings are kept: some of them end with it.
            self._guard("detection", self._end, process)
        self._guard("detection", self._settle)
        self._guard("log events", self._announce, stored)
        for process in ended:
            self._guard("log events", self._outlets.drained, process)
        if self._outlets.show is not None and stored:
            segments = [segment for _, segment in stored]
            self._guard("log output", self._outlets.show, segments)

    def _take(self, item: Item) -> None:
        """Put *item* where it belongs."""
        if isinstance(item, Output):
            self._moved.add(item.process)
            self._stored += self._store.append(*item)
        elif isinstance(item, Typed):
            self._take_typed(item)
        elif isinstance(item, End):
            # Noted first: whatever goes wrong, somebody waits for this end.
            self._ended.append(item.process)
            self._veil.lift(item.process)
            self._stored += self._store.end(item.process)
        elif isinstance(item, Shed):
            self._store.shed()
        else:
            self._reported.append(item)

    def _take_typed(self, typed: Typed) -> None:
        """Store what was typed below the question that it answers.

        Whether that asked for a secret is decided here, where everything is in
        order: what the typist saw before has been stored.
        """
        asked = any(map(asks_for_secret, self._store.unfinished(typed.process)))
        secret = typed.hidden or asked
        hidden = self._veil.hides(typed.process, typed.data, secret=secret)
        line = HIDDEN if hidden else as_typed(typed.data)
        self._moved.add(typed.process)
        self._stored += self._store.close_lines(typed.process)
        self._stored += self._store.append(typed.process, Stream.NOTE, line, typed.time)

    def _publish(self) -> None:
        """Let readers see the new lines."""
        if self._store.publish():
            self._outlets.changed()

    def _go_on(self, moved: set[ProcessId], stored: list[tuple[int, Segment]]) -> None:
        """Say which processes printed, and which of them stand in a line."""
        standing = [(process, self._store.is_unfinished(process)) for process in moved]
        segments = (segment for _, segment in stored)
        self._keep(self._detection.go_on(standing, segments))

    def _detect(
        self, stored: list[tuple[int, Segment]], reported: list[Finding]
    ) -> None:
        """Look for findings in the new lines."""
        found = self._detection.look(stored, self._store.window)
        self._keep(reported + found)

    def _end(self, process: ProcessId) -> None:
        """Keep what *process* was in the middle of, and say what ends with it."""
        self._keep(self._detection.end(process))

    def _settle(self) -> None:
        """Keep what is complete because nothing more has come."""
        self._keep(self._detection.settle(self._store.window))

    def _keep(self, findings: list[Finding]) -> None:
        """Keep *findings*, and tell of them."""
        if not findings:
            return
        if self._outlets.mark is not None:
            self._guard("history", self._outlets.mark, findings)
        kept = self._detection.keep(findings)
        self._outlets.changed()
        for finding in kept:
            self._outlets.publish(FindingReported(finding=finding))

    def _announce(self, stored: list[tuple[int, Segment]]) -> None:
        """Publish one event for each process that has new lines."""
        lines: Counter[ProcessId] = Counter()
        for _, segment in stored:
            lines[segment.process] += segment.lines
        for process, count in lines.items():
            self._outlets.publish(OutputStored(process=process, lines=count))

    def _guard(
        self, part: str, call: Callable[..., object], *arguments: object
    ) -> None:
        """Call *call*, and report what it raises."""
        try:
            call(*arguments)
        except (Exception, SystemExit) as error:
            logger.exception("%s failed", part)
            try:
                self._outlets.failed(part, error)
            except Exception:
                logger.exception("%s could not be reported", part)
