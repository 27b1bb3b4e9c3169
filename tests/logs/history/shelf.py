"""A history in a folder, and the store whose lines it has."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from brummer.logs.history.run import Run
from brummer.logs.history.writer import Batch, HistoryWriter, Outcome, Owner
from brummer.logs.store import LogStore
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId
from tests.support.clock import FakeClock

WEB = ProcessId("web-1")
API = ProcessId("api-1")
OUT, ERR, NOTE = Stream.OUT, Stream.ERR, Stream.NOTE


class Shelf:
    """Stores lines in memory and in files, as the log thread does.

    Threads: the test's.
    """

    def __init__(
        self,
        folder: Path,
        *,
        part_bytes: int = 1024 * 1024,
        instance: str = "shop-1",
        store: LogStore | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.store = store or LogStore()
        self.known: dict[ProcessId, ProcessState] = {}
        self.owner = Owner(
            instance=instance,
            project=Path("/srv/shop"),
            history=folder / "history",
            started=self.clock.now(),
            describe=self.known.get,
        )
        self.writer = HistoryWriter(self.owner, part_bytes=part_bytes, clock=self.clock)
        #: What memory has and no file yet.
        self._batches: list[Batch] = []
        self._end = 0

    @property
    def run(self) -> Run:
        """What is in the files."""
        return Run(self.owner.folder)

    def folder(self, process: ProcessId = WEB) -> Path:
        """Return where the files of *process* are, if its name is a good one."""
        return self.owner.folder / process

    def print(
        self,
        data: bytes,
        process: ProcessId = WEB,
        stream: Stream = OUT,
        time: float = 1.0,
    ) -> None:
        """Store what one read brought."""
        self._keep(self.store.append(process, stream, data, time))

    def end(self, process: ProcessId) -> None:
        """Store the lines that will get no end."""
        self._keep(self.store.end(process))

    def _keep(self, stored: list[tuple[int, Segment]]) -> None:
        self._batches.append(Batch(self._end, stored))
        self._end += sum(segment.lines for _, segment in stored)
        self.store.publish()

    def write(self) -> Outcome:
        """Write what was stored."""
        batches, self._batches = self._batches, []
        return self.writer.write(batches)

    def lose(self) -> None:
        """Drop what was stored from the files, as if the disk were too slow."""
        self._batches = []

    def lines(self, process: ProcessId | None = None) -> list[LogEntry]:
        """Return every line that is in the files."""
        return self.run.window(0, 10**9, process)

    def close(self) -> None:
        """End the run."""
        assert self.writer.close() is None


def timeless(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Return *entries* without the times, which joined reads share."""
    return [entry._replace(time=0.0) for entry in entries]


def state(process: ProcessId, **changes: Any) -> ProcessState:
    """Return a process that ran ``npm run dev``, but for *changes*."""
    usual = ProcessState(
        id=process,
        name=process.rpartition("-")[0],
        script=ScriptId("node:dev"),
        command="npm run dev",
        folder=Path("/srv/shop"),
    )
    return replace(usual, **changes)
