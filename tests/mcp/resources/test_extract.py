"""Lines of a log, forwards and backwards, from memory and from files."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.mcp.resources.extract import (
    LINE,
    Extract,
    from_on,
    newest,
    place,
    printed,
    row,
)
from brummer.mcp.resources.size import MOST
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId, ProcessState
from tests.support.instance import EPOCH, FakeInstance


def entry(data: bytes) -> LogEntry:
    return LogEntry(7, ProcessId("web-1"), Stream.OUT, EPOCH, data)


def printing(*lines: str) -> tuple[FakeInstance, ProcessState]:
    instance = FakeInstance()
    web = instance.add_process("web")
    instance.print(web.id, *lines)
    return instance, web


def ahead(instance: FakeInstance, web: ProcessState, first: int, stop: int) -> Extract:
    return asyncio.run(from_on(instance, web.id, first, stop))


def back(instance: FakeInstance, web: ProcessState, stop: int) -> Extract:
    return asyncio.run(newest(instance, web.id, stop))


def numbers(found: Extract) -> list[int]:
    return [int(line.split()[0]) for line in found.lines]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"10%\r50%\r100%", "100%"),
        (b"windows\r", "windows"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("one\u2028--- end ---".encode(), "one\ufffd--- end ---"),
        (b"\x1b]0;title\x07text", "text"),
    ],
)
def test_a_line_is_shown_as_people_see_it(data: bytes, text: str) -> None:
    assert printed(entry(data)) == text


def test_a_long_line_is_cut_and_says_how_long_it_is() -> None:
    text = printed(entry(b"x" * 10_000_000))

    assert text == "x" * LINE + " ... a line of 10,000,000 bytes"


def test_a_line_that_is_a_little_too_long_is_cut_as_well() -> None:
    text = printed(entry(b"x" * (LINE + 5)))

    assert text == "x" * LINE + " ... 5 characters more"


def test_each_line_says_whose_it_is_before_what_was_printed() -> None:
    assert row(entry(b"--- end ---")).endswith(" web-1| --- end ---")
    assert row(entry(b"--- end ---")).startswith("7 ")


@pytest.mark.parametrize(
    ("first", "stop", "address"),
    [
        (None, None, "logs://web-1"),
        (5, None, "logs://web-1?from=5"),
        (None, 9, "logs://web-1?to=9"),
        (0, 9, "logs://web-1?from=0&to=9"),
    ],
)
def test_lines_have_an_address(
    first: int | None, stop: int | None, address: str
) -> None:
    assert place("web-1", first, stop) == address


def test_names_are_written_so_that_they_are_one_part_of_an_address() -> None:
    assert place("a/b?c#d-1") == "logs://a%2Fb%3Fc%23d-1"
    assert place("caf\udce9-1") == "logs://caf%3F-1"


def test_lines_are_read_from_a_number_on() -> None:
    instance, web = printing(*map(str, range(10)))

    found = ahead(instance, web, 3, 6)

    assert numbers(found) == [3, 4, 5]
    assert (found.first, found.end) == (3, 6)


def test_the_newest_lines_are_read_the_last_at_the_end() -> None:
    instance, web = printing(*map(str, range(10)))

    found = back(instance, web, 10)

    assert numbers(found) == list(range(10))
    assert (found.first, found.end) == (0, 10)


def test_no_more_is_read_than_fits_forwards() -> None:
    instance, web = printing(*("x" * 1_000 for _ in range(100)))

    found = ahead(instance, web, 0, 100)

    assert sum(map(len, found.lines)) < MOST
    assert numbers(found) == list(range(found.end))
    assert 15 < found.end < 20


def test_no_more_is_read_than_fits_backwards() -> None:
    instance, web = printing(*("x" * 1_000 for _ in range(100)))

    found = back(instance, web, 100)

    assert sum(map(len, found.lines)) < MOST
    assert numbers(found) == list(range(found.first, 100))
    assert 80 < found.first < 85


@pytest.mark.parametrize("first", [0, 250, 299])
def test_lines_that_are_in_files_only_are_read_as_well(first: int) -> None:
    instance, web = printing(*(str(number) for number in range(400)))
    instance.shelve(300, web.id)

    found = ahead(instance, web, first, 320)

    assert numbers(found) == list(range(first, 320))


def test_reading_back_goes_on_in_files() -> None:
    instance, web = printing(*(str(number) for number in range(400)))
    instance.shelve(300, web.id)

    found = back(instance, web, 310)

    assert numbers(found) == list(range(310))


def test_lines_that_are_gone_are_left_out() -> None:
    instance, web = printing(*map(str, range(300)))
    instance.forget(200, web.id)

    assert numbers(ahead(instance, web, 0, 300)) == list(range(200, 300))
    assert numbers(back(instance, web, 300)) == list(range(200, 300))
    assert numbers(back(instance, web, 100)) == []


@pytest.mark.parametrize(("first", "stop"), [(0, 0), (9, 3), (50, 60)])
def test_where_there_are_no_lines_there_are_none(first: int, stop: int) -> None:
    instance, web = printing("one", "two")

    assert ahead(instance, web, first, stop).lines == ()


@given(
    sizes=st.lists(st.integers(0, 3_000), max_size=60),
    stop=st.integers(0, 60),
    gone=st.integers(0, 30),
)
def test_lines_follow_each_other_without_a_gap(
    sizes: list[int], stop: int, gone: int
) -> None:
    instance, web = printing(*("x" * size for size in sizes))
    instance.shelve(min(gone, len(sizes)), web.id)

    for found in (ahead(instance, web, 0, stop), back(instance, web, stop)):
        assert all(b == a + 1 for a, b in pairwise(numbers(found)))
        assert sum(map(len, found.lines)) <= MOST
        assert numbers(found) == list(
            range(found.first, found.first + len(found.lines))
        )
