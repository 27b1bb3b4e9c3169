"""Running detectors over what was stored, and keeping what they found."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.errors import PluginError
from brummer.model.finding import Detector, Finding
from brummer.model.log import LogEntry, Segment, Stream

#: A detector that failed so often is not asked again.
PATIENCE: Final = 5
#: Seconds that a detector may take for one segment, and for each line of it that
#: it is shown.  A look takes microseconds; that a machine is loaded is nobody's
#: fault.
SLOW: Final = 0.5
SLOW_LINE: Final = 0.001
#: Bytes of a line that a detector is shown.
LENGTH: Final = 64 * 1024
#: Findings that one line may give.
MOST: Final = 100

_LINE: Final = itemgetter(0)


@dataclass(slots=True)
class _Watch:
    """A detector with what we know of it.

    Threads: *failures* is written by the log thread, the rest never.
    """

    name: str
    literals: tuple[bytes, ...]
    detect: Callable[[LogEntry], object]
    failures: int = 0

    @property
    def is_off(self) -> bool:
        """Whether it failed so often that it is not asked again."""
        return self.failures >= PATIENCE


class Detection:
    """Shows lines to detectors, and keeps the last *max_findings* findings.

    A line is looked at only if it holds one of a detector's literals.  They are
    searched for in whole segments, at the speed of memory; only the lines that
    hold one become objects.  A detector that raises, answers nonsense or is
    slow is reported to *failed* with ``detector NAME`` and the error, the
    others go on, and after :data:`PATIENCE` failures it is not asked again.

    Threads: the log thread calls :meth:`look` and :meth:`keep`.  Any thread may
    read :attr:`version`, :attr:`dropped` and :meth:`findings`, without a lock: they
    are published by one assignment of a value that never changes.
    """

    def __init__(
        self,
        detectors: Iterable[Detector],
        *,
        max_findings: int,
        failed: Callable[[str, BaseException], object],
        clock: Clock,
    ) -> None:
        self._failed = failed
        self._clock = clock
        self._watches = tuple(self._watched(detectors))
        #: The log thread's; the rest is what it published of it.
        self._kept: deque[Finding] = deque(maxlen=max_findings)
        self._published: tuple[Finding, ...] = ()
        self._version = 0
        self._dropped = 0

    @property
    def version(self) -> int:
        """A number that changes with :meth:`findings`."""
        return self._version

    @property
    def dropped(self) -> int:
        """How many findings had to make room for newer ones."""
        return self._dropped

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, oldest first."""
        return self._published

    def look(self, runs: Iterable[tuple[int, Segment]]) -> list[Finding]:
        """Return what the detectors find in *runs*, in the order of the lines.

        The number beside each segment is that of its first line.
        """
        findings: list[Finding] = []
        watches = [watch for watch in self._watches if not watch.is_off]
        for number, segment in runs if watches else ():
            if segment.stream is Stream.NOTE:
                continue
            lowered = segment.data.lower()
            found: list[tuple[int, Finding]] = []
            for watch in watches:
                starts = _starts(lowered, watch.literals)
                if starts:
                    found += self._ask(watch, _entries(number, segment, starts))
            findings += [finding for _, finding in sorted(found, key=_LINE)]
        return findings

    def keep(self, findings: Iterable[Finding]) -> None:
        """Add *findings* to those that can be read."""
        new = list(findings)
        if not new:
            return
        before = len(self._kept)
        self._kept.extend(new)
        self._dropped += before + len(new) - len(self._kept)
        # Readers look at the version first and at the findings then, so the
        # findings must be there before the version says so.
        self._published = tuple(self._kept)
        self._version += 1

    def _ask(
        self, watch: _Watch, entries: Iterator[LogEntry]
    ) -> list[tuple[int, Finding]]:
        """Return what one detector says of *entries*, each with the line's number."""
        found: list[tuple[int, Finding]] = []
        began = self._clock.monotonic()
        for count, entry in enumerate(entries, 1):
            if watch.is_off:
                break
            answer, error = attempt(_answered, watch, entry)
            if error is not None:
                self._blame(watch, error)
            found += [(entry.number, finding) for finding in answer or ()]
            took = self._clock.monotonic() - began
            if took > SLOW + count * SLOW_LINE:
                problem = f"took {took:.1f} s for {count} lines"
                self._blame(watch, TimeoutError(problem))
                break
        return found

    def _blame(self, watch: _Watch, error: BaseException) -> None:
        """Report a failure, and say so when it was the last."""
        watch.failures += 1
        self._failed(f"detector {watch.name}", error)
        if watch.is_off:
            problem = f"detector switched off after {watch.failures} failures"
            self._failed(f"detector {watch.name}", PluginError(watch.name, problem))

    def _watched(self, detectors: Iterable[Detector]) -> Iterator[_Watch]:
        """Yield the detectors that say what they look for."""
        for detector in detectors:
            watch, error = attempt(_watch, detector)
            if watch is not None:
                yield watch
            elif error is not None:
                name, _ = attempt(_name, detector)
                self._failed(f"detector {name or type(detector).__name__}", error)


def _watch(detector: Detector) -> _Watch:
    literals = tuple(map(_literal, detector.prefilter))
    return _Watch(_name(detector), literals, detector.detect)


def _name(detector: Detector) -> str:
    return str(detector.name)


def _answered(watch: _Watch, entry: LogEntry) -> tuple[Finding, ...]:
    return tuple(_checked(watch.detect(entry)))


def _literal(literal: object) -> bytes:
    """Return *literal* if it can be searched for.

    :raises ValueError: if it cannot, saying what it should be.
    """
    if not isinstance(literal, bytes) or not literal or b"\n" in literal:
        raise ValueError(f"prefilter {literal!r} is not the bytes of part of a line")
    return literal.lower()


def _checked(answer: object) -> Iterable[Finding]:
    """Return *answer* if it is what a detector may answer.

    :raises TypeError: if it is not, saying what it is.
    """
    if not isinstance(answer, tuple | list):
        raise TypeError(f"detect() answered {type(answer).__name__}, not a tuple")
    if len(answer) > MOST:
        raise TypeError(f"detect() found {len(answer)} things in one line")
    for finding in answer:
        if not isinstance(finding, Finding):
            raise TypeError(f"detect() answered a {type(finding).__name__}")
    return answer


def _starts(lowered: bytes, literals: tuple[bytes, ...]) -> list[int]:
    """Return where the lines begin that hold one of *literals*."""
    starts: set[int] = set()
    for literal in literals:
        position = lowered.find(literal)
        while position >= 0:
            starts.add(lowered.rfind(b"\n", 0, position) + 1)
            end = lowered.find(b"\n", position)
            position = -1 if end < 0 else lowered.find(literal, end)
    return sorted(starts)


def _entries(number: int, segment: Segment, starts: list[int]) -> Iterator[LogEntry]:
    """Yield the lines of *segment* that begin at *starts*."""
    before = 0
    for start in starts:
        number += segment.data.count(b"\n", before, start)
        before = start
        end = segment.data.find(b"\n", start, start + LENGTH)
        data = segment.data[start : start + LENGTH if end < 0 else end]
        yield LogEntry(number, segment.process, segment.stream, segment.time, data)
