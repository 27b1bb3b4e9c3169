"""Lines as processes print them."""

import brummer


def entry(
    data: bytes | str, process: str = "web-1", number: int = 0
) -> brummer.LogEntry:
    """Return a log line of *process*."""
    content = data.encode() if isinstance(data, str) else data
    return brummer.LogEntry(
        number, brummer.ProcessId(process), brummer.Stream.OUT, 0.0, content
    )
