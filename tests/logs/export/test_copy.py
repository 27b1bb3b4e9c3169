"""What a copy of a log is."""

import time
from pathlib import PurePath

import pytest

from brummer.logs.export.copy import Format, Labels, clock, date, format_of, last_state
from tests.logs.export.lines import EPOCH, WEB


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", Format.PLAIN),
        ("a.LOG", Format.PLAIN),
        ("a.ans", Format.ANSI),
        ("a.b.jsonl", Format.JSON),
        ("a.htm", Format.HTML),
        ("a", None),
        ("html", None),
        ("a.pdf", None),
    ],
)
def test_the_name_of_a_file_tells_the_format(name: str, form: Format | None) -> None:
    assert format_of(PurePath(name)) == form


def test_a_process_is_called_by_its_name_or_else_by_its_script() -> None:
    named, unnamed = Labels(names={WEB: "w\x1b[31me\nb"}), Labels()

    assert (named.name(WEB), unnamed.name(WEB)) == ("we b", "web")


def test_times_are_local() -> None:
    local = time.localtime(EPOCH)

    assert clock(EPOCH + 0.9) == time.strftime("%H:%M:%S", local)
    assert date(EPOCH + 0.25).startswith(time.strftime("%Y-%m-%d %H:%M:%S.250", local))


@pytest.mark.parametrize(
    ("line", "last"),
    [
        (b"plain", b"plain"),
        (b"10%\r20%\r", b"20%"),
        (b"abc\rX", b"Xbc"),
        (b"windows\r", b"windows"),
        (b"\x1b[31mred\x1b[0m", b"\x1b[31mred\x1b[0m"),
        (b"x" * 40_000 + b"\rend", b"end"),
    ],
)
def test_a_line_that_was_written_over_is_as_it_was_in_the_end(
    line: bytes, last: bytes
) -> None:
    assert last_state(line) == last
