"""Reads output as the log thread does, and tells what the plugin finds in it."""

from collections.abc import Iterable
from functools import cache

import brummer
from brummer.logs.detection import Detection
from brummer.logs.store import LogStore
from brummer.logs.writer import End, LogWriter, Outlets, Output
from brummer.model.event import Event, FindingReported
from brummer_errors.gathering import ErrorGatherer
from brummer_errors.loading import shipped
from brummer_errors.pattern import Pattern
from tests.support.clock import FakeClock

WEB = brummer.ProcessId("web-1")


def nothing(*_: object) -> None:
    """Hear nothing."""


@cache
def _of_shipped() -> ErrorGatherer:
    """Return what is shipped; its expressions are compiled once."""
    return ErrorGatherer(shipped())


def read(
    pieces: Iterable[bytes | str], patterns: Iterable[Pattern] | None = None
) -> list[brummer.Finding]:
    """Return what is found in output that comes in *pieces*, repeats as repeats."""
    return read_streams(
        ((WEB, brummer.Stream.OUT, piece) for piece in pieces), patterns
    )


def read_streams(
    pieces: Iterable[tuple[brummer.ProcessId, brummer.Stream, bytes | str]],
    patterns: Iterable[Pattern] | None = None,
) -> list[brummer.Finding]:
    """Return what is found in the output of several processes and streams."""
    found: list[brummer.Finding] = []
    failures: list[BaseException] = []

    def hear(event: Event) -> None:
        if isinstance(event, FindingReported):
            found.append(event.finding)

    writer = LogWriter(
        LogStore(),
        Detection(
            [_of_shipped() if patterns is None else ErrorGatherer(tuple(patterns))],
            max_findings=10_000,
            failed=lambda _, error: failures.append(error),
            clock=FakeClock(),
        ),
        Outlets(
            drained=nothing,
            publish=hear,
            changed=nothing,
            failed=lambda _, error: failures.append(error),
        ),
    )
    processes: dict[brummer.ProcessId, None] = {}
    for process, stream, piece in pieces:
        processes[process] = None
        data = piece.encode() if isinstance(piece, str) else piece
        writer.take(Output(process, stream, data, 1.0))
        writer.flush()
    for process in processes:
        writer.take(End(process))
    writer.flush()
    assert failures == []
    return found
