"""Lines of a log as rows."""

import time

import pytest
import urwid
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.style import Style
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.tui.paint import (
    Beginning,
    Carry,
    LineStyle,
    Look,
    Sign,
    Times,
    elapsed,
    painted,
    wrapped,
)
from brummer.tui.row import Size
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import plain_theme, text_of

WEB = ProcessId("web-1")
BARE = LineStyle(columns=20, look=Look(times=Times.NONE))
CLOCK = time.strftime("%H:%M:%S", time.localtime(EPOCH))


def entry(data: bytes, stream: Stream = Stream.OUT, *, time: float = EPOCH) -> LogEntry:
    return LogEntry(0, WEB, stream, time, data)


def bare(columns: int = 20, *, left: int = 0, wrap: bool = False) -> LineStyle:
    look = Look(times=Times.NONE, left=left, wrap=wrap)
    return LineStyle(columns=columns, look=look)


def test_a_line_is_cut_at_the_edge() -> None:
    rows = painted(entry(b"abcdefghijklmnopqrstuvwxyz"), BARE)

    assert text_of(rows) == ["abcdefghijklmnopqrst"]


def test_a_line_can_be_read_sideways() -> None:
    rows = painted(entry(b"abcdefghijklmnopqrstuvwxyz"), bare(left=8))

    assert text_of(rows) == ["ijklmnopqrstuvwxyz"]


def test_a_wide_character_at_the_left_edge_leaves_a_blank() -> None:
    line = "\N{CJK UNIFIED IDEOGRAPH-5B57}bc".encode()

    rows = painted(entry(line), bare(left=1))

    assert text_of(rows) == [" bc"]


def test_a_long_line_wraps_below_its_text() -> None:
    style = LineStyle(columns=20, look=Look(wrap=True))

    rows = painted(entry(b"abcdefghijklmnop"), style)

    assert text_of(rows) == [f"{CLOCK} abcdefghijk", "         lmnop"]


def test_each_stream_is_told_apart_behind_the_time() -> None:
    style = LineStyle(columns=20)

    out, err, note = (text_of(painted(entry(b"x", s), style))[0] for s in Stream)

    assert out == f"{CLOCK} x"
    assert err == f"{CLOCK}!x"
    assert note == f"{CLOCK}-x"


def test_colours_survive_and_everything_else_does_not() -> None:
    hostile = b"\x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[2J\x1b[?1049l end"

    (row,) = painted(entry(hostile), BARE)

    assert text_of([row]) == ["red end"]
    attribute = row[0][0]
    assert isinstance(attribute, urwid.AttrSpec)
    assert attribute.foreground == "dark red"


def test_a_line_that_is_not_shown_to_its_end_says_so() -> None:
    style = bare(200, wrap=True)

    whole = text_of(painted(entry(b"x" * 9_999), style))
    longer = text_of(painted(entry(b"x" * 10_000_000), style))

    assert whole[-1].endswith("x")
    assert longer[-1] == " ... 10,000,000 bytes in all"


def test_an_empty_line_takes_a_row() -> None:
    assert len(painted(entry(b""), bare(wrap=True))) == 1


def test_joined_emoji_are_shown_one_by_one() -> None:
    family = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}!".encode()

    assert text_of(painted(entry(family), BARE)) == ["\N{WOMAN}\N{GIRL}!"]


def test_disputed_characters_are_not_sent() -> None:
    heart = "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}!".encode()

    (row,) = painted(entry(heart), BARE)

    assert "\N{VARIATION SELECTOR-16}" not in text_of([row])[0]


@given(data=st.binary(max_size=200), columns=st.integers(1, 30), wrap=st.booleans())
def test_no_bytes_of_a_child_break_a_row(
    data: bytes, columns: int, *, wrap: bool
) -> None:
    style = bare(columns, wrap=wrap)

    for row in painted(entry(data.replace(b"\n", b"")), style):
        text = b"".join(run[2] for run in row)

        assert urwid.calc_width(text, 0, len(text)) == columns
        assert text.decode().isprintable()


@given(text=st.text(alphabet="ab \N{CJK UNIFIED IDEOGRAPH-5B57}", max_size=60))
def test_wrapping_loses_nothing(text: str) -> None:
    rows = wrapped([(None, text)], 7)

    assert "".join(part for row in rows for _, part in row) == text


def test_merged_logs_say_whose_a_line_is() -> None:
    fake = FakeInstance()
    web = fake.add_process("web")
    worker = fake.add_process("a-worker-with-a-name")
    style = LineStyle.choose(fake, plain_theme(), Size(80, 24), Look(), merged=True)
    entries = [LogEntry(0, p.id, Stream.OUT, EPOCH, b"x") for p in (web, worker)]

    first, second = (text_of(painted(e, style))[0] for e in entries)

    assert first == f"web          {CLOCK} x"
    assert second == f"a-worker-wit {CLOCK} x"


def test_a_process_that_is_forgotten_keeps_its_id() -> None:
    style = LineStyle.choose(
        FakeInstance(), plain_theme(), Size(80, 24), Look(), merged=True
    )

    (line,) = text_of(painted(entry(b"x"), style))

    assert line.startswith("web-1 ")


def test_narrow_panes_show_no_times() -> None:
    size = Size(40, 24)
    style = LineStyle.choose(FakeInstance(), plain_theme(), size, Look(), merged=False)

    assert text_of(painted(entry(b"x"), style)) == ["x"]


def attributes(data: bytes, style: LineStyle = BARE) -> list[object]:
    """Return the attributes of what a line says."""
    (row,) = painted(entry(data), style)
    return [run[0] for run in row if run[2].strip()]


def test_the_times_go_round() -> None:
    assert [times.next for times in Times] == [
        Times.CLOCK,
        Times.DELTA,
        Times.START,
        Times.NONE,
    ]


def test_a_line_tells_how_long_after_the_one_before_it_came() -> None:
    style = LineStyle(columns=20, look=Look(times=Times.DELTA))
    lines = [entry(b"a"), entry(b"b", time=EPOCH + 0.25), entry(b"c", time=EPOCH - 5)]
    carry = Carry()

    rows = [text_of(painted(line, style, carry.over(line)))[0] for line in lines]

    assert rows == ["         a", "  +0.250 b", "  -5.250 c"]


def test_a_line_tells_how_long_after_the_start_of_its_process_it_came() -> None:
    fake = FakeInstance()
    web = fake.add_process("web")
    fake.change(web.id, started=EPOCH - 90_000)
    look = Look(times=Times.START)
    style = LineStyle.choose(fake, plain_theme(), Size(60, 24), look, merged=False)
    known = LogEntry(0, web.id, Stream.OUT, EPOCH, b"x")
    forgotten = LogEntry(0, ProcessId("gone-1"), Stream.OUT, EPOCH, b"x")

    rows = [text_of(painted(line, style))[0] for line in (known, forgotten)]

    assert rows == ["  +1d01h x", "         x"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "+0.000"),
        (83.2, "+83.200"),
        (999.9994, "+999.999"),
        (999.9996, "+16m39s"),
        (-1000, "-16m40s"),
        (2 * 3600 + 5 * 60 + 59, "+2h05m"),
        (86_399.9, "+23h59m"),
        (-3 * 86_400, "-3d00h"),
        (20_000 * 86_400, "+20000d"),
    ],
)
def test_a_time_that_has_passed_is_told_in_eight_columns(
    seconds: float, told: str
) -> None:
    assert elapsed(seconds) == told


@given(seconds=st.floats(-1e10, 1e10))
def test_no_time_that_has_passed_is_too_wide(seconds: float) -> None:
    assert len(elapsed(seconds)) <= len("12:34:56")


@pytest.mark.parametrize(
    ("line", "attribute"),
    [
        (b"ERROR: no", "bad"),
        (b'{"level":"warn","msg":"slow"}', "warn"),
        (b"[DEBUG] x", "dim"),
        (b"INFO: yes", None),
        (b"0 errors", None),
    ],
)
def test_a_line_without_colours_has_that_of_its_level(
    line: bytes, attribute: str | None
) -> None:
    assert set(attributes(line, bare(60))) == {attribute}


def test_a_line_with_colours_keeps_them() -> None:
    (first, *_) = attributes(b"\x1b[32mERROR\x1b[0m: no")

    assert isinstance(first, urwid.AttrSpec)
    assert first.foreground == "dark green"


def test_a_line_that_begins_in_a_colour_keeps_it() -> None:
    green = Beginning(Style(foreground=2))

    (row,) = painted(entry(b"ERROR"), BARE, green)

    assert isinstance(row[0][0], urwid.AttrSpec)


def test_fields_are_summed_up_on_request() -> None:
    line = entry(b'{"level":"error","msg":"no","id":7}')
    style = LineStyle(columns=60, look=Look(times=Times.NONE, summary=True))

    (row,) = painted(line, style)

    assert text_of([row]) == ["ERROR no id=7"]
    assert [run[0] for run in row[:2]] == ["bad", "dim"]


def test_a_line_without_fields_is_no_summary() -> None:
    style = LineStyle(columns=60, look=Look(times=Times.NONE, summary=True))

    shown = text_of(painted(entry(b"\x1b[31mplain\x1b[0m text"), style))

    assert shown == ["plain text"]


@given(data=st.binary(max_size=100))
def test_no_summary_breaks_a_row(data: bytes) -> None:
    line = b'{"msg": "%s", "x": 1}' % data.replace(b"\n", b"").replace(b'"', b"")
    style = LineStyle(columns=30, look=Look(times=Times.NONE, summary=True))

    for row in painted(entry(line), style):
        text = b"".join(run[2] for run in row)

        assert urwid.calc_width(text, 0, len(text)) == style.columns
        assert text.decode().isprintable()


def test_a_line_that_somebody_selected_stands_out() -> None:
    line = entry(b"\x1b[31mred\x1b[0m and plain")

    (row,) = painted(line, bare(15), sign=Sign(is_chosen=True))

    assert {run[0] for run in row if run[2].strip()} == {"select"}
    assert text_of([row]) == ["red and plain"]
