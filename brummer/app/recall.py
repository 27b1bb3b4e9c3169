"""What searches have found, so that the same one later looks at what is new only."""

import math
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple, TypeAlias

from brummer.core.clock import Clock
from brummer.logs.block import newest_first, newest_since
from brummer.logs.condition import (
    All,
    Any,
    Condition,
    HasText,
    IsBetween,
    IsFrom,
    Not,
)
from brummer.logs.history.archive import Archive
from brummer.logs.search import Scope, SearchProgress, SearchState
from brummer.logs.view import LogSnapshot
from brummer.model.process import ProcessId

#: Searches that are remembered, and bytes of the lines that each has found.
REMEMBERED: Final = 16
BYTES: Final = 256 * 1024

#: What a hit takes besides its line, and how many there are of one process.
_HIT: Final = 200
_COUNT: Final = 100

#: Seconds after which it is counted whether files have lost lines.
COUNTED: Final = 10.0

_Key: TypeAlias = tuple[Condition, tuple[ProcessId, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: lines of *processes*, all if empty, like *condition*.

    *hits* is how many are kept, and *snapshot* is what there is in memory.
    """

    condition: Condition
    processes: tuple[ProcessId, ...]
    hits: int
    snapshot: LogSnapshot

    @property
    def key(self) -> _Key:
        """What is the same whenever it is asked."""
        return self.condition, self.processes, self.hits

    @property
    def stored(self) -> int:
        """How many whole lines its processes ever had."""
        return sum(self.snapshot.view(each).whole for each in self.processes or (None,))

    @property
    def open_lines(self) -> int:
        """How many lines of its processes have no end yet."""
        views = map(self.snapshot.view, self.processes or self.snapshot.processes)
        return sum(len(view.tails) for view in views)


class _Known(NamedTuple):
    """What a search has *found* in all lines before number *whole* of all.

    Memory began with line *first* of all.  Its processes had *stored* lines, of which
    *lines* were there; that was last counted at *counted*, by the clock that only ever
    grows.
    """

    found: SearchProgress
    whole: int
    first: int
    stored: int
    lines: int
    counted: float

    def lines_at(self, sought: Sought) -> int:
        """Return how many whole lines there are by now, if none was dropped."""
        return self.lines + sought.stored - self.stored


class Recall:
    """Remembers searches that came to their end, the latest of each kind.

    Agents and scripts ask the same again and again.  Lines never change, and are
    stored in the order of their ends: so what was found before some line stays found,
    as long as nothing is dropped.  Lines that came to no file, as on a full disk, are
    counted on as well, though nobody can read them any more.

    Threads: any; the lock guards the table, whose values are frozen.  Of two that end
    at the same time, either may be remembered.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock
        self._lock = Lock()
        #: The one that was used last stands last.
        self._known: dict[_Key, _Known] = {}

    def scope(self, sought: Sought) -> Scope:
        """Return where to look, with what was found in the rest before.

        To know that, it may have to be counted what is in many files.
        """
        snapshot, processes = sought.snapshot, sought.processes
        known = self._of(sought)
        if known is None:
            return Scope(
                blocks=chain(
                    newest_first(snapshot, processes),
                    self._archive.older(snapshot, processes),
                ),
                total=partial(self._archive.count, snapshot, processes),
                processes=processes,
            )
        lines = known.lines_at(sought) + sought.open_lines
        return Scope(
            blocks=newest_since(snapshot, known.whole, processes),
            total=lambda: lines,
            processes=processes,
            before=known.found,
        )

    def keep(self, sought: Sought, found: SearchProgress) -> None:
        """Remember what was *found* in whole lines, if it may be of use."""
        if found.state is not SearchState.DONE or not _lasts(sought.condition):
            return
        size = sum(_HIT + len(hit.data) for hit in found.hits)
        if size + _COUNT * len(found.counts) > BYTES:
            return
        view = sought.snapshot.view()
        known = _Known(
            found=found,
            whole=view.whole,
            first=view.extent.first,
            stored=sought.stored,
            lines=found.total - sought.open_lines,
            counted=self._clock.monotonic(),
        )
        with self._lock:
            before = self._known.pop(sought.key, None)
            if before is not None:
                # As a rule it went on from there, and counted nothing.
                known = known._replace(counted=before.counted)
            elif len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[sought.key] = known

    def _of(self, sought: Sought) -> _Known | None:
        """Return what is known of the same search, if it still holds."""
        with self._lock:
            known = self._known.get(sought.key)
        if known is None:
            return None
        view = sought.snapshot.view()
        if not view.extent.first <= known.whole <= view.whole:
            # What is new is in files by now, or it is not so new.
            return None
        if not self._archive.has_files:
            return known if known.first == view.extent.first else None
        now = self._clock.monotonic()
        if now - known.counted < COUNTED:
            return known
        lines = self._archive.count(sought.snapshot, sought.processes)
        if lines - sought.open_lines != known.lines_at(sought):
            return None
        return self._counted(sought.key, known._replace(counted=now))

    def _counted(self, key: _Key, known: _Known) -> _Known:
        """Take note that nothing was dropped."""
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = known
        return known


def _lasts(condition: Condition) -> bool:
    """Whether what is true of a line now is true of it whenever it is asked again.

    That is not so of what depends on findings, which come later.  A time that is
    counted back from now is another one with each search.
    """
    match condition:
        case All(conditions) | Any(conditions):
            return all(map(_lasts, conditions))
        case Not(inner):
            return _lasts(inner)
        case HasText() | IsFrom():
            return True
        case IsBetween(since, until):
            return since <= 0 and until == math.inf
    # Imported with the expressions that make such conditions.
    from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsOf

    return isinstance(condition, HasLevel | HasPriority | HasTag | IsOf)
