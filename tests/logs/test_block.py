"""Tests of blocks."""

import gc
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from brummer.logs import page
from brummer.logs.block import Block, Origin, newest_first
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")
QUIET = ProcessId("quiet-1")
LOUD = ProcessId("loud-1")
NOBODY = ProcessId("nobody-1")
OUT, ERR = Stream.OUT, Stream.ERR


def lines_of(
    store: LogStore, *processes: ProcessId
) -> list[tuple[Origin, bytes, bytes]]:
    """Return all lines that blocks have, as they came from them."""
    return [
        found
        for block in newest_first(store.snapshot(), processes)
        for found in reversed(
            list(
                zip(
                    map(block.origin, block.every),
                    block.printed(block.every),
                    block.texts(block.every),
                    strict=True,
                )
            )
        )
    ]


def only(store: LogStore) -> Block:
    """Return the one block of *store*."""
    (block,) = newest_first(store.snapshot())
    return block


def test_lines_come_with_where_they_are_from() -> None:
    store = LogStore()
    store.append(WEB, OUT, b"one\ntwo\n", 1.0)
    store.append(API, ERR, b"three\n", 2.0)
    store.append(WEB, OUT, b"four\n", 3.0)
    store.publish()

    assert lines_of(store) == [
        (Origin(WEB, OUT, 3.0, 2), b"four", b"four"),
        (Origin(API, ERR, 2.0, 0), b"three", b"three"),
        (Origin(WEB, OUT, 1.0, 1), b"two", b"two"),
        (Origin(WEB, OUT, 1.0, 0), b"one", b"one"),
    ]


def test_a_line_without_an_end_comes_first() -> None:
    store = LogStore()
    store.append(WEB, OUT, b"done\nPassword: ", 1.0)
    store.append(API, OUT, b"up\n", 2.0)
    store.publish()

    found = lines_of(store)

    assert found[0] == (Origin(WEB, OUT, 1.0, 1), b"Password: ", b"Password: ")
    assert [line for _, line, _ in found] == [b"Password: ", b"up", b"done"]


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        (b"\x1b[31mred\x1b[0m apple\n", b"red apple\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"\x1b[2K\x1b[1Gdone\n", b"done\n"),
        (b"\x1b]8;;http://x\x07link\x1b]8;;\x07\n", b"link\n"),
        (b"na\xc3\xafve \xc4\x9b\n", b"na\xc3\xafve \xc4\x9b\n"),
        (b"\xc2\x9b31mred\n", b"red\n"),
        (b"\x07ready\n", b"ready\n"),
        (b"E\x00r\x00r\x00\n", b"Err\n"),
        (b"\x1b[1mbold\x1b[m\x0f\n", b"bold\n"),
        (b"\x1b[31\nrest\n", b"\nrest\n"),
        (b"\x1b]0;title\nrest\n", b"\nrest\n"),
    ],
)
def test_the_plain_text_has_no_escape_sequences_and_all_lines(
    printed: bytes, plain: bytes
) -> None:
    store = LogStore()
    store.append(WEB, OUT, printed, 1.0)
    store.publish()

    block = only(store)

    assert block.plain == plain
    assert list(block.texts(block.every)) == plain.split(b"\n")[:-1]
    assert list(block.printed(block.every)) == printed.split(b"\n")[:-1]


def test_plain_output_is_not_copied() -> None:
    store = LogStore()
    for _ in range(page.RUNS + 1):
        store.append(WEB, OUT, b"a line\n", 1.0)
    store.publish()

    *_, packed = newest_first(store.snapshot())

    assert packed.plain is packed.data


def test_a_page_with_a_line_that_never_ended_has_all_its_lines() -> None:
    store = LogStore()
    for number in range(page.RUNS):
        store.append(ProcessId(f"p-{number}"), OUT, b"last words", 1.0)
        store.end(ProcessId(f"p-{number}"))
    store.append(WEB, OUT, b"x\n", 2.0)
    store.publish()

    found = lines_of(store)

    assert len(found) == page.RUNS + 1
    assert found[1] == (
        Origin(ProcessId(f"p-{page.RUNS - 1}"), OUT, 1.0, 0),
        *[b"last words"] * 2,
    )


def test_pages_without_the_processes_asked_for_are_left_out() -> None:
    store = LogStore()
    store.append(QUIET, OUT, b"hello\n", 1.0)
    for _ in range(4):
        store.append(LOUD, OUT, b"x" * page.BYTES + b"\n", 2.0)
    store.publish()

    blocks = list(newest_first(store.snapshot(), [QUIET]))

    assert len(blocks) == 1
    assert list(blocks[0].printed([0])) == [b"hello"]


def test_lines_that_were_dropped_do_not_count() -> None:
    store = LogStore(max_entries=10)
    store.append(WEB, OUT, b"".join(b"%d\n" % n for n in range(100)), 1.0)
    store.publish()

    found = lines_of(store)

    assert [origin.number for origin, _, _ in found] == list(range(99, 89, -1))
    assert found[-1][1] == b"90"


@pytest.mark.parametrize("flood", [350, 400, 450, 1_000])
def test_what_only_its_own_log_has_left_is_found_there(flood: int) -> None:
    store = LogStore(max_entries=400)
    store.append(QUIET, OUT, b"".join(b"%d\n" % n for n in range(10)), 1.0)
    store.append(QUIET, OUT, b"10\n" * 5, 1.0)
    store.append(LOUD, OUT, b"x\n" * flood, 2.0)
    store.publish()

    found = lines_of(store)

    of_quiet = [origin.number for origin, _, _ in found if origin.process == QUIET]
    assert sorted(of_quiet) == list(range(15))
    assert len(found) == 15 + min(flood, 400)


def test_a_process_that_is_asked_for_twice_is_searched_once() -> None:
    store = LogStore(max_entries=100)
    store.append(QUIET, OUT, b"kept\nPassword: ", 1.0)
    store.append(LOUD, OUT, b"x\n" * 200, 2.0)
    store.publish()

    once, twice = (lines_of(store, *[QUIET] * times) for times in (1, 2))

    assert [line for _, line, _ in once if line != b"x"] == [b"Password: ", b"kept"]
    assert twice == once


def test_going_through_lines_goes_through_the_data_once() -> None:
    class Counted(bytes):
        looks = 0

        @override
        def index(self, *arguments: Any) -> int:
            Counted.looks += 1
            return super().index(*arguments)

    store = LogStore()
    store.append(WEB, OUT, b"line\n" * 1_000, 1.0)
    store.publish()
    block = replace(only(store), data=Counted(only(store).data))

    assert list(block.printed(block.every)) == [b"line"] * 1_000
    assert Counted.looks <= 2 * 1_000


def test_long_lines_in_colour_are_not_held_when_the_log_is_gone() -> None:
    tracemalloc.start()
    try:
        for number in range(10):
            store = LogStore()
            line = b"\x1b[31m%d" % number + b"x" * 1_000_000 + b"\n"
            store.append(WEB, OUT, line, 1.0)
            store.publish()
            assert len(only(store).plain) == len(line) - len(b"\x1b[31m")
        del store
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < 5_000_000


def test_an_empty_log_has_no_blocks() -> None:
    assert list(newest_first(LogStore().snapshot())) == []
    assert list(newest_first(LogStore().snapshot(), [NOBODY])) == []


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["a-1", "b-1", "c-1"]),
        st.sampled_from([OUT, ERR]),
        st.sampled_from([b"x\n", b"y", b"\x1b[1mz\x1b[m\n", b"1\n2\n3\n", b"w\r\n"]),
    ),
    max_size=60,
)


@given(PIECES, st.integers(3, 200))
def test_blocks_hold_what_the_logs_hold(
    pieces: list[tuple[str, Stream, bytes]], bound: int
) -> None:
    store = LogStore(max_entries=bound)
    for time, (process, stream, data) in enumerate(pieces):
        store.append(ProcessId(process), stream, data, float(time))
    store.publish()
    snapshot = store.snapshot()

    found = {
        (origin.process, origin.number, origin.stream, origin.time, line)
        for origin, line, _ in lines_of(store)
    }

    assert found == {
        (process, entry.number, entry.stream, entry.time, entry.data)
        for process in snapshot.processes
        for entry in snapshot.view(process).window(0, 1_000).entries
    }
