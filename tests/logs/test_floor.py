"""The last lines of quiet processes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs import floor, page
from brummer.logs.store import LogStore
from brummer.model.log import LogEntry, Stream
from brummer.model.process import ProcessId

FLOOD = ProcessId("flood-1")
QUIET = ProcessId("quiet-1")
OTHER = ProcessId("other-1")


def flood(logs: LogStore, lines: int, size: int = 10) -> None:
    """Print so many lines of *size* bytes, some in reads of their own."""
    for _ in range(0, lines, 100):
        logs.append(FLOOD, Stream.OUT, (b"f" * (size - 1) + b"\n") * 96, 1.0)
        for _ in range(4):
            logs.append(FLOOD, Stream.OUT, b"f" * (size - 1) + b"\n", 1.0)
        logs.publish()


def whisper(
    logs: LogStore, numbers: range, process: ProcessId = QUIET, size: int = 0
) -> None:
    """Print *numbers*, one line each, of *size* bytes at least."""
    for number in numbers:
        line = b"%d\n" % number
        logs.append(process, Stream.ERR, line.rjust(size, b"0"), float(number))
    logs.publish()


def entries(logs: LogStore, process: ProcessId | None = None) -> list[LogEntry]:
    return list(logs.window(0, 10**9, process).entries)


def numbers(logs: LogStore, process: ProcessId = QUIET) -> list[int]:
    """Return what is left of what was whispered."""
    return [int(entry.data) for entry in entries(logs, process)]


def quiet(number: int) -> ProcessId:
    return ProcessId(f"quiet-{number}")


def test_a_flood_does_not_wash_away_what_others_said() -> None:
    logs = LogStore(max_entries=10_000)
    whisper(logs, range(50))

    flood(logs, 30_000)

    assert entries(logs, QUIET) == [
        LogEntry(n, QUIET, Stream.ERR, float(n), b"%d" % n) for n in range(50)
    ]
    assert logs.extent(QUIET)[1:] == (0, 50)


def test_the_merged_log_keeps_to_its_bound() -> None:
    logs = LogStore(max_entries=10_000)
    whisper(logs, range(50))

    flood(logs, 30_000)

    assert logs.extent()[1:] == (20_050, 30_050)
    assert len(entries(logs)) == 10_000
    assert {entry.process for entry in entries(logs)} == {FLOOD}


def test_of_many_lines_the_last_ones_stay() -> None:
    logs = LogStore(max_entries=10_000)
    whisper(logs, range(1000))

    flood(logs, 30_000)

    assert numbers(logs) == list(range(800, 1000))


def test_lines_that_come_drop_by_drop_stay_together() -> None:
    logs = LogStore(max_entries=10_000)

    for number in range(300):
        whisper(logs, range(number, number + 1))
        flood(logs, 500)

    kept = numbers(logs)
    assert kept == list(range(300))[-len(kept) :]
    assert 200 <= len(kept) < 250


def test_one_who_goes_on_to_print_gets_rid_of_the_past() -> None:
    logs = LogStore(max_entries=10_000)
    whisper(logs, range(200))
    flood(logs, 20_000)

    whisper(logs, range(200, 30_000))

    assert numbers(logs) == list(range(20_000, 30_000))


def test_what_came_before_can_be_followed_without_a_seam() -> None:
    logs = LogStore(max_entries=10_000)
    whisper(logs, range(250))
    flood(logs, 20_000)
    whisper(logs, range(250, 260))

    runs = list(logs.snapshot().view(QUIET).segments())

    assert [number for number, _ in runs] == list(range(50, 260))
    assert [int(segment.data) for _, segment in runs] == list(range(50, 260))


def test_every_process_has_its_floor_up_to_a_bound() -> None:
    logs = LogStore(max_entries=16_000)
    for number in range(30):
        whisper(logs, range(200), quiet(number))

    flood(logs, 30_000)

    # An eighth of 16,000 is what ten of them need.
    kept = [len(numbers(logs, quiet(number))) for number in range(30)]
    assert kept == [0] * 20 + [200] * 10
    assert all(logs.extent(quiet(n))[1:] == (200, 200) for n in range(20))


def test_processes_that_ended_make_room_for_those_that_live() -> None:
    logs = LogStore(max_entries=16_000)
    for number in range(20):
        whisper(logs, range(200), quiet(number))
        if number % 2:
            logs.end(quiet(number))

    flood(logs, 30_000)

    kept = [len(numbers(logs, quiet(number))) for number in range(20)]
    assert kept == [200, 0] * 10


def test_only_so_many_logs_have_a_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor, "LOGS", 5)
    logs = LogStore(max_entries=16_000)
    for number in range(8):
        whisper(logs, range(3), quiet(number))

    flood(logs, 30_000)

    kept = [len(numbers(logs, quiet(number))) for number in range(8)]
    assert kept == [0] * 3 + [3] * 5


def test_the_bytes_stay_within_their_bound_too() -> None:
    logs = LogStore(max_bytes=1024 * 1024)
    for number in range(200):
        whisper(logs, range(100), quiet(number), size=100)

    flood(logs, 20_000, size=100)

    kept = {n: len(numbers(logs, quiet(n))) for n in range(200)}
    # An eighth of a MiB is 13 logs of 100 lines of 100 bytes.
    assert {n for n, lines in kept.items() if lines} == set(range(187, 200))
    paged = sum(len(segment.data) for _, segment in logs.snapshot().view().segments())
    assert paged <= 1024 * 1024 * 7 // 8


def test_one_log_of_long_lines_does_not_take_it_all() -> None:
    logs = LogStore(max_bytes=1024 * 1024)
    whisper(logs, range(10), OTHER)
    whisper(logs, range(100), QUIET, size=4000)

    flood(logs, 20_000, size=100)

    # A 64th of a MiB is four of these lines.
    assert numbers(logs, QUIET) == [96, 97, 98, 99]
    assert numbers(logs, OTHER) == list(range(10))


def test_a_line_that_is_too_long_leaves_no_gap_behind() -> None:
    logs = LogStore(max_bytes=1024 * 1024)
    whisper(logs, range(10))
    flood(logs, 20_000, size=100)
    whisper(logs, range(10, 11), size=100_000)
    flood(logs, 20_000, size=100)
    whisper(logs, range(11, 13))
    flood(logs, 20_000, size=100)

    assert numbers(logs) == [11, 12]
    assert logs.extent(QUIET)[1:] == (11, 13)


def test_shedding_leaves_the_floor() -> None:
    logs = LogStore()
    whisper(logs, range(20))
    flood(logs, 20_000)

    logs.shed()
    logs.publish()

    assert numbers(logs) == list(range(20))
    assert len(entries(logs)) < 15_000


PRINTED = st.lists(
    st.tuples(
        st.sampled_from([FLOOD, FLOOD, FLOOD, QUIET, OTHER]),
        st.integers(1, 4),
        st.sampled_from(["", "publish", "end"]),
    ),
    max_size=80,
)


@pytest.mark.parametrize("runs", [1, 3, page.RUNS])
@given(printed=PRINTED, height=st.integers(0, 6), extra=st.integers(0, 20))
def test_the_last_lines_of_each_are_those_that_it_printed_last(
    runs: int, printed: list[tuple[ProcessId, int, str]], height: int, extra: int
) -> None:
    # Room for what three logs may need, and then nobody loses anything.
    bound = 3 * 2 * height + 1 + extra
    merged: list[tuple[ProcessId, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "RUNS", runs)
        patch.setattr(floor, "LINES", height)
        patch.setattr(floor, "PART", 1)
        logs = LogStore(max_entries=bound)

        for process, count, then in printed:
            first = sum(printer == process for printer, _ in merged)
            said = range(first, first + count)
            merged += [(process, number) for number in said]
            logs.append(process, Stream.OUT, b"".join(b"%d\n" % n for n in said), 1.0)
            if then:
                logs.publish()
        logs.publish()

    assert [(e.process, int(e.data)) for e in entries(logs)] == merged[-bound:]
    for process in (FLOOD, QUIET, OTHER):
        kept = numbers(logs, process)
        every = [number for printer, number in merged if printer == process]
        newest = [number for printer, number in merged[-bound:] if printer == process]
        assert kept == every[len(every) - len(kept) :]
        assert len(kept) >= max(len(newest), min(height, len(every)))
        assert [e.number for e in entries(logs, process)] == kept


def read_until(stop: threading.Event, logs: LogStore) -> Iterator[list[int]]:
    """Yield what the quiet one said, again and again."""
    while not stop.is_set():
        yield numbers(logs)


def check_until(stop: threading.Event, logs: LogStore) -> int:
    """Check that its last lines are there at any time; return how many there were."""
    seen = 0
    for kept in read_until(stop, logs):
        seen = max(seen, len(kept))
        assert kept == list(range(kept[0], kept[0] + len(kept))) if kept else not seen
        assert len(kept) >= min(200, seen)
    return seen


@pytest.mark.usefixtures("hasty")
def test_readers_find_the_last_lines_at_any_time() -> None:
    logs = LogStore(max_entries=2000)
    stop = threading.Event()

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(check_until, stop, logs) for _ in range(2)]
        try:
            for number in range(400):
                whisper(logs, range(number, number + 1))
                flood(logs, 100)
        finally:
            stop.set()

    assert all(reader.result() for reader in readers)
