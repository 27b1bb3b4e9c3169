"""What readers of the log store hold."""

import pytest

from brummer.logs.page import packed
from brummer.logs.view import View, empty
from brummer.model.log import LogExtent, LogWindow, Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")

#: Reads of one line and of several, of which every other one is the web's.
RUNS = [
    (4, Segment(WEB, Stream.OUT, 1.0, b"4\n", 1)),
    (0, Segment(API, Stream.OUT, 2.0, b"api 0\napi 1\n", 2)),
    (5, Segment(WEB, Stream.ERR, 3.0, b"5\n6\n7\n", 3)),
    (2, Segment(API, Stream.OUT, 4.0, b"api 2", 1)),
    (8, Segment(WEB, Stream.OUT, 5.0, b"8\n", 1)),
    (9, Segment(WEB, Stream.OUT, 6.0, b"9", 1)),
    (10, Segment(WEB, Stream.OUT, 7.0, b"10\n11\n", 2)),
    (12, Segment(WEB, Stream.OUT, 8.0, b"12\n", 1)),
]


def view(packed_runs: int, count: int) -> View:
    """Return the web's log with the first runs on two pages, and *count* fresh ones."""
    half = packed_runs // 2
    pages = [packed(0, RUNS[:half]), packed(9, RUNS[half:packed_runs])]
    fresh = [run for run in RUNS[packed_runs:] if run[1].process == WEB]
    return View(
        process=WEB,
        extent=LogExtent(1, 4, 13),
        whole=13,
        pages=tuple(page for page in pages if WEB in page.numberings),
        fresh=fresh,
        count=min(count, len(fresh)),
        tails=(),
    )


def test_an_empty_view_has_nothing_to_show() -> None:
    view = empty(WEB)

    assert view.window(0, 10) == LogWindow(LogExtent(0, 0, 0), ())
    assert list(view.segments()) == []


@pytest.mark.parametrize("packed_runs", range(len(RUNS) + 1))
def test_a_window_is_the_same_wherever_its_lines_are(packed_runs: int) -> None:
    log = view(packed_runs, len(RUNS))

    for first in range(15):
        for count in range(15):
            entries = log.window(first, count).entries
            wanted = range(max(first, 4), max(min(max(first, 4) + count, 13), 0))
            assert [entry.number for entry in entries] == list(wanted)
            assert [entry.data for entry in entries] == [b"%d" % n for n in wanted]


def test_an_entry_says_who_printed_it_where_and_when() -> None:
    for packed_runs in range(len(RUNS) + 1):
        (entry,) = view(packed_runs, len(RUNS)).window(6, 1).entries

        assert entry == (6, WEB, Stream.ERR, 3.0, b"6", False)


def test_what_came_after_the_view_is_not_in_it() -> None:
    log = view(0, 2)

    assert [number for number, _ in log.segments()] == [4, 5]
