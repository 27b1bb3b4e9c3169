"""Keeps a history within its bounds: packs old parts, removes old runs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Final

from brummer.core.clock import Clock
from brummer.logs.history import packing, place
from brummer.logs.history.claim import is_claimed
from brummer.logs.history.part import Outline, outline
from brummer.logs.history.run import size
from brummer.logs.history.writer import Outcome

#: It is looked whether there is too much when one part in so many of the quota has
#: been written.
_PART: Final = 16

#: Ends of the names of all files of a part.
_ENDS: Final = (place.LOG, place.PACKED, place.INDEX, place.PACKED_INDEX)

#: What is packed of a part, in this order: who reads one opens the index first.
_FORMS: Final = ((place.LOG, place.PACKED), (place.INDEX, place.PACKED_INDEX))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much there may be: *max_bytes* on disk, *max_age* in seconds."""

    max_bytes: int
    max_age: float


class Upkeep:
    """Looks after the runs in *history*, of which *own* is the present one.

    Runs that others are at work on are theirs.  The newest part of each process of
    our own stays, whatever its size.  Nothing here raises because of a file: what
    cannot be packed or removed stays as it is.

    Threads: the history thread only.
    """

    def __init__(self, history: Path, own: Path, bounds: Bounds, clock: Clock) -> None:
        self._history = history
        self._own = own
        self._bounds = bounds
        self._clock = clock
        #: Bytes that were written since the last look at the sizes.
        self._fresh = 0
        #: Folders with parts to pack, in the order in which they came.
        self._folders: dict[Path, None] = {}
        self._work: Iterator[None] | None = self._begin()

    def note(self, outcome: Outcome) -> None:
        """Hear what was written; remove what is too much now."""
        self._folders |= dict.fromkeys(outcome.closed)
        self._fresh += outcome.bytes
        if self._fresh >= self._bounds.max_bytes // _PART:
            self.tidy()

    def step(self) -> bool:
        """Do a little of what can wait; return whether there is more to do."""
        if self._work is None:
            if not self._folders:
                return False
            folder = next(iter(self._folders))
            del self._folders[folder]
            self._work = _packing(folder, place.parts(folder)[:-1])
        try:
            next(self._work)
        except StopIteration:
            self._work = None
        except OSError:
            # Removed, or no room: another time.
            self._work = None
        return True

    def _begin(self) -> Iterator[None]:
        """Put in order what earlier runs have left."""
        self.tidy()
        yield
        for run in place.runs(self._history):
            if run != self._own and not is_claimed(run):
                for folder in place.folders(run):
                    with suppress(OSError):
                        yield from _packing(folder, place.parts(folder))

    def tidy(self) -> None:
        """Remove what is too old or too much, the oldest first."""
        self._fresh = 0
        sizes = {run: size(run) for run in place.runs(self._history)}
        total = sum(sizes.values())
        for run in sorted(sizes):
            if is_claimed(run) or run == self._own:
                continue
            if total > self._bounds.max_bytes or self._is_old(run):
                shutil.rmtree(run, ignore_errors=True)
                total -= sizes[run]
        if total > self._bounds.max_bytes:
            self._shorten(total - self._bounds.max_bytes)

    def _is_old(self, run: Path) -> bool:
        """Whether it was too long ago that *run* ended, or was last described."""
        try:
            ended = (run / place.RUN).stat().st_mtime
        except OSError:
            return False
        return self._clock.now() - ended > self._bounds.max_age

    def _shorten(self, excess: int) -> None:
        """Remove the oldest parts of our own run: *excess* bytes if possible."""
        old: list[Outline] = []
        for folder in place.folders(self._own):
            for number in place.parts(folder)[:-1]:
                found = outline(place.part(folder, number))
                if found is not None:
                    old.append(found)
        for each in sorted(old, key=attrgetter("merged_end")):
            if excess <= 0:
                return
            excess -= _remove(each.stem)

    def clear(self) -> None:
        """Remove all but what others are at work on, and our newest parts."""
        clear(self._history)
        for folder in place.folders(self._own):
            for number in place.parts(folder)[:-1]:
                _remove(place.part(folder, number))


def clear(history: Path) -> None:
    """Remove the runs in *history* that nobody is at work on."""
    for run in place.runs(history):
        if not is_claimed(run):
            shutil.rmtree(run, ignore_errors=True)


def _remove(stem: Path) -> int:
    """Remove a part; return how many bytes that gave."""
    gained = 0
    for end in _ENDS:
        path = place.with_end(stem, end)
        with suppress(OSError):
            length = path.lstat().st_size
            path.unlink()
            gained += length
    return gained


def _packing(folder: Path, numbers: list[int]) -> Iterator[None]:
    """Pack parts, a member between two yields.

    :raises OSError: if one cannot be.
    """
    for number in numbers:
        for plain, packed in _FORMS:
            file = place.with_end(place.part(folder, number), plain)
            if file.exists():
                target = place.with_end(place.part(folder, number), packed)
                yield from _packing_one(file, target)


def _packing_one(file: Path, packed: Path) -> Iterator[None]:
    """Put *packed* in the place of *file*."""
    draft = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with file.open("rb") as source, draft.open("wb") as target:
            draft.chmod(0o600)
            while output := source.read(packing.MEMBER):
                target.write(packing.member(output))
                yield
            target.flush()
            # What it replaces goes at once, and has been on disk for long.
            os.fsync(target.fileno())
        draft.replace(packed)
        file.unlink()
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
