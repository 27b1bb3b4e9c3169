"""From many threads to the one writer."""

import threading
from collections.abc import Callable, Iterator

import pytest
from typing_extensions import override

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import SystemClock
from brummer.core.threads import Role, census
from brummer.logs.lane import DirectLane, Lane, QueueLane
from brummer.logs.writer import End, Item, LogWriter, Output
from brummer.model.log import Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience
from tests.logs.test_collection import Piles
from tests.support.wait import LIMIT, wait_until

WEB = ProcessId("web-1")


def output(data: bytes) -> Output:
    return Output(WEB, Stream.OUT, data, 1.0)


class Gate(LogWriter):
    """A writer that waits at a gate before it takes anything."""

    def __init__(self, audience: Audience) -> None:
        self._writer = audience.writer
        self.opened = threading.Event()
        self.reached = threading.Event()

    @property
    @override
    def patience(self) -> float | None:
        return self._writer.patience

    @override
    def take(self, item: Item) -> None:
        self.reached.set()
        assert self.opened.wait(LIMIT)
        self._writer.take(item)

    @override
    def flush(self) -> None:
        self._writer.flush()


class Echo(LogWriter):
    """A writer that leads back to the lane whenever it is told something."""

    def __init__(self, audience: Audience) -> None:
        self._writer = audience.writer
        self._echoes = 20
        self.lane: Lane | None = None

    @property
    @override
    def patience(self) -> float | None:
        return self._writer.patience

    @override
    def take(self, item: Item) -> None:
        self._writer.take(item)
        if self.lane is not None and self._echoes > 0:
            self._echoes -= 1
            self.lane.put(output(b"echo\n"))

    @override
    def flush(self) -> None:
        self._writer.flush()


def queue_lane(
    writer: LogWriter, settings: LogStoreSettings | None = None
) -> QueueLane:
    return QueueLane(writer, settings or LogStoreSettings(), SystemClock())


@pytest.fixture(params=[queue_lane, DirectLane])
def lane_of(request: pytest.FixtureRequest) -> Callable[[LogWriter], Lane]:
    made: Callable[[LogWriter], Lane] = request.param
    return made


@pytest.fixture
def audience() -> Iterator[Audience]:
    heard = Audience()
    yield heard
    assert heard.failures == []


def test_everything_before_the_end_is_stored(
    audience: Audience, lane_of: Callable[[LogWriter], Lane]
) -> None:
    lane = lane_of(audience.writer)
    for n in range(1000):
        lane.put(output(b"%d\n" % n))

    lane.finish()

    assert lane.join(LIMIT)
    assert audience.lines() == [b"%d" % n for n in range(1000)]


def test_what_comes_after_the_end_is_counted(
    audience: Audience, lane_of: Callable[[LogWriter], Lane]
) -> None:
    lane = lane_of(audience.writer)
    lane.finish()
    lane.join(LIMIT)

    lane.put(output(b"late\n"))

    assert audience.lines() == []
    assert lane.traffic().refused == 1


def test_the_writer_may_lead_back_to_the_lane(
    audience: Audience, lane_of: Callable[[LogWriter], Lane]
) -> None:
    echo = Echo(audience)
    echo.lane = lane = lane_of(echo)

    lane.put(output(b"first\n"))
    wait_until(lambda: len(audience.lines()) == 21)

    lane.finish()
    assert lane.join(LIMIT)


def test_the_writer_never_waits_for_room_that_it_alone_can_make(
    audience: Audience,
) -> None:
    echo = Echo(audience)
    echo.lane = lane = queue_lane(echo, LogStoreSettings(buffer_size=1))

    lane.put(output(b"first\n"))
    wait_until(lambda: len(audience.lines()) == 21)

    lane.finish()
    assert lane.join(LIMIT)


def test_there_is_one_log_thread_while_the_lane_is_open(audience: Audience) -> None:
    lane = queue_lane(audience.writer)
    assert census()[Role.LOG] == 1

    lane.finish()
    assert lane.join(LIMIT)

    assert Role.LOG not in census()


def test_a_lone_read_is_seen_at_once_and_an_end_does_not_wait_for_company(
    audience: Audience,
) -> None:
    lane = queue_lane(audience.writer, LogStoreSettings(timeout_ms=60_000))

    lane.put(output(b"first\n"))
    wait_until(lambda: audience.lines() == [b"first"])
    lane.put(output(b"second\n"))
    lane.put(End(WEB))
    wait_until(lambda: audience.drained == [WEB])

    assert audience.lines() == [b"first", b"second"]
    lane.finish()
    assert lane.join(LIMIT)


def test_what_follows_within_the_interval_is_seen_together(audience: Audience) -> None:
    lane = queue_lane(
        audience.writer, LogStoreSettings(timeout_ms=60_000, batch_size=100)
    )
    lane.put(output(b"0\n"))
    wait_until(lambda: audience.lines() == [b"0"])

    for n in range(1, 101):
        lane.put(output(b"%d\n" % n))
    wait_until(lambda: len(audience.lines()) == 101)

    assert len(audience.versions) == 2
    lane.finish()
    assert lane.join(LIMIT)


def test_a_full_queue_stops_whoever_puts(audience: Audience) -> None:
    gate = Gate(audience)
    lane = queue_lane(gate, LogStoreSettings(buffer_size=2, batch_size=1))
    lane.put(output(b"0\n"))
    assert gate.reached.wait(LIMIT)
    lane.put(output(b"1\n"))
    lane.put(output(b"2\n"))

    waiting = threading.Thread(target=lane.put, args=(output(b"3\n"),))
    waiting.start()
    wait_until(lambda: lane.traffic().blocked)
    assert lane.traffic().waiting == 2
    assert lane.traffic().waiting_bytes == 4
    gate.opened.set()
    waiting.join(LIMIT)

    lane.finish()
    assert lane.join(LIMIT)
    assert audience.lines() == [b"0", b"1", b"2", b"3"]


def test_what_is_urgent_waits_for_nobody_and_keeps_its_place(
    audience: Audience,
) -> None:
    gate = Gate(audience)
    lane = queue_lane(gate, LogStoreSettings(buffer_size=2, batch_size=1))
    lane.put(output(b"0\n"))
    assert gate.reached.wait(LIMIT)
    lane.put(output(b"1\n"))
    lane.put(output(b"2\n"))

    lane.urge(output(b"3\n"))
    lane.urge(output(b"4\n"))

    assert lane.traffic().blocked == 0
    gate.opened.set()
    lane.finish()
    assert lane.join(LIMIT)
    assert audience.lines() == [b"0", b"1", b"2", b"3", b"4"]


def test_without_a_thread_too_nobody_waits_with_what_is_urgent(
    audience: Audience,
) -> None:
    gate = Gate(audience)
    lane = DirectLane(gate)
    writing = threading.Thread(target=lane.put, args=(output(b"0\n"),))
    writing.start()
    assert gate.reached.wait(LIMIT)

    lane.urge(output(b"1\n"))
    lane.urge(output(b"2\n"))

    assert lane.traffic().waiting == 2
    gate.opened.set()
    writing.join(LIMIT)
    assert audience.lines() == [b"0", b"1", b"2"]


@pytest.mark.usefixtures("hasty")
def test_nothing_urgent_is_left_behind_when_many_hand_over(
    audience: Audience, lane_of: Callable[[LogWriter], Lane]
) -> None:
    lane = lane_of(audience.writer)

    def hand_over(start: int) -> None:
        for n in range(start, start + 200, 2):
            lane.urge(output(b"%d\n" % n))
            lane.put(output(b"%d\n" % (n + 1)))

    writers = [threading.Thread(target=hand_over, args=(n,)) for n in (0, 200, 400)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(LIMIT)
    wait_until(lambda: lane.traffic().waiting == 0)

    lane.finish()
    assert lane.join(LIMIT)
    numbers = [int(line) for line in audience.lines()]
    assert sorted(numbers) == list(range(600))
    for start in (0, 200, 400):
        own = [n for n in numbers if start <= n < start + 200]
        assert own == sorted(own)


def test_whoever_waits_when_the_end_comes_is_not_let_down(audience: Audience) -> None:
    gate = Gate(audience)
    lane = queue_lane(gate, LogStoreSettings(buffer_size=1, batch_size=1))
    lane.put(output(b"0\n"))
    assert gate.reached.wait(LIMIT)
    lane.put(output(b"1\n"))
    waiting = threading.Thread(target=lane.put, args=(output(b"2\n"),))
    waiting.start()
    wait_until(lambda: lane.traffic().blocked)

    lane.finish()
    gate.opened.set()
    waiting.join(LIMIT)

    assert lane.join(LIMIT)
    stored = len(audience.lines())
    assert stored + lane.traffic().refused == 3


def test_without_a_thread_what_was_put_can_be_read_at_once(audience: Audience) -> None:
    lane = DirectLane(audience.writer)

    lane.put(output(b"line\n"))

    assert audience.lines() == [b"line"]
    assert Role.LOG not in census()


def test_what_is_in_the_middle_is_whole_after_a_pause_without_output() -> None:
    audience = Audience(Piles(), clock=SystemClock())
    lane = QueueLane(audience.writer, LogStoreSettings(), SystemClock())

    lane.put(output(b"error\n 1\n"))

    wait_until(lambda: len(audience.detection.findings()) == 1)
    lane.finish()
    assert lane.join(LIMIT)
