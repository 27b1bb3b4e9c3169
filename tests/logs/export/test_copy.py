"""What a copy of a log is."""

import time

import pytest

from brummer.logs.export.copy import Labels, clock, date, last_state
from tests.logs.export.lines import EPOCH, WEB


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
