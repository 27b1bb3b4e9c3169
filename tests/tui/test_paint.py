"""Lines of a log as rows."""

import time
from dataclasses import replace

import urwid
from hypothesis import given
from hypothesis import strategies as st

from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.tui.paint import LineStyle, painted, wrapped
from brummer.tui.row import Size
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import plain_theme, text_of

WEB = ProcessId("web-1")
BARE = LineStyle(columns=20, times=False)
CLOCK = time.strftime("%H:%M:%S", time.localtime(EPOCH))


def entry(data: bytes, stream: Stream = Stream.OUT) -> LogEntry:
    return LogEntry(0, WEB, stream, EPOCH, data)


def test_a_line_is_cut_at_the_edge() -> None:
    rows = painted(entry(b"abcdefghijklmnopqrstuvwxyz"), BARE)

    assert text_of(rows) == ["abcdefghijklmnopqrst"]


def test_a_line_can_be_read_sideways() -> None:
    rows = painted(entry(b"abcdefghijklmnopqrstuvwxyz"), replace(BARE, left=8))

    assert text_of(rows) == ["ijklmnopqrstuvwxyz"]


def test_a_wide_character_at_the_left_edge_leaves_a_blank() -> None:
    line = "\N{CJK UNIFIED IDEOGRAPH-5B57}bc".encode()

    rows = painted(entry(line), replace(BARE, left=1))

    assert text_of(rows) == [" bc"]


def test_a_long_line_wraps_below_its_text() -> None:
    style = LineStyle(columns=20, wrap=True)

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
    style = replace(BARE, columns=200, wrap=True)

    whole = text_of(painted(entry(b"x" * 9_999), style))
    longer = text_of(painted(entry(b"x" * 10_000_000), style))

    assert whole[-1].endswith("x")
    assert longer[-1] == " ... 10,000,000 bytes in all"


def test_an_empty_line_takes_a_row() -> None:
    assert len(painted(entry(b""), replace(BARE, wrap=True))) == 1


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
    style = LineStyle(columns=columns, times=False, wrap=wrap)

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
    style = LineStyle.choose(fake, plain_theme(), Size(80, 24), merged=True)
    entries = [LogEntry(0, p.id, Stream.OUT, EPOCH, b"x") for p in (web, worker)]

    first, second = (text_of(painted(e, style))[0] for e in entries)

    assert first == f"web          {CLOCK} x"
    assert second == f"a-worker-wit {CLOCK} x"


def test_a_process_that_is_forgotten_keeps_its_id() -> None:
    style = LineStyle.choose(FakeInstance(), plain_theme(), Size(80, 24), merged=True)

    (line,) = text_of(painted(entry(b"x"), style))

    assert line.startswith("web-1 ")


def test_narrow_panes_show_no_times() -> None:
    style = LineStyle(columns=40).where(wrap=False, times=True, left=0)

    assert text_of(painted(entry(b"x"), style)) == ["x"]
