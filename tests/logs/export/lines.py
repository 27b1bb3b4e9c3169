"""Lines to be copied."""

from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")

#: 2026-09-21 in most of the world.
EPOCH = 1_790_000_000.0


def entry(
    data: bytes, process: ProcessId = WEB, stream: Stream = Stream.OUT
) -> LogEntry:
    """Return a line."""
    return LogEntry(0, process, stream, EPOCH, data)
