"""Writes a history: what all processes of an instance print."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from brummer.core.clock import Clock
from brummer.logs.history import place
from brummer.logs.history.claim import Claim
from brummer.logs.history.track import Track
from brummer.model.log import Segment
from brummer.model.process import ProcessId, ProcessState

#: Processes of which the place in their files is remembered.  Others are looked up
#: when they print again.
_TRACKS: Final = 2000


class Batch(NamedTuple):
    """What the log thread stored in one go.

    Each segment comes with the number of its first line in the log of its
    process; that of the first of them in the log of all is *merged*.
    """

    merged: int
    stored: Sequence[tuple[int, Segment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The run that a history is written of.

    *history* is the folder for those of the project in *project*.  *describe*
    returns what is known of a process.
    """

    instance: str
    project: Path
    history: Path
    started: float
    describe: Callable[[ProcessId], ProcessState | None]

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.history / place.run_name(self.instance, self.started)

    def row(self, ended: float | None) -> Mapping[str, object]:
        """Return what the file of the run says."""
        return {
            "instance": self.instance,
            "project": str(self.project),
            "pid": os.getpid(),
            "started": self.started,
            "ended": ended,
        }


@dataclass(slots=True)
class Outcome:
    """What came of writing: *lost* lines because of *error*, and *bytes* written.

    *closed* are folders in which a part is complete.
    """

    bytes: int = 0
    lost: int = 0
    error: OSError | None = None
    closed: list[Path] = field(default_factory=list)


class HistoryWriter:
    """Puts what is printed into files, one folder per process.

    Nothing here raises because of a file: what cannot be written is lost, and the
    next attempt begins from the folder up, so it works again when it can.

    Threads: the history thread only.
    """

    def __init__(self, owner: Owner, *, part_bytes: int, clock: Clock) -> None:
        self._owner = owner
        self._part_bytes = part_bytes
        self._clock = clock
        #: Those first that have not printed for longest.
        self._tracks: dict[ProcessId, Track] = {}
        self._claim: Claim | None = None

    def write(self, batches: Iterable[Batch]) -> Outcome:
        """Write *batches*, which follow each other."""
        touched: dict[ProcessId, Track] = {}
        for batch in batches:
            merged = batch.merged
            for number, segment in batch.stored:
                track = touched.get(segment.process)
                if track is None:
                    track = touched[segment.process] = self._track(segment.process)
                track.add(number, merged, segment)
                merged += segment.lines
        outcome = Outcome()
        for process, track in touched.items():
            self._write(process, track, outcome)
        return outcome

    def mark(self, process: ProcessId, ranges: Iterable[tuple[int, int]]) -> None:
        """Write down which lines of *process* belong to findings.

        What cannot be written is missing there, as its lines are.
        """
        with suppress(OSError):
            self._track(process).mark(ranges)

    def _track(self, process: ProcessId) -> Track:
        track = self._tracks.pop(process, None)
        if track is None:
            folder = self._owner.folder / place.process_name(process)
            track = Track(folder, part_bytes=self._part_bytes)
            if len(self._tracks) >= _TRACKS:
                del self._tracks[next(iter(self._tracks))]
        self._tracks[process] = track
        return track

    def _write(self, process: ProcessId, track: Track, outcome: Outcome) -> None:
        lines, before = track.waiting, track.part
        try:
            outcome.bytes += track.write(lambda folder: self._begin(process, folder))
        except OSError as error:
            outcome.lost += lines
            outcome.error = error
        if before and track.part > before:
            outcome.closed.append(track.folder)

    def _begin(self, process: ProcessId, folder: Path) -> None:
        """See to it that there is a folder for *process* that says whose it is."""
        self._open()
        folder.mkdir(mode=0o700, exist_ok=True)
        if not (folder / place.PROCESS).exists():
            state = self._owner.describe(process)
            place.save(folder / place.PROCESS, {"id": process, **_row(state)})

    def _open(self) -> None:
        """See to it that there is a folder for the run that says that it goes on."""
        if self._claim is not None and self._claim.is_good:
            return
        self._let_go()
        folder = self._owner.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = Claim(folder)
        place.save(folder / place.RUN, self._owner.row(ended=None))

    def describe(self, state: ProcessState) -> OSError | None:
        """Note what became of a process, if it printed anything."""
        path = self._owner.folder / place.process_name(state.id) / place.PROCESS
        try:
            if path.exists():
                place.save(path, {"id": state.id, **_row(state)})
        except OSError as error:
            return error
        return None

    def close(self) -> OSError | None:
        """Note that the run has ended."""
        try:
            if self._claim is not None and self._claim.is_good:
                row = self._owner.row(ended=self._clock.now())
                place.save(self._owner.folder / place.RUN, row)
        except OSError as error:
            return error
        finally:
            self._let_go()
        return None

    def _let_go(self) -> None:
        if self._claim is not None:
            self._claim.let_go()
            self._claim = None


def _row(state: ProcessState | None) -> Mapping[str, object]:
    """Return what the file of a process says."""
    if state is None:
        return {}
    return {
        "name": state.name,
        "command": state.command,
        "folder": str(state.folder),
        "created": state.created,
        "started": state.started,
        "ended": state.ended,
        "status": state.status,
        "exit_code": state.exit_code,
    }
