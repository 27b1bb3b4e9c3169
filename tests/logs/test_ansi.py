"""Text of children, made safe for a terminal."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brummer.logs import ansi
from brummer.logs.style import PLAIN, Attribute, Style, restyled

#: Categories of characters that steer a terminal, or that nobody sees.
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}

#: What sequences are made of, far more often than by chance.
PARTS = rb"""
\x1b \x1b[ \x1b]0; \x1bP \x1b\\ \x07 \r \x08 \x9b \xc2\x9b \xc2\x9d 31m 8m 38;5;8m
; 9K 5C 3D 2@ 4P 2X 1K 20G \t \n \x00 \xff \xe2\x80\xae \xe6\xbc\xa2 abc 0
"""
NOISE = st.lists(
    st.sampled_from(
        [part.decode("unicode_escape").encode("latin-1") for part in PARTS.split()]
    )
    | st.binary(max_size=3)
).map(b"".join)


def shown(line: bytes | str) -> str:
    return ansi.parse(line).text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("grün 漢字".encode(), "grün 漢字"),
        (b"abc\rX", "Xbc"),
        (b"10%\r20%\r", "20%"),
        (b"100%\r5%\x1b[K", "5%"),
        (b"ended as on Windows\r", "ended as on Windows"),
        (b"ab\x08c", "ac"),
        (b"a\tb", "a       b"),
        (b"a\tb\rX", "X       b"),
        (b"\x1b[5Cx", "     x"),
        (b"abcdef\x1b[4Dx", "abxdef"),
        (b"abcdef\x1b[3Gx", "abxdef"),
        (b"abcdef\x1b[2`x", "axcdef"),
        (b"abcdef\x1b[2D\x1b[1K", "     f"),
        (b"abc\x1b[2K", ""),
        (b"abcdef\r\x1b[2P", "cdef"),
        (b"abcdef\r\x1b[2X", "  cdef"),
        (b"abcdef\r\x1b[2@", "  abcdef"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\xc2\x9b31mred", "red"),
        (b"\x1b]0;title\x07text", "text"),
        (b"\x1b]0;title\x1b\\text", "text"),
        (b"\x1b]52;c;ZXZpbA==", ""),
        (b"\x1bPq#0;2;0\x1b\\text", "text"),
        (b"\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\text", "text"),
        (b"\xc2\x9d0;title\xc2\x9ctext", "text"),
        (b"\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b[?25l\x1b[2J\x1b[1;1H\x1b(Btext\x1bc", "text"),
        (b"text\x1b[", "text"),
        (b"text\x1b", "text"),
        (b"a\x07\x00\x0e\x0f\x7fb", "ab"),
        (b"a\x01b", "a^Ab"),
        (b"a\xffb", "a\ufffdb"),
        ("admin\u202egnp\u200b\U000e0041".encode(), "admin\ufffdgnp\ufffd\ufffd"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_a_line_shows_what_a_terminal_would_show(
    line: bytes | str, expected: str
) -> None:
    assert shown(line) == expected


def test_runs_tell_how_the_text_looks() -> None:
    line = ansi.parse(b"a\x1b[31mb\x1b[1;31mc\x1b[0;31md\x1b[me")

    assert line.text == "abcde"
    assert [(style.foreground, n) for style, n in line.runs] == [
        (None, 1),
        (1, 1),
        (1, 1),
        (1, 1),
        (None, 1),
    ]


def test_equal_neighbours_are_one_run() -> None:
    assert ansi.parse(b"\x1b[31ma\x1b[39;31mb").runs == ((Style(1), 2),)


def test_a_style_that_stays_open_is_told_and_can_be_given_to_the_next_line() -> None:
    first = ansi.parse(b"\x1b[32mone")
    second = ansi.parse(b"two", first.style)

    assert second.runs == ((Style(2), 3),)


@pytest.mark.parametrize("reset", [b"\x1bc", b"\x1b[!p"])
@pytest.mark.parametrize("before", [b"", b"over\r"])
def test_a_reset_of_the_terminal_ends_colours(reset: bytes, before: bytes) -> None:
    line = before + b"\x1b[31mred" + reset + b"not"

    parsed = ansi.parse(line)

    assert parsed.runs[0] == (Style(1), 3)
    assert parsed.runs[1][0] == parsed.style == ansi.left_open(line) == PLAIN
    assert ansi.keep_colour(line).endswith(b"red\x1b[0mnot")


def test_written_over_text_keeps_the_style_of_its_last_writing() -> None:
    line = ansi.parse(b"\x1b[31mabc\r\x1b[0mX")

    assert line.runs == ((PLAIN, 1), (Style(1), 2))


def test_a_long_line_is_cut() -> None:
    assert len(shown(b"x" * 10_000_000)) == ansi.LIMIT
    assert len(shown("\t" * 20_000)) == ansi.LIMIT
    assert len(shown(b"\r" + b"x" * 20_000)) == ansi.LIMIT
    assert len(shown(b"\x1b[99999Cx")) <= ansi.LIMIT
    assert shown(b"abcdef" * 2)[:4] == ansi.parse(b"abcdef", limit=4).text


def test_a_long_progress_line_shows_its_last_state() -> None:
    steps = b"".join(b"\r%7d of 99999" % step for step in range(20_000))

    assert shown(steps) == "  19999 of 99999"


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x1b[9999Gx\r\x1b[2K",
        b"\x1b[9999Gx\x1b[1K",
        b"x\r\x1b[9999@",
    ],
)
def test_a_line_made_to_be_slow_is_given_up(bomb: bytes) -> None:
    line = bomb * (ansi.LONGEST // len(bomb)) + b"\rend"

    assert "end" not in shown(line)
    assert "end" in shown(bomb + b"\rend")


def test_strip_keeps_lines_and_tabs() -> None:
    text = b"\x1b[1mone\x1b[0m\r\n\ttwo\x00\n\x1b]0;never ends\nthree\n"

    assert ansi.strip(text) == b"one\n\ttwo\n\nthree\n"
    assert ansi.strip(text.decode()) == "one\n\ttwo\n\nthree\n"


def test_keep_colour_keeps_colour_alone() -> None:
    text = b"\x1b[1;8;31mone\x1b[2J\xc2\x9b0m \x1b]8;;http://x/\x07two\x1b[?25h\n"

    assert ansi.keep_colour(text) == b"\x1b[1;31mone\x1b[0m two\n"


def test_a_parsed_line_can_be_written_with_its_colours() -> None:
    line = ansi.parse(b"a\x1b[31mb\x1b[0mc")

    assert ansi.render(line) == "a\x1b[0;31mb\x1b[0mc"


def is_safe(text: str) -> bool:
    return not any(unicodedata.category(c) in UNSEEN for c in text)


@given(NOISE)
@example(b"\x1b]\x1b]\x1b[\x1b[31\x18m")
def test_no_bytes_can_steer_the_terminal(line: bytes) -> None:
    parsed = ansi.parse(line.replace(b"\n", b""))

    assert is_safe(parsed.text)
    assert sum(length for _, length in parsed.runs) == len(parsed.text)
    assert all(length > 0 for _, length in parsed.runs)


@given(st.text(st.characters()))
def test_no_text_can_steer_the_terminal(line: str) -> None:
    parsed = ansi.parse(line.replace("\n", ""))

    assert is_safe(parsed.text)
    assert sum(length for _, length in parsed.runs) == len(parsed.text)


@given(NOISE)
def test_stripped_bytes_hold_no_sequence(data: bytes) -> None:
    stripped = ansi.strip(data)

    assert is_safe(stripped.decode().translate({10: None, 9: None}))
    assert stripped == ansi.strip(stripped)
    assert stripped.count(b"\n") == data.count(b"\n")


@given(NOISE)
def test_coloured_bytes_hold_sgr_alone(data: bytes) -> None:
    coloured = ansi.keep_colour(data).decode()

    rest = re.sub(r"\x1b\[([0-9;:]*)m", "", coloured)
    assert is_safe(rest.translate({10: None, 9: None}))
    assert "8" not in re.findall(r"\x1b\[([0-9:]*)m", coloured)


@given(NOISE)
def test_rendered_lines_read_back_the_same(line: bytes) -> None:
    parsed = ansi.parse(line.replace(b"\n", b""))

    again = ansi.parse(ansi.render(parsed))

    assert again.text == parsed.text


@given(NOISE, st.sampled_from([PLAIN, Style(foreground=1), Style(background=4)]))
@example(b"\x1b[31m red \x1b[0m plain", Style(background=4))
@example(b"\x1b[1m\x1b[31m\x1b[0;4m\x1b[31m\x1b[22m\x1b[32m\x1b[31m", PLAIN)
@example(b"\x1b[31m red \x1b[0", PLAIN)
@example(b"\xc2\x9b32m", PLAIN)
@example(b"\x1b]0;\xc2\x9b31m\x07", PLAIN)
def test_what_a_line_leaves_open_is_known_without_showing_it(
    noise: bytes, style: Style
) -> None:
    line = noise.replace(b"\n", b"")

    assert ansi.left_open(line, style) == ansi.parse(line, style).style


def test_a_rainbow_is_told_by_its_last_colours() -> None:
    line = b"\x1b[1mx\x1b[31my\x1b[32mz\x1b[39m" * 1_000
    before = restyled.cache_info()

    assert ansi.left_open(line) == Style(attributes=Attribute.BOLD)

    after = restyled.cache_info()
    assert after.hits + after.misses - before.hits - before.misses == 4


def test_what_a_very_long_line_leaves_open_is_decided_at_its_end() -> None:
    filler = b"x" * 10_000_000

    assert ansi.left_open(b"\x1b[31m" + filler) == PLAIN
    assert ansi.left_open(filler + b"\x1b[31m") == Style(foreground=1)
    assert ansi.left_open(b"\x1b[31m" + filler + b"\x1b[m", PLAIN) == PLAIN
