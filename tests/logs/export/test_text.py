"""Copies in text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.export.copy import Copy, Labels, clock
from brummer.logs.export.text import JsonCopy, ansi_copy, plain_copy
from brummer.model.log import LogEntry, Stream
from tests.logs.export.lines import API, EPOCH, WEB, entry

CLOCK = clock(EPOCH)
MERGED = Labels(is_merged=True, times=True, names={WEB: "web", API: "api"})


def copied(copy: Copy, *entries: LogEntry) -> str:
    return copy.head() + "".join(copy.lines(entries)) + copy.tail()


def test_a_plain_copy_has_no_colours() -> None:
    text = copied(plain_copy(Labels()), entry(b"\x1b[31mred\x1b[0m"), entry(b""))

    assert text == "red\n\n"


def test_lines_of_several_processes_say_whose_they_are() -> None:
    text = copied(plain_copy(MERGED), entry(b"a"), entry(b"b", API))

    assert text == f"[{CLOCK}] web: a\n[{CLOCK}] api: b\n"


def test_lines_of_one_process_can_say_when() -> None:
    assert copied(plain_copy(Labels(times=True)), entry(b"a")) == f"[{CLOCK}] a\n"


def test_colours_end_with_their_line_and_go_on_in_the_next_of_the_stream() -> None:
    lines = (
        entry(b"\x1b[31mred"),
        entry(b"other", API),
        entry(b"error", stream=Stream.ERR),
        entry(b"still\x1b[0m not"),
        entry(b"plain"),
    )

    text = copied(ansi_copy(Labels()), *lines)

    assert text.splitlines() == [
        "\x1b[31mred\x1b[0m",
        "other",
        "error",
        "\x1b[0;31mstill\x1b[0m not\x1b[0m",
        "plain",
    ]


def test_json_keeps_every_byte() -> None:
    line = LogEntry(7, WEB, Stream.ERR, EPOCH, b"\xff\x1b[31m", partial=True)

    found = json.loads(copied(JsonCopy(), line))

    assert found == {
        "number": 7,
        "process": "web-1",
        "stream": "stderr",
        "time": EPOCH,
        "data": "\udcff\x1b[31m",
        "partial": True,
    }


@pytest.mark.parametrize("make", [plain_copy, lambda _: JsonCopy()])
@given(data=st.binary(max_size=60))
def test_no_bytes_make_another_line_or_a_sequence(make: object, data: bytes) -> None:
    assert callable(make)
    copy = make(Labels())

    text = copied(copy, entry(data.replace(b"\n", b"")))

    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert "\x9b" not in text


@given(lines=st.lists(st.binary(max_size=20), max_size=5))
def test_lines_are_the_same_alone_and_together(lines: list[bytes]) -> None:
    entries = [entry(line.replace(b"\n", b"")) for line in lines]

    together = copied(plain_copy(Labels()), *entries)

    assert together == "".join(copied(plain_copy(Labels()), one) for one in entries)
