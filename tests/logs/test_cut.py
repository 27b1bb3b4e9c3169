"""What one read brought, cut into lines."""

from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.cut import entries, line_start, part
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")

#: One segment, with a last line that may have no end.
SEGMENTS = st.lists(st.sampled_from([b"", b"a", b"\r", b"bcd"]), min_size=1).flatmap(
    lambda lines: st.sampled_from([b"\n", b"!"]).map(
        lambda end: Segment(WEB, Stream.OUT, 1.0, b"\n".join(lines) + end, len(lines))
    )
)


def numbered(segments: list[Segment], first: int) -> list[tuple[int, Segment]]:
    """Return *segments* with their numbers, one behind the other from *first* on."""
    runs = []
    for segment in segments:
        runs.append((first, segment))
        first += segment.lines
    return runs


@given(SEGMENTS)
def test_lines_begin_behind_line_feeds(segment: Segment) -> None:
    feeds = [n + 1 for n, byte in enumerate(segment.data) if byte == ord("\n")]

    found = [line_start(segment, line) for line in range(segment.lines)]

    assert found == [0, *feeds][: segment.lines]
    assert line_start(segment, segment.lines) == len(segment.data)


@given(SEGMENTS, st.data())
def test_a_part_holds_the_lines_that_were_asked_for(
    segment: Segment, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, segment.lines - 1))
    end = data.draw(st.integers(begin + 1, segment.lines))

    cut = part(segment, begin, end)

    lines = segment.data.removesuffix(b"\n").split(b"\n")
    assert cut.data.removesuffix(b"\n").split(b"\n") == lines[begin:end]
    assert cut.lines == end - begin


def test_the_whole_of_a_segment_is_the_segment() -> None:
    segment = Segment(WEB, Stream.OUT, 1.0, b"1\n2\n", 2)

    assert part(segment, 0, 2) is segment


@given(st.lists(SEGMENTS, max_size=5), st.data())
def test_entries_are_the_lines_that_were_asked_for(
    segments: list[Segment], data: st.DataObject
) -> None:
    runs = numbered(segments, 7)
    first = data.draw(st.integers(0, 30))
    stop = data.draw(st.integers(first, 40))

    found = entries(runs, first, stop)

    every = [
        LogEntry(number + place, WEB, Stream.OUT, 1.0, line)
        for number, segment in runs
        for place, line in enumerate(segment.data.removesuffix(b"\n").split(b"\n"))
    ]
    assert found == [entry for entry in every if first <= entry.number < stop]
