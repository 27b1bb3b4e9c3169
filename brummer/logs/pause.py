"""Processes that have come to rest in the middle of a line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from brummer.core.clock import Clock
from brummer.core.literal import Literals
from brummer.logs.watch import Watch
from brummer.model.finding import Finding
from brummer.model.log import LogEntry, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

#: Seconds without output after which an unterminated line is looked at.
QUIET: Final = 0.3
#: Lines that one may look back, and bytes of the end of a line that are shown.
REACH: Final = 50
LENGTH: Final = 64 * 1024
#: Bytes at the end of whole lines in which a literal is looked for.
NEAR: Final = 2_048

#: Returns lines from a number on, so many, of a process; see :class:`LogStore`.
Window = Callable[[int, int, ProcessId | None], LogWindow]

_Source = tuple[ProcessId, Stream]


class Pauses:
    """Shows lines without an end to who looks out for them, once each rest.

    What was found there holds until its stream goes on to another line, or rests
    with the same line grown into something else; then it is found once more, as
    resolved.

    Some questions end with a line feed, below their choices: what was printed last
    is looked at as well if it holds a literal of somebody who looks out.

    Nothing is armed while no process stands in the middle of a line, or after such
    a literal.

    Threads: the log thread's.
    """

    def __init__(self, watches: Iterable[Watch], clock: Clock) -> None:
        self._watches = tuple(watch for watch in watches if watch.pause is not None)
        self._literals = Literals(
            literal for watch in self._watches for literal in watch.literals()
        )
        self._clock = clock
        #: When to look at which processes, soonest first: each that goes on goes
        #: to the end.
        self._due: dict[ProcessId, float] = {}
        #: Bytes that may still come for a literal to be near.
        self._left: dict[ProcessId, int] = {}
        #: What holds.
        self._standing: dict[_Source, tuple[Finding, ...]] = {}

    @property
    def patience(self) -> float | None:
        """Seconds until something is due; ``None`` if nothing is."""
        if not self._due:
            return None
        return max(next(iter(self._due.values())) - self._clock.monotonic(), 0.0)

    def go_on(
        self, moved: Iterable[tuple[ProcessId, bool]], stored: Iterable[Segment]
    ) -> list[Finding]:
        """Take note of which processes *moved*, and return what is over.

        Beside each stands whether it is in the middle of a line now.
        """
        if not self._watches:
            return []
        over: list[Finding] = []
        for segment in stored:
            if segment.stream is not Stream.NOTE:
                self._note(segment)
            if self._standing:
                over += self._over((segment.process, segment.stream), ())
        for process, is_unfinished in moved:
            self._due.pop(process, None)
            if is_unfinished or process in self._left:
                self._due[process] = self._clock.monotonic() + QUIET
        return over

    def _note(self, segment: Segment) -> None:
        """Take note of a literal at the end of *segment*, or how far away it is."""
        process = segment.process
        if self._literals.starts(segment.data[-NEAR:]):
            self._left[process] = NEAR
        elif process in self._left:
            self._left[process] -= len(segment.data)
            if self._left[process] <= 0:
                del self._left[process]

    def end(self, process: ProcessId) -> list[Finding]:
        """Return what is over because *process* has ended."""
        self._due.pop(process, None)
        self._left.pop(process, None)
        return [
            finding
            for source in [source for source in self._standing if source[0] == process]
            for finding in self._over(source, ())
        ]

    def settle(self, window: Window) -> list[Finding]:
        """Return what the lines mean at which processes rest now, and what is over."""
        found: list[Finding] = []
        now = self._clock.monotonic()
        while self._due and next(iter(self._due.values())) <= now:
            process = next(iter(self._due))
            del self._due[process]
            found += self._looked(process, window)
        return found

    def _looked(self, process: ProcessId, window: Window) -> list[Finding]:
        """Return what is new in the last lines of *process*, and what is over."""
        found: list[Finding] = []
        end = window(0, 0, process).extent.end
        entries = window(max(end - REACH, 0), REACH, process).entries
        unfinished = [entry for entry in entries if entry.partial]
        for entry in unfinished or entries[-1:]:
            if entry.stream is Stream.NOTE:
                # Not the process says this: somebody typed it, say, and was answered
                # by nobody yet.
                continue
            shown = entry._replace(data=entry.data[-LENGTH:])
            before = partial(_before, entries, entry)
            told = [
                _known(finding, watch)
                for watch in self._watches
                for finding in _fresh(watch).paused(shown, before)
            ]
            found += self._over((process, entry.stream), tuple(told))
        return found

    def _over(self, source: _Source, now: tuple[Finding, ...]) -> list[Finding]:
        """Let *now* hold at *source*; return what is new, and what holds no more."""
        earlier = self._standing.pop(source, ())
        if now:
            self._standing[source] = now
        if [f.title for f in earlier] == [f.title for f in now]:
            return []
        time = self._clock.now()
        kept = {finding.fingerprint for finding in now}
        gone = (f for f in earlier if f.fingerprint not in kept)
        return [*(replace(finding, resolved=time) for finding in gone), *now]


def _fresh(watch: Watch) -> Watch:
    """Return *watch* with time for another look."""
    watch.renew()
    return watch


def _known(finding: Finding, watch: Watch) -> Finding:
    """Return *finding* with a fingerprint: one that has none is never over."""
    if finding.fingerprint:
        return finding
    return replace(finding, fingerprint=f"{watch.name}: {finding.title}")


def _before(
    entries: Sequence[LogEntry], entry: LogEntry, count: int
) -> tuple[LogEntry, ...]:
    """Return up to *count* of *entries* of the stream of *entry* before it."""
    earlier = tuple(
        e for e in entries if e.number < entry.number and e.stream is entry.stream
    )
    return earlier[-count:] if count > 0 else ()
