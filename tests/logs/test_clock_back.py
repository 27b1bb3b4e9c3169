"""Lines that are read while somebody sets the clock back keep their order."""

from pathlib import Path

import pytest

from brummer.core.clock import SystemClock
from brummer.logs.block import newest_first
from brummer.logs.condition import IsBetween
from brummer.logs.search import Scope, Search
from tests.logs.history.shelf import WEB, Shelf
from tests.logs.test_search import at_once

#: When each read was: the clock is set back by an hour, by another, and on again.
TIMES = (7200.0, 7201.0, 3601.0, 3602.0, 2.0, 3.0, 7300.0)

#: Lines of a read: all of them on one page, or pages and parts of files for each.
LINES = (1, 5_000)


@pytest.fixture(params=LINES)
def lines(request: pytest.FixtureRequest) -> int:
    """Return how many lines each read brings."""
    found: int = request.param
    return found


@pytest.fixture
def shelf(tmp_path: Path, lines: int) -> Shelf:
    """Return a store and files with the lines of all reads."""
    made = Shelf(tmp_path, part_bytes=32 * 1024)
    for time in TIMES:
        made.clock.set_wall(time)
        data = b"".join(b"%d of %d\n" % (n, time) for n in range(lines))
        made.print(data, time=time)
        made.write()
    return made


def test_they_stand_in_the_order_of_reading_in_memory_and_in_files(
    shelf: Shelf, lines: int
) -> None:
    expected = [b"%d of %d" % (n, time) for time in TIMES for n in range(lines)]

    memory = shelf.store.window(0, 10**9, WEB).entries
    files = shelf.lines(WEB)

    assert [entry.data for entry in memory] == expected
    assert [entry.data for entry in files] == expected
    assert [entry.number for entry in files] == list(range(len(expected)))
    assert [entry.time for entry in files] == [entry.time for entry in memory]


@pytest.mark.parametrize("where", ["memory", "files"])
def test_a_time_finds_what_was_read_at_it_wherever_that_stands(
    shelf: Shelf, lines: int, where: str
) -> None:
    snapshot = shelf.store.snapshot()
    blocks = (
        newest_first(snapshot, (WEB,))
        if where == "memory"
        else shelf.run.newest_first({}, (WEB,))
    )
    scope = Scope(blocks=blocks, total=lambda: 7 * lines, processes=(WEB,))
    search = Search(
        scope, IsBetween(since=3600, until=7201), hits=10**6, clock=SystemClock()
    )

    search.start(at_once, lambda: None)
    hits = search.ended.result(10).hits

    times = [7200.0, 3601.0, 3602.0]
    expected = sorted(TIMES.index(t) * lines + n for t in times for n in range(lines))
    assert [hit.number for hit in hits] == expected[::-1]
