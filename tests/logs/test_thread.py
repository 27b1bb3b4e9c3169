"""The way into the log, from end to end."""

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from typing_extensions import override

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import SystemClock
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.model.finding import Finding, FindingKind
from brummer.model.log import LogEntry, Segment, Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience
from tests.support.clock import FakeClock
from tests.support.wait import LIMIT

WEB = ProcessId("web-1")
SETTINGS = LogStoreSettings()
FALLBACK = LogStoreSettings(fallback_mode=True)


@pytest.fixture(params=[SETTINGS, FALLBACK], ids=["thread", "fallback"])
def settings(request: pytest.FixtureRequest) -> LogStoreSettings:
    chosen: LogStoreSettings = request.param
    return chosen


def test_notes_stand_among_the_output(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, FakeClock(5.0))

    log.put(WEB, Stream.OUT, b"listening\n", 4.0)
    log.note(WEB, "stopping\nwaiting \udc80")
    log.put(WEB, Stream.ERR, b"bye\n", 6.0)
    log.close()

    assert audience.entries() == (
        LogEntry(0, WEB, Stream.OUT, 4.0, b"listening"),
        LogEntry(1, WEB, Stream.NOTE, 5.0, b"stopping"),
        LogEntry(2, WEB, Stream.NOTE, 5.0, b"waiting ?"),
        LogEntry(3, WEB, Stream.ERR, 6.0, b"bye"),
    )


def test_what_is_typed_stands_below_the_question(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, FakeClock(5.0))

    log.put(WEB, Stream.OUT, b"Name? ", 4.0)
    log.typed(WEB, b"Kim\n", hidden=False)
    log.put(WEB, Stream.OUT, b"hello Kim\n", 6.0)
    log.close()

    assert audience.entries() == (
        LogEntry(0, WEB, Stream.OUT, 4.0, b"Name? "),
        LogEntry(1, WEB, Stream.NOTE, 5.0, b"> Kim"),
        LogEntry(2, WEB, Stream.OUT, 6.0, b"hello Kim"),
    )


@pytest.mark.parametrize(
    ("question", "hidden"), [(b"Password: ", False), (b"Name? ", True)]
)
def test_secrets_are_not_in_the_log(
    settings: LogStoreSettings, question: bytes, *, hidden: bool
) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, FakeClock(5.0))

    log.put(WEB, Stream.ERR, question, 4.0)
    log.typed(WEB, b"correct horse\n", hidden=hidden)
    log.close()

    assert [entry.data for entry in audience.entries()] == [question, b"> (hidden)"]
    assert b"horse" not in b"".join(segment.data for segment in audience.shown)


def test_a_secret_that_is_typed_in_pieces_is_hidden_to_its_end(
    settings: LogStoreSettings,
) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, FakeClock(5.0))

    log.put(WEB, Stream.OUT, b"Password: ", 4.0)
    for piece in (b"correct ", b"horse", b"\n", b"ls\n"):
        log.typed(WEB, piece, hidden=False)
    log.close()

    shown = [entry.data for entry in audience.entries()]
    assert shown == [b"Password: ", *[b"> (hidden)"] * 3, b"> ls"]


def test_a_note_does_not_wait_for_someone_who_reads_nothing(
    settings: LogStoreSettings,
) -> None:
    stuck, freed = threading.Event(), threading.Event()

    class Stuck(Audience):
        @override
        def hear_shown(self, segments: Sequence[Segment]) -> None:
            stuck.set()
            assert freed.wait(LIMIT)
            super().hear_shown(segments)

    audience = Stuck()
    narrow = replace(settings, buffer_size=1)
    log = LogThread(audience.writer, narrow, FakeClock(5.0))
    pump = threading.Thread(target=log.put, args=(WEB, Stream.OUT, b"out\n", 4.0))
    pump.start()
    assert stuck.wait(LIMIT)

    for n in range(20):
        log.note(WEB, f"note {n}")

    freed.set()
    pump.join(LIMIT)
    log.close()
    assert audience.lines() == [b"out", *(b"note %d" % n for n in range(20))]


def test_a_finding_of_a_plugin_is_kept(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, SystemClock())
    finding = Finding(kind=FindingKind.BUILD, title="done", process=WEB, time=1.0)

    log.report(finding)
    log.close()

    assert audience.detection.findings() == (finding,)


def test_memory_is_given_back_on_request(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, SystemClock())

    for _ in range(2_000):
        log.put(WEB, Stream.OUT, b"x" * 999 + b"\n", 1.0)
    log.shed()
    log.close()

    assert 0 < len(audience.entries()) < 2_000


def test_an_end_stores_the_last_words_and_says_so(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, SystemClock())

    log.put(WEB, Stream.OUT, b"last words", 1.0)
    log.end(WEB)
    log.close()

    assert audience.drained == [WEB]
    assert audience.entries() == (LogEntry(0, WEB, Stream.OUT, 1.0, b"last words"),)


@pytest.mark.usefixtures("hasty")
def test_twenty_five_writers_lose_nothing(settings: LogStoreSettings) -> None:
    audience = Audience()
    log = LogThread(audience.writer, settings, SystemClock())

    def write(writer: int) -> None:
        process = ProcessId(f"job-{writer}")
        for n in range(100):
            log.put(process, Stream.OUT, b"%d:%d\n" % (writer, n), 1.0)

    with ThreadPoolExecutor(25) as pool:
        list(pool.map(write, range(25)))
    log.close()

    assert audience.store.extent()[1:] == (0, 2500)
    for writer in range(25):
        expected = [b"%d:%d" % (writer, n) for n in range(100)]
        assert audience.lines(ProcessId(f"job-{writer}")) == expected
    assert audience.failures == []


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_hundred_writers_of_a_thousand_lines_lose_nothing() -> None:
    audience = Audience()
    log = LogThread(audience.writer, SETTINGS, SystemClock())

    def write(writer: int) -> None:
        process = ProcessId(f"job-{writer}")
        for n in range(1_000):
            log.put(process, Stream.OUT, b"%d\n" % n, 1.0)

    with ThreadPoolExecutor(100) as pool:
        list(pool.map(write, range(100)))
    log.close()

    assert audience.store.extent()[1:] == (0, 100_000)
    assert audience.lines(ProcessId("job-99")) == [b"%d" % n for n in range(1_000)]
    assert log.traffic().waiting == 0


def flood(lines: int, seed: int) -> Iterator[tuple[Stream, bytes]]:
    """Yield numbered lines of both streams, cut anywhere."""
    chance = random.Random(seed)
    waiting = {
        stream: b"".join(b"%s line %d\n" % (stream.encode(), n) for n in range(lines))
        for stream in (Stream.OUT, Stream.ERR)
    }
    while waiting:
        stream = chance.choice(list(waiting))
        size = chance.choice((1, 100, 4095, 65_536))
        data, waiting[stream] = waiting[stream][:size], waiting[stream][size:]
        yield stream, data
        if not waiting[stream]:
            del waiting[stream]


@pytest.mark.timeout(120)
def test_a_flood_from_four_processes_comes_out_whole_and_in_order() -> None:
    audience = Audience(store=LogStore(max_entries=1_000_000, max_bytes=1 << 30))
    log = LogThread(audience.writer, SETTINGS, SystemClock())

    def write(process: ProcessId) -> None:
        for stream, data in flood(50_000, seed=len(process)):
            log.put(process, stream, data, 1.0)
        log.end(process)

    processes = [ProcessId("web" * n) for n in range(1, 5)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, processes))
    log.close()

    assert audience.store.extent()[1:] == (0, 400_000)
    assert sorted(audience.drained) == processes
    for process in processes:
        entries = audience.entries(process)
        for stream in (Stream.OUT, Stream.ERR):
            assert [entry.data for entry in entries if entry.stream is stream] == [
                b"%s line %d" % (stream.encode(), n) for n in range(50_000)
            ]


def test_hostile_bytes_come_out_as_they_went_in() -> None:
    audience = Audience()
    log = LogThread(audience.writer, SETTINGS, SystemClock())
    data = b"\xff\xfe\x00 invalid\n\x1b]0;title\n" + b"x" * 10_000_000 + b"\nlast"

    for begin in range(0, len(data), 65_536):
        log.put(WEB, Stream.OUT, data[begin : begin + 65_536], 1.0)
    log.end(WEB)
    log.close()

    assert audience.lines(WEB) == data.split(b"\n")
    assert b"".join(segment.data for segment in audience.shown) == data
