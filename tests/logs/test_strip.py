"""Tests of the lines of memory in bulk."""

import pytest

from brummer.logs.store import LogStore
from brummer.logs.strip import of_memory
from brummer.model.log import Stream
from brummer.model.process import ProcessId

WEB, API = ProcessId("web-1"), ProcessId("api-1")


def filled(lines: int, **bounds: int) -> LogStore:
    """Return a store in which web and api print in turn, three lines at a time."""
    store = LogStore(**bounds)
    for number in range(0, lines, 3):
        process, stream = (API, Stream.ERR) if number % 2 else (WEB, Stream.OUT)
        data = b"".join(b"%d\n" % n for n in range(number, number + 3))
        store.append(process, stream, data, float(number))
    store.append(WEB, Stream.OUT, b"no end", 0.0)
    store.publish()
    return store


@pytest.mark.parametrize("process", [None, WEB, API])
@pytest.mark.parametrize("bounds", [{}, {"max_entries": 5_000}])
@pytest.mark.parametrize(
    ("first", "stop"), [(0, 10**6), (0, 1), (4_100, 4_200), (2_999, 7_001), (50, 50)]
)
def test_strips_are_the_whole_lines_of_a_window(
    process: ProcessId | None, bounds: dict[str, int], first: int, stop: int
) -> None:
    snapshot = filled(9_000, **bounds).snapshot()
    window = snapshot.view(process).window(first, max(stop - first, 0))

    found = [
        entry
        for strip in of_memory(snapshot, first, stop, process)
        for entry in strip.entries(strip.among)
    ]

    assert found == [
        entry for entry in window.entries if not entry.partial and entry.number < stop
    ]
