"""Reads output as the log thread does, and tells what a detector finds in it."""

from collections.abc import Iterable

import brummer
from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.logs.writer import End, LogWriter, Outlets, Output
from brummer.model.event import Event, FindingReported
from tests.support.clock import FakeClock

WEB = brummer.ProcessId("web-1")

_AnyDetector = brummer.Detector | brummer.Gatherer | brummer.Lookout


def entry(text: str, number: int = 0) -> brummer.LogEntry:
    """Return a line of web."""
    return brummer.LogEntry(number, WEB, brummer.Stream.OUT, 1.0, text.encode())


def nothing(*_: object) -> None:
    """Hear nothing."""


class Reader:
    """A log with detectors, and all that they found, in order."""

    def __init__(self, *detectors: _AnyDetector) -> None:
        self.found: list[brummer.Finding] = []
        self.clock = FakeClock()
        self._failures: list[BaseException] = []
        self._detection = Detection(
            detectors,
            max_findings=10_000,
            failed=lambda _, error: self._failures.append(error),
            clock=self.clock,
        )
        self._writer = LogWriter(
            LogStore(),
            self._detection,
            Outlets(
                drained=nothing,
                publish=self._hear,
                changed=nothing,
                failed=lambda _, error: self._failures.append(error),
            ),
        )

    def read(
        self,
        data: bytes | str,
        process: brummer.ProcessId = WEB,
        stream: brummer.Stream = brummer.Stream.OUT,
    ) -> None:
        """Read one piece of output."""
        printed = data.encode() if isinstance(data, str) else data
        self._writer.take(Output(process, stream, printed, 1.0))
        self._writer.flush()
        assert self._failures == []

    def rest(self, seconds: float = 1.0) -> None:
        """Let nothing come for a while."""
        self.clock.advance(seconds)
        self._writer.flush()
        assert self._failures == []

    def end(self, process: brummer.ProcessId = WEB) -> None:
        """Let *process* end."""
        self._writer.take(End(process))
        self._writer.flush()
        assert self._failures == []

    def kept(self) -> tuple[brummer.Finding, ...]:
        """Return what is known in the end."""
        return self._detection.findings()

    def _hear(self, event: Event) -> None:
        if isinstance(event, FindingReported):
            self.found.append(event.finding)


def found(
    pieces: Iterable[bytes | str], *detectors: _AnyDetector
) -> list[brummer.Finding]:
    """Return what *detectors* find in the output of a process, each time anew."""
    reader = Reader(*detectors)
    for piece in pieces:
        reader.read(piece)
    reader.end()
    return reader.found
