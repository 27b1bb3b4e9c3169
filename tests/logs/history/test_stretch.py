"""Tests of the index."""

from brummer.logs.history.stretch import SIZE, Columns, Ink, Stretch
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
OUT, ERR = Stream.OUT, Stream.ERR


def segment(data: bytes, stream: Stream = OUT, time: float = 1.0) -> Segment:
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return Segment(WEB, stream, time, data, lines)


def written(ink: Ink, base: int = 0) -> tuple[bytes, list[Stretch]]:
    """Return what comes of *ink*: the output, and its records."""
    output, index = ink.blot(base)
    assert len(index) % SIZE == 0
    return output, list(Columns(index))


def test_a_record_says_where_its_lines_are_and_whose() -> None:
    ink = Ink()
    ink.add(7, 70, segment(b"a\nb\n"))
    ink.add(9, 95, segment(b"c\n", ERR, 2.5))

    output, records = written(ink, base=1000)

    assert output == b"a\nb\nc\n"
    assert records == [
        Stretch(1000, 4, 7, 70, 1.0, 2, OUT, is_ended=True),
        Stretch(1004, 2, 9, 95, 2.5, 1, ERR, is_ended=True),
    ]


def test_reads_of_one_stream_at_one_moment_are_one_record() -> None:
    ink = Ink()
    ink.add(0, 5, segment(b"a\n", time=1.0))
    ink.add(1, 6, segment(b"b\n", time=1.0005))

    _, records = written(ink)

    assert records == [Stretch(0, 4, 0, 5, 1.0, 2, OUT, is_ended=True)]


def test_reads_are_not_joined_over_anything_that_came_between() -> None:
    ink = Ink()
    ink.add(0, 0, segment(b"a\n"))
    ink.add(1, 2, segment(b"another process printed in between\n"))
    ink.add(2, 3, segment(b"another stream\n", ERR))
    ink.add(3, 4, segment(b"later\n", ERR, 1.1))
    ink.add(9, 10, segment(b"after a gap\n", ERR, 1.1))

    _, records = written(ink)

    assert [record.number for record in records] == [0, 1, 2, 3, 9]


def test_a_record_does_not_grow_without_end() -> None:
    ink = Ink()
    for number in range(100):
        ink.add(number, number, segment(b"x" * 9_999 + b"\n"))

    _, records = written(ink)

    assert max(record.size for record in records) <= 2 * 64 * 1024


def test_a_line_without_an_end_gets_one_that_is_known_to_be_ours() -> None:
    ink = Ink()
    ink.add(0, 0, segment(b"a\nlast words"))
    ink.add(2, 2, segment(b"more"))
    ink.add(3, 3, segment(b"whole\n"))

    output, records = written(ink)

    assert output == b"a\nlast words\nmore\nwhole\n"
    assert [record.is_ended for record in records] == [False, False, True]


def test_columns_are_the_records_turned() -> None:
    ink = Ink()
    ink.add(7, 70, segment(b"a\nb\n"))
    ink.add(9, 95, segment(b"c", ERR, 2.5))

    columns = Columns(ink.blot(0)[1])

    assert len(columns) == 2
    assert list(columns.offsets) == [0, 4]
    assert list(columns.times) == [1.0, 2.5]
    assert columns.lines == [2, 1]
    assert columns.codes == [0, 1]
    assert list(columns.after(1)) == [columns[1]]


def test_what_is_no_index_is_not_taken_for_one() -> None:
    assert not Columns(b"\xff" * SIZE).is_sound()
    assert Columns(b"").is_sound()


def test_ink_can_be_used_for_another_place() -> None:
    ink = Ink()
    ink.add(0, 0, segment(b"a\n"))

    first, second = ink.blot(10), ink.blot(0)

    assert first[0] == second[0]
    assert [Columns(index)[0].offset for _, index in (first, second)] == [10, 0]
