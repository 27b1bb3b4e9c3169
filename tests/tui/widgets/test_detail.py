"""One line of a log with all that is in it."""

import time

import pytest
import urwid
from hypothesis import given
from hypothesis import strategies as st

from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId
from brummer.tui.row import Size
from brummer.tui.widgets.detail import LONGEST, DetailPane, Parts
from tests.support.instance import EPOCH, FakeInstance
from tests.tui.stage import plain_theme, text_of

WEB = ProcessId("web-1")
SIZE = Size(40, 12)
DATE = time.strftime("%Y-%m-%d %H:%M:%S.250", time.localtime(EPOCH))


def entry(
    data: bytes, *, number: int = 0, stream: Stream = Stream.OUT, partial: bool = False
) -> LogEntry:
    return LogEntry(number, WEB, stream, EPOCH + 0.25, data, partial)


class Shown:
    """A pane with a line in it."""

    def __init__(self, data: bytes, *, size: Size = SIZE) -> None:
        self.fake = FakeInstance()
        self.pane = DetailPane(self.fake, plain_theme())
        self.pane.show(entry(data))
        self.size = size

    def lines(self) -> list[str]:
        return text_of(self.pane.draw(self.size))

    def text(self) -> list[str]:
        return [line for line in self.lines() if line]

    def title(self) -> str:
        return " | ".join(text for _, text in self.pane.title())


def test_json_is_laid_out() -> None:
    shown = Shown(b'{"level":"error","err":{"name":"TypeError","n":[1]}}')

    assert shown.text() == [
        " {",
        '   "level": "error",',
        '   "err": {',
        '     "name": "TypeError",',
        '     "n": [',
        "       1",
        "     ]",
        "   }",
        " }",
    ]


def test_what_stands_before_json_is_shown_as_well() -> None:
    assert Shown(b'\x1b[32mINFO\tapi\x1b[0m {"a":1}').text() == [
        " INFO    api",
        " {",
        '   "a": 1',
        " }",
    ]


def test_logfmt_is_laid_out() -> None:
    assert Shown(b'level=info msg="all is well" n=5').text() == [
        " {",
        '   "level": "info",',
        '   "msg": "all is well",',
        '   "n": "5"',
        " }",
    ]


def test_other_lines_are_shown_whole_and_in_their_colours() -> None:
    shown = Shown(b"\x1b[31mred\x1b[0m and " + b"x" * 70)

    (first, *_) = shown.pane.draw(shown.size)
    assert shown.text() == [
        " red and " + "x" * 31,
        "   " + "x" * 37,
        "   xx",
    ]
    assert isinstance(first[1][0], urwid.AttrSpec)
    assert first[1][0].foreground == "dark red"


def test_what_is_wrapped_stands_right_of_where_it_begins() -> None:
    shown = Shown(b'{"message":"' + b"x" * 60 + b'"}')

    assert shown.text()[1:3] == [
        '   "message": "' + "x" * 25,
        "     " + "x" * 35,
    ]


def test_an_empty_line_takes_a_row() -> None:
    assert Shown(b"").lines() == [""] * SIZE.rows


def test_a_line_that_is_missing_is_said_to_be() -> None:
    shown = Shown(b"x")

    shown.pane.show(None)

    assert "not there" in shown.lines()[0]
    assert shown.title() == "no line"
    assert shown.pane.text() == ""


def test_the_title_tells_whose_line_it_is_and_when_it_came() -> None:
    shown = Shown(b'{"a":1}')
    web = shown.fake.add_process("web")
    shown.fake.change(web.id, started=EPOCH - 83)
    shown.pane.show(entry(b'{"a":1}', number=18_376, stream=Stream.ERR))
    shown.lines()

    assert shown.title() == (
        f"web, line 18,377 | json | stderr | {DATE} | +83.250 after start"
    )


def test_the_title_calls_a_forgotten_process_by_its_id() -> None:
    shown = Shown(b"x")
    shown.lines()

    assert shown.title() == f"web-1, line 1 | text | {DATE}"


def test_a_long_line_is_scrolled() -> None:
    shown = Shown(b'{"a":[' + b",".join(b"%d" % n for n in range(50)) + b"]}")
    shown.size = Size(40, 5)
    keys = shown.pane.commands()
    first = shown.lines()

    keys["move.down"]()
    second = shown.lines()
    keys["move.page_down"]()
    third = shown.lines()
    keys["move.end"]()
    last = shown.lines()
    title = shown.title()
    keys["move.top"]()

    assert second[:4] == first[1:]
    assert third[0] == second[4]
    assert last[-1] == " }"
    assert "from row 50" in title
    assert shown.lines() == first


def test_nothing_is_scrolled_beyond_its_ends() -> None:
    shown = Shown(b"one")
    keys = shown.pane.commands()
    before = shown.lines()

    for command in keys.values():
        command()

    assert shown.lines() == before


def test_another_line_is_shown_from_its_beginning_and_one_that_grows_stays() -> None:
    shown = Shown(b"x" * 500, size=Size(40, 4))
    shown.lines()
    shown.pane.scroll(3)
    shown.pane.show(entry(b"x" * 600, partial=True))
    grown = shown.title()

    shown.pane.show(entry(b"y" * 600, number=1))

    assert "from row 4" in grown
    assert "from row" not in shown.title()
    assert shown.lines()[0].startswith(" y")


@pytest.mark.parametrize("size", [40_000, LONGEST + 1, 10_000_000])
def test_a_very_long_line_costs_no_more_than_is_seen(size: int) -> None:
    shown = Shown(b"x" * size)

    assert shown.lines()[0] == " " + "x" * 39
    shown.pane.commands()["move.end"]()
    told = shown.lines()[-1]
    assert told == (f" ... {size:,} bytes in all" if size > LONGEST else told)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"a":1,"a":2}',
        b'{"n":' + b"9" * 10_000 + b"}",
        b'{"n":NaN,"i":-Infinity}',
        b'{"x":"\xff\x1b[2J\xe2\x80\xae"}',
        b'{"x":"\\u001b[2J\\ud800"}',
        b"\x00\x1b]0;title\x07text\x9b31m",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}".encode(),
    ],
)
def test_odd_lines_are_shown_as_plain_text(data: bytes) -> None:
    shown = Shown(data)

    for row in shown.pane.draw(shown.size):
        text = b"".join(run[2] for run in row)
        assert urwid.calc_width(text, 0, len(text)) == SIZE.columns
        assert text.decode().isprintable()


@given(data=st.binary(max_size=120), columns=st.integers(1, 50))
def test_no_bytes_of_a_child_break_a_row(data: bytes, columns: int) -> None:
    shown = Shown(data.replace(b"\n", b""), size=Size(columns, 6))

    for row in shown.pane.draw(shown.size):
        text = b"".join(run[2] for run in row)

        assert urwid.calc_width(text, 0, len(text)) == columns
        assert text.decode().isprintable()


@given(text=st.text(alphabet="ab \N{CJK UNIFIED IDEOGRAPH-5B57}", max_size=99))
def test_wrapping_loses_nothing(text: str) -> None:
    shown = Shown(text.encode(), size=Size(9, 99))

    shown_text = "".join(line.strip() for line in shown.lines())

    assert shown_text.replace(" ", "") == text.replace(" ", "")


def test_what_is_shown_can_be_copied() -> None:
    assert Shown(b'{"a":1}').pane.text() == '{\n  "a": 1\n}'


@given(
    parts=st.lists(st.tuples(st.sampled_from("xyz"), st.text("ab", max_size=4))),
    begin=st.integers(0, 9),
    length=st.integers(0, 9),
)
def test_spans_are_found_by_the_places_of_characters(
    parts: list[tuple[str, str]], begin: int, length: int
) -> None:
    whole = [(name, letter) for name, text in parts for letter in text]

    found = Parts(parts).between(begin, begin + length)

    assert [(n, c) for n, t in found for c in t] == whole[begin : begin + length]
