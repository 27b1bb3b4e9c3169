"""What detectors are in the middle of: findings whose last line has not come yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from brummer.core.clock import Clock
from brummer.logs.watch import Watch
from brummer.model.collector import Claim, Collector
from brummer.model.finding import Finding
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId

#: Lines and bytes that a collector is shown.
LINES: Final = 200
BYTES: Final = 256 * 1024
#: Seconds without a line after which a finding is taken for whole.
QUIET: Final = 0.3
#: Collections that are under way at once, of one stream and of all.
MOST_OF_ONE: Final = 16
MOST: Final = 256

_Source = tuple[ProcessId, Stream]


@dataclass(slots=True)
class _Collection:
    """One collector at work.

    Threads: the log thread's.
    """

    number: int
    watch: Watch
    collector: Collector
    lines: int = 0
    size: int = 0

    def claim(self, entry: LogEntry) -> Claim:
        """Return what it says of a line; it sees no more than it may."""
        self.lines += 1
        self.size += len(entry.data)
        if self.lines > LINES or self.size > BYTES:
            return Claim.OVER
        return self.watch.claimed(self.collector, entry)


@dataclass(slots=True)
class _Desk:
    """The collections of one stream, oldest first, and when they are overdue."""

    collections: list[_Collection]
    due: float


class Collections:
    """The collectors of all streams; each is shown what follows in its own.

    A line goes to the newest first: it knows best.

    Threads: the log thread's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        #: Only streams with a collector.
        self._desks: dict[_Source, _Desk] = {}
        self._count = 0

    def is_open(self, process: ProcessId, stream: Stream) -> bool:
        """Whether somebody collects lines of this stream."""
        return (process, stream) in self._desks

    @property
    def patience(self) -> float | None:
        """Seconds until something is overdue; ``None`` if there is nothing."""
        if not self._desks:
            return None
        due = min(desk.due for desk in self._desks.values())
        return max(due - self._clock.monotonic(), 0.0)

    def add(
        self, watch: Watch, collector: Collector, entry: LogEntry
    ) -> tuple[Finding, ...]:
        """Let *collector* have what follows on *entry*.

        Returns what was found where the oldest had to make room.
        """
        source = (entry.process, entry.stream)
        desk = self._desks.setdefault(source, _Desk([], 0.0))
        desk.collections.append(_Collection(next(self._numbers), watch, collector))
        desk.due = self._clock.monotonic() + QUIET
        self._count += 1
        if len(desk.collections) > MOST_OF_ONE:
            return self._close(source, desk.collections[0])
        if self._count > MOST:
            crowded, oldest = min(
                ((source, desk.collections[0]) for source, desk in self._desks.items()),
                key=lambda found: found[1].number,
            )
            return self._close(crowded, oldest)
        return ()

    def show(self, entry: LogEntry) -> tuple[list[Finding], set[Watch]]:
        """Show *entry* to who collects from its stream.

        Returns what that completed, and the detectors to which the line belongs.
        """
        source = (entry.process, entry.stream)
        desk = self._desks[source]
        desk.due = self._clock.monotonic() + QUIET
        found: list[Finding] = []
        owners: set[Watch] = set()
        for collection in desk.collections[::-1]:
            if collection.watch in owners:
                continue
            claim = collection.claim(entry)
            # A set of these would be made for each line, and they hash slowly.
            if claim is Claim.MINE or claim is Claim.LAST:
                owners.add(collection.watch)
            if claim is Claim.OVER or claim is Claim.LAST:
                found += self._close(source, collection)
        return found, owners

    def end(self, process: ProcessId) -> list[Finding]:
        """Return what was found in the output of *process*, which has ended."""
        return self._close_all(lambda source, _: source[0] == process)

    def settle(self) -> list[Finding]:
        """Return what was found where nothing has come for :data:`QUIET` seconds."""
        if not self._desks:
            return []
        now = self._clock.monotonic()
        return self._close_all(lambda _, desk: desk.due <= now)

    def _close_all(self, is_over: Callable[[_Source, _Desk], bool]) -> list[Finding]:
        over = [item for item in self._desks.items() if is_over(*item)]
        return list(self._closed(over))

    def _closed(self, over: list[tuple[_Source, _Desk]]) -> Iterator[Finding]:
        for source, desk in over:
            for collection in tuple(desk.collections):
                collection.watch.renew()
                yield from self._close(source, collection)

    def _close(self, source: _Source, collection: _Collection) -> tuple[Finding, ...]:
        """Return what *collection* found, and forget it."""
        collections = self._desks[source].collections
        collections.remove(collection)
        self._count -= 1
        if not collections:
            del self._desks[source]
        return collection.watch.collected(collection.collector)
