"""How output looks where there is no screen."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs import ansi
from brummer.logs.layout import laid_out
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId
from tests.logs.test_ansi import NOISE, is_safe

#: 1,000,000 s after the epoch it was 13:46:40 in Greenwich.
PREFIX = b"[14:46:40] web: "


@pytest.fixture(autouse=True, scope="module")
def _somewhere() -> Iterator[None]:
    """Live where the local time is not Greenwich's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1")
        time.tzset()
        yield
    time.tzset()


def laid(
    data: bytes, clean: Callable[[bytes], bytes] = ansi.strip, name: str = "web"
) -> bytes:
    segment = Segment(ProcessId("web-1"), Stream.OUT, 1_000_000.9, data, 1)
    return laid_out(segment, name, clean)


def test_each_line_says_when_and_who() -> None:
    assert laid(b"one\ntwo\n") == PREFIX + b"one\n" + PREFIX + b"two\n"


def test_a_last_line_without_an_end_gets_one() -> None:
    assert laid(b"one\ntwo") == PREFIX + b"one\n" + PREFIX + b"two\n"


def test_empty_lines_are_dropped() -> None:
    assert laid(b"\n\none\n\n\r\n\x1b[31m\x1b[0m\n\ntwo\n\n") == laid(b"one\ntwo\n")
    assert laid(b"\n\n") == b""
    assert laid(b"\x1b[31m\n", ansi.keep_colour) == b""


def test_blanks_are_text() -> None:
    assert laid(b"  \n") == PREFIX + b"  \n"


def test_colours_go_or_end_with_their_line() -> None:
    data = b"\x1b[31mred\nstill\x1b[0m\n"

    assert laid(data) == laid(b"red\nstill\n")
    assert laid(data, ansi.keep_colour) == (
        PREFIX + b"\x1b[31mred\x1b[0m\n" + PREFIX + b"still\x1b[0m\x1b[0m\n"
    )


def test_a_line_that_was_written_over_shows_what_was_left() -> None:
    data = b"plain\n10%\r100%\rok\n\x1b[32mdone\x1b[0m\x1b[2Dxx\n"

    assert laid(data) == laid(b"plain\nok0%\ndoxx\n")
    assert b"\x1b[0;32mdo\x1b[0mxx" in laid(data, ansi.keep_colour)


def test_a_cursor_that_goes_back_by_an_8_bit_sequence_is_followed() -> None:
    assert laid("hat\x9b3Dc\n".encode()) == PREFIX + b"cat\n"


def test_a_letter_with_a_byte_of_a_control_is_a_letter() -> None:
    assert laid("M\u011b\u0148\n".encode()) == PREFIX + "M\u011b\u0148\n".encode()


def test_lines_that_end_as_on_windows_or_twice_returned_are_whole() -> None:
    assert laid(b"one\r\ntwo\r\r\n") == laid(b"one\ntwo\n")


def test_an_extremely_long_line_shows_what_came_last() -> None:
    last = b"x" * 200_000
    steps = b"".join(b"%d%%\r" % n for n in range(20_000))

    assert laid(steps + last + b"\n") == PREFIX + last + b"\n"
    assert laid(last + b"\x08\n") == PREFIX + last + b"\n"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert laid(b"a\xff\x9b31m\n") == PREFIX + "a\ufffd\ufffd31m\n".encode()


def test_a_name_cannot_steer_the_terminal() -> None:
    assert laid(b"x\n", name="w\x1b[31m\nb") == b"[14:46:40] w b: x\n"


@pytest.mark.parametrize("clean", [ansi.strip, ansi.keep_colour])
@given(data=st.lists(NOISE | st.just(b"\n")).map(b"".join))
def test_whatever_was_written_is_printed_in_whole_safe_lines(
    clean: Callable[[bytes], bytes], data: bytes
) -> None:
    printed = laid(data, clean)

    *lines, end = printed.split(b"\n")
    assert end == b""
    assert len(lines) <= data.count(b"\n") + 1
    for line in lines:
        assert line.startswith(PREFIX)
        bare = re.sub(r"\x1b\[[0-9;:]*m", "", line.decode())
        assert is_safe(bare.replace("\t", ""))
        assert bare.encode() != PREFIX
