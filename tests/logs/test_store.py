"""The log store."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs import store
from brummer.logs.store import LogStore
from brummer.model.log import LogEntry, LogExtent, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")


def filled(*reads: bytes, **bounds: int) -> LogStore:
    """Return a store with *reads* of one process, one second apart."""
    logs = LogStore(**bounds)
    for time, data in enumerate(reads):
        logs.append(WEB, Stream.OUT, data, float(time))
    logs.publish()
    return logs


def lines(logs: LogStore, process: ProcessId | None = None) -> list[bytes]:
    """Return every line that can be read."""
    return [entry.data for entry in logs.window(0, 10**9, process).entries]


def test_a_new_store_is_empty() -> None:
    logs = LogStore()

    assert logs.extent() == LogExtent(0, 0, 0)
    assert logs.window(0, 10).entries == ()
    assert logs.window(-5, -5, WEB).entries == ()
    assert logs.snapshot().processes == ()


def test_a_line_is_numbered_in_its_own_log_and_in_the_merged_one() -> None:
    logs = LogStore()
    logs.append(WEB, Stream.OUT, b"one\ntwo\n", 1.0)
    logs.append(API, Stream.ERR, b"three\n", 2.0)
    logs.publish()

    assert logs.window(1, 5).entries == (
        LogEntry(1, WEB, Stream.OUT, 1.0, b"two"),
        LogEntry(2, API, Stream.ERR, 2.0, b"three"),
    )
    assert logs.window(0, 5, API).entries == (
        LogEntry(0, API, Stream.ERR, 2.0, b"three"),
    )
    assert logs.snapshot().processes == (WEB, API)


def test_nothing_is_visible_before_it_is_published() -> None:
    logs = LogStore()
    logs.append(WEB, Stream.OUT, b"line\npartial", 1.0)

    assert lines(logs) == []
    assert logs.publish()
    assert lines(logs) == [b"line", b"partial"]
    assert not logs.publish()


def test_the_version_changes_with_what_is_visible() -> None:
    logs = filled(b"one\n")
    before = logs.extent(WEB).version
    logs.append(API, Stream.OUT, b"par", 1.0)
    logs.publish()
    between = logs.version
    logs.append(API, Stream.OUT, b"tial", 1.0)
    logs.publish()

    assert logs.extent(WEB).version == before
    assert before < between < logs.version == logs.extent().version


def test_a_line_without_an_end_is_shown_last_until_it_ends() -> None:
    logs = LogStore()
    logs.append(WEB, Stream.OUT, b"Proceed? ", 1.0)
    logs.append(WEB, Stream.ERR, b"warning\n", 2.0)
    logs.publish()

    waiting = logs.window(0, 9, WEB)
    logs.append(WEB, Stream.OUT, b"yes\n", 3.0)
    logs.publish()

    assert waiting.extent.end == 2
    assert waiting.entries == (
        LogEntry(0, WEB, Stream.ERR, 2.0, b"warning"),
        LogEntry(1, WEB, Stream.OUT, 1.0, b"Proceed? ", partial=True),
    )
    assert lines(logs, WEB) == [b"warning", b"Proceed? yes"]
    assert not logs.window(1, 1, WEB).entries[0].partial


def test_streams_are_put_together_apart_from_each_other() -> None:
    logs = LogStore()
    for data in (b"o", b"e"):
        for stream in (Stream.OUT, Stream.ERR):
            logs.append(WEB, stream, data, 1.0)
    for stream in (Stream.ERR, Stream.OUT):
        logs.append(WEB, stream, b"!\n", 1.0)
    logs.publish()

    entries = logs.window(0, 9).entries
    assert [entry.stream for entry in entries] == [Stream.ERR, Stream.OUT]
    assert [entry.data for entry in entries] == [b"oe!", b"oe!"]


def test_waiting_lines_keep_their_places() -> None:
    logs = LogStore()
    for process in (WEB, API, WEB, API, API, WEB):
        logs.append(process, Stream.OUT, process[:1].encode(), 1.0)
        logs.publish()

    assert lines(logs) == [b"www", b"aaa"]


def test_a_process_that_ends_leaves_its_last_words() -> None:
    logs = LogStore()
    logs.append(WEB, Stream.OUT, b"no", 1.0)
    logs.append(WEB, Stream.OUT, b" newline", 2.0)
    logs.append(API, Stream.OUT, b"still there", 2.0)

    stored = logs.end(WEB)
    logs.publish()

    assert [(n, s.data, s.lines, s.time) for n, s in stored] == [
        (0, b"no newline", 1, 2.0)
    ]
    assert [entry.partial for entry in logs.window(0, 9).entries] == [False, True]
    assert logs.end(ProcessId("unknown-1")) == []


def test_bytes_are_kept_as_they_were_written() -> None:
    data = b"\xff\x00\x1b[31m\r\n\r\n\n"

    logs = filled(data)

    assert lines(logs) == [b"\xff\x00\x1b[31m\r", b"\r", b""]
    assert b"".join(s.data for _, s in logs.snapshot().view().segments()) == data


def test_nothing_read_is_nothing_stored() -> None:
    logs = filled(b"")

    assert logs.version == 0
    assert logs.extent(WEB).end == 0


def test_only_so_many_lines_are_kept() -> None:
    logs = filled(*(b"%d\n" % n for n in range(1000)), max_entries=10)

    assert logs.extent() == (logs.version, 990, 1000)
    assert lines(logs) == [b"%d" % n for n in range(990, 1000)]


def test_the_oldest_lines_go_whoever_printed_them() -> None:
    logs = LogStore(max_entries=4)
    logs.append(API, Stream.OUT, b"a\nb\nc\n", 1.0)
    logs.append(WEB, Stream.OUT, b"1\n2\n", 2.0)
    logs.publish()
    logs.append(API, Stream.OUT, b"d\n", 3.0)
    logs.publish()

    assert lines(logs) == [b"c", b"1", b"2", b"d"]
    assert logs.extent(API)[1:] == (2, 4)
    assert logs.extent(WEB)[1:] == (0, 2)
    assert logs.window(0, 1, API).entries[0].number == 2


def test_only_so_many_bytes_are_kept() -> None:
    logs = filled(*(b"%0999d\n" % n for n in range(5000)), max_bytes=1_000_000)

    kept = lines(logs)
    assert 900 <= len(kept) <= 1000
    assert kept[-1] == b"%0999d" % 4999


def test_many_lines_in_one_read_are_bounded_as_well() -> None:
    logs = filled(b"\n" * 100_000, max_entries=10_000)

    assert logs.extent()[1:] == (90_000, 100_000)
    assert len(lines(logs)) == 10_000


def test_a_line_that_memory_cannot_hold_goes_on_as_another() -> None:
    logs = filled(*[b"x" * 10_000] * 1000, b"\n", max_bytes=1_000_000)

    kept = lines(logs)
    assert 700_000 <= sum(map(len, kept)) <= 1_000_000
    assert set(b"".join(kept)) == set(b"x")
    assert logs.extent().first > 0


def test_the_longest_of_many_waiting_lines_gives_way() -> None:
    logs = LogStore(max_bytes=4000)
    logs.append(WEB, Stream.OUT, b"w" * 600, 1.0)
    logs.append(API, Stream.OUT, b"a" * 500, 2.0)
    logs.publish()

    assert [(e.process, e.partial) for e in logs.window(0, 9).entries] == [
        (WEB, False),
        (API, True),
    ]


def test_shedding_drops_the_older_half_and_keeps_the_numbers() -> None:
    logs = filled(*(b"x" * 99 + b"\n" for _ in range(20_000)))
    before = logs.extent()

    logs.shed()
    logs.publish()

    after = logs.extent()
    assert after.end == before.end
    assert 8_000 < after.first < 13_000
    assert lines(logs, WEB) == [b"x" * 99] * (after.end - after.first)


def test_an_empty_store_has_nothing_to_shed() -> None:
    logs = LogStore()

    logs.shed()

    assert not logs.publish()


def test_a_line_of_ten_megabytes_comes_out_whole() -> None:
    reads = [bytes([n % 256]) * 65_536 for n in range(160)]
    reads = [read.replace(b"\n", b"?") for read in reads]
    logs = filled(b"before\n")

    for read in reads:
        logs.append(WEB, Stream.OUT, read, 1.0)
        logs.publish()
    logs.append(WEB, Stream.OUT, b"\nafter\n", 2.0)
    logs.publish()

    assert lines(logs) == [b"before", b"".join(reads), b"after"]


def test_empty_logs_of_ended_processes_make_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "LOGS", 20)
    logs = LogStore(max_entries=10)
    logs.append(WEB, Stream.OUT, b"still running\n", 1.0)

    for n in range(100):
        process = ProcessId(f"job-{n}")
        logs.append(process, Stream.OUT, b"line\n", 1.0)
        logs.end(process)
        logs.publish()

    # A log is empty when the last page with a line of it has gone.
    assert len(logs.snapshot().processes) <= 20 + 10
    assert logs.extent(ProcessId("job-0"))[1:] == (0, 0)
    assert lines(logs, WEB) == [b"still running"]
    assert logs.extent(process)[1:] == (0, 1)
    assert logs.extent()[1:] == (91, 101)


def test_empty_logs_make_room_even_if_their_processes_never_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "LOGS", 20)
    logs = LogStore(max_entries=10)

    for n in range(100):
        logs.append(ProcessId(f"job-{n}"), Stream.NOTE, b"cannot start\n", 1.0)
        logs.publish()

    # A log is empty when the last page with a line of it has gone.
    assert len(logs.snapshot().processes) <= 20 + 10


def test_of_too_many_processes_the_lines_are_in_the_merged_log_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "LOGS", 20)
    monkeypatch.setattr(store, "MOST", 1000)
    logs = LogStore(max_entries=3000)
    logs.append(WEB, Stream.OUT, b"still running\n", 1.0)

    for n in range(5000):
        process = ProcessId(f"job-{n}")
        logs.append(process, Stream.OUT, b"%d\n" % n, 1.0)
        logs.end(process)
        if n % 10 == 0:
            logs.publish()
    logs.publish()

    # Room is made for some at once.
    assert len(logs.snapshot().processes) <= 1000 * 9 // 8
    assert lines(logs, WEB) == [b"still running"]
    assert lines(logs, process) == [b"4999"]
    assert lines(logs, ProcessId("job-2500")) == []
    assert lines(logs) == [b"%d" % n for n in range(2000, 5000)]


def test_a_forgotten_process_that_goes_on_has_a_new_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "LOGS", 20)
    monkeypatch.setattr(store, "MOST", 40)
    logs = LogStore(max_entries=3000)
    processes = [ProcessId(f"job-{n}") for n in range(1000)]

    for turn in range(7):
        for process in processes:
            logs.append(process, Stream.OUT, b"%d\n" % turn, 1.0)
            logs.end(process)
        logs.publish()

    assert lines(logs, processes[-1]) == [b"6"]
    assert lines(logs)[-1000:] == [b"6"] * 1000
    assert len(lines(logs)) == 3000


def test_a_view_stays_as_it_was() -> None:
    logs = filled(b"one\ntwo", max_entries=1000)
    view = logs.snapshot().view(WEB)

    for n in range(5000):
        logs.append(WEB, Stream.OUT, b"%d\n" % n, 1.0)
    logs.publish()

    assert [e.data for e in view.window(0, 99).entries] == [b"one", b"two"]


def test_a_log_can_be_followed_in_bulk() -> None:
    logs = LogStore(max_entries=100)
    position, seen = 0, b""
    for n in range(300):
        logs.append((WEB, API)[n % 2], Stream.OUT, b"%d\n%d" % (n, n), 1.0)
        if n % 7 == 0:
            logs.publish()
            for number, segment in logs.snapshot().view(WEB).segments(position):
                assert number == position
                position = number + segment.lines
                seen += segment.data

    assert seen.count(b"\n") == position == logs.extent(WEB).end - 1


def test_segments_are_cut_to_the_lines_that_were_asked_for() -> None:
    logs = filled(b"0\n1\n2\n3\n4\n5\n6\n7\n", b"8\n9", b"")
    logs.end(WEB)
    logs.publish()
    view = logs.snapshot().view()

    for first in range(11):
        for stop in range(first, 11):
            got = b"".join(s.data for _, s in view.segments(first, stop))
            assert got.split() == [b"%d" % n for n in range(first, stop)]


@given(st.binary(max_size=200), st.lists(st.integers(1, 20)))
def test_any_chopping_of_any_bytes_gives_the_same_lines(
    data: bytes, sizes: list[int]
) -> None:
    logs = filled(*chopped(data, sizes))
    logs.end(WEB)
    logs.publish()

    assert lines(logs) == (data.removesuffix(b"\n").split(b"\n") if data else [])


def chopped(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Yield *data* in pieces of *sizes*, then the rest."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


def check_window(logs: LogStore, first: int, process: ProcessId | None) -> int:
    """Check that a window is consistent in itself; return its extent's end."""
    extent, entries = logs.window(first, 50, process)
    begin = max(first, extent.first)
    assert [e.number for e in entries] == [*range(begin, min(begin + 50, extent.end))]
    for entry in entries:
        # Each process's line says its own number, so a wrong one is seen.
        assert process is None or int(entry.data) == entry.number
    return extent.end


def read_until(stop: threading.Event, logs: LogStore, log: ProcessId | None) -> None:
    """Read the beginning and the end of *log* again and again."""
    end = 0
    while not stop.is_set():
        now = check_window(logs, end - 40, log)
        assert now >= end
        end = now
        check_window(logs, 0, log)


@pytest.mark.usefixtures("hasty")
def test_every_window_is_consistent_while_the_writer_writes() -> None:
    logs = LogStore(max_entries=2000)
    stop = threading.Event()

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read_until, stop, logs, log) for log in (None, WEB, API)]
        try:
            for n in range(3000):
                for process in (WEB, API):
                    logs.append(process, Stream.OUT, b"%d" % n, 1.0)
                    logs.append(process, Stream.OUT, b"\n", 1.0)
                if n % 5 == 0:
                    logs.publish()
        finally:
            stop.set()

    for reader in readers:
        reader.result()


def test_lines_without_an_end_can_be_closed_while_the_process_goes_on() -> None:
    logs = filled(b"Name? ")

    stored = logs.close_lines(WEB)
    logs.append(WEB, Stream.OUT, b"hello\n", 1.0)
    logs.publish()

    assert [segment.data for _, segment in stored] == [b"Name? "]
    assert lines(logs, WEB) == [b"Name? ", b"hello"]


def test_closing_the_lines_of_a_process_that_has_none_is_nothing() -> None:
    logs = filled(b"whole\n")

    assert logs.close_lines(WEB) == []
    assert logs.close_lines(API) == []


def test_the_lines_without_an_end_can_be_asked_for() -> None:
    logs = filled(b"one\nPass", b"word: ")
    logs.append(WEB, Stream.ERR, b"warning", 3.0)

    assert logs.unfinished(WEB) == [b"Password: ", b"warning"]
    assert logs.unfinished(API) == []
