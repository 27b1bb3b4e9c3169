"""Printing what is stored, where there is no screen."""

import errno
import os
import threading
from collections.abc import Iterator

import pytest
from typing_extensions import override

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import SystemClock
from brummer.logs.printer import Printer
from brummer.logs.sink import Sink
from brummer.logs.store import LogStore
from brummer.logs.thread import LogThread
from brummer.logs.writer import LogWriter, Outlets
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId
from tests.logs.audience import Audience
from tests.support.wait import LIMIT, wait_until

WEB = ProcessId("web-1")
API = ProcessId("api-2")


class Paper(Sink):
    """A sink that keeps what is printed, and can be out of order."""

    def __init__(self) -> None:
        self.clean = bytes
        self.is_void = False
        self.text = ""
        self.error = 0
        #: How many bytes it takes before it is stuck.
        self.room = 10**9

    @override
    def write(self, data: memoryview, timeout: float) -> int:
        if self.error:
            raise OSError(self.error, os.strerror(self.error))
        taken = bytes(data[: self.room])
        self.room -= len(taken)
        self.text += taken.decode()
        return len(taken)

    @override
    def close(self) -> None:
        self.text += "closed"

    @property
    def lines(self) -> list[str]:
        """What is printed, without the times."""
        return [line.partition("] ")[2] for line in self.text.splitlines()]


class Desk:
    """A printer with everything around it."""

    def __init__(self) -> None:
        self.out = Paper()
        self.err = Paper()
        self.failures: list[int | None] = []
        self.printer = Printer(
            self.out,
            self.err,
            name=lambda process: process.split("-")[0],
            failed=lambda error: self.failures.append(error.errno),
        )

    def put(self, data: bytes, stream: Stream = Stream.OUT) -> None:
        self.printer.put([Segment(WEB, stream, 1.0, data, data.count(b"\n"))])


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.printer.close()


def test_output_goes_to_stdout_and_the_rest_to_stderr(desk: Desk) -> None:
    desk.printer.put(
        [
            Segment(WEB, Stream.OUT, 1.0, b"one\ntwo\n", 2),
            Segment(API, Stream.ERR, 1.0, b"three\n", 1),
            Segment(WEB, Stream.NOTE, 1.0, b"stopped\n", 1),
            Segment(WEB, Stream.OUT, 1.0, b"no end", 1),
        ]
    )

    assert desk.printer.pump(0)
    assert not desk.printer.pump(0)

    assert desk.out.lines == ["web: one", "web: two", "web: no end"]
    assert desk.err.lines == ["api: three", "web: stopped"]


def test_pump_waits_for_something_to_print(desk: Desk) -> None:
    later = threading.Timer(0.01, desk.put, (b"late\n",))
    later.start()

    assert desk.printer.pump(LIMIT)

    later.join()
    assert desk.out.lines == ["web: late"]


def test_pump_can_be_woken(desk: Desk) -> None:
    later = threading.Timer(0.01, desk.printer.wake)
    later.start()

    assert desk.printer.pump(LIMIT)

    later.join()
    assert desk.out.text == ""


def test_whoever_prints_too_much_waits(desk: Desk) -> None:
    finished = threading.Event()

    def print_much() -> None:
        for _ in range(20):
            desk.put(b"x" * 1_000_000 + b"\n")
        finished.set()

    thread = threading.Thread(target=print_much)
    thread.start()
    wait_until(lambda: desk.printer.waiting_bytes > 4_000_000)

    assert desk.printer.waiting_bytes < 6_000_000
    while desk.printer.pump(0) or not finished.is_set():
        pass
    thread.join(LIMIT)
    assert len(desk.out.lines) == 20


def test_a_reader_that_left_is_told_once_and_the_other_goes_on(desk: Desk) -> None:
    desk.out.error = errno.EPIPE
    for _ in range(3):
        desk.put(b"lost\nlost\n")
        desk.put(b"kept\n", Stream.ERR)
        desk.printer.pump(0)
        desk.out.error = 0

    assert desk.failures == [errno.EPIPE]
    assert desk.printer.lost == 6
    assert desk.out.text == ""
    assert desk.err.lines == ["web: kept"] * 3


def test_a_full_disk_is_told_once_and_may_have_room_again(desk: Desk) -> None:
    desk.out.error = errno.ENOSPC
    for _ in range(3):
        desk.put(b"lost\n")
        desk.printer.pump(0)
    desk.out.error = 0
    desk.put(b"printed\n")
    desk.printer.pump(0)

    assert desk.failures == [errno.ENOSPC]
    assert desk.printer.lost == 3
    assert desk.out.lines == ["web: printed"]


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EBADF, errno.ENOSPC])
def test_a_reader_that_left_is_told_from_other_failures(
    desk: Desk, number: int
) -> None:
    desk.out.error = number
    desk.put(b"lost\n")

    desk.printer.pump(0)

    assert desk.printer.is_deserted == (number == errno.EPIPE)


def test_a_stuck_terminal_goes_on_where_it_was(desk: Desk) -> None:
    desk.out.room = 20
    desk.put(b"one\ntwo\nthree\n")
    desk.put(b"four\n", Stream.ERR)
    desk.put(b"five\n")

    assert desk.printer.pump(0)
    assert desk.printer.pump(0)
    assert len(desk.out.text) == 20
    assert desk.printer.printed == 20
    assert desk.printer.is_behind
    assert desk.err.text == ""
    desk.out.room = 10**9
    while desk.printer.pump(0):
        pass

    assert desk.out.lines == ["web: one", "web: two", "web: three", "web: five"]
    assert desk.err.lines == ["web: four"]
    assert not desk.printer.is_behind


def test_giving_up_frees_whoever_waits(desk: Desk) -> None:
    desk.out.room = 0

    def print_much() -> None:
        for _ in range(20):
            desk.put(b"x" * 1_000_000 + b"\n")

    writer = threading.Thread(target=print_much)
    writer.start()
    assert desk.printer.pump(LIMIT)
    wait_until(lambda: desk.printer.waiting_bytes > 4_000_000)

    desk.printer.abort()
    assert desk.printer.pump(0)
    writer.join(LIMIT)

    assert not writer.is_alive()
    assert desk.out.text == ""
    assert 0 < desk.printer.lost <= 20


def test_everything_that_was_read_is_printed_before_the_end(desk: Desk) -> None:
    audience = Audience(store=LogStore(max_entries=10))
    outlets = Outlets(
        drained=audience.hear_drained,
        publish=audience.events.append,
        changed=lambda: None,
        failed=audience.hear_failure,
        show=desk.printer.put,
    )
    writer = LogWriter(audience.store, audience.detection, outlets)
    log = LogThread(writer, LogStoreSettings(buffer_size=5), SystemClock())

    def write(process: ProcessId) -> None:
        for n in range(500):
            log.put(process, Stream.OUT, b"%d\n%d" % (n, n), 1.0)
        log.end(process)

    writers = [threading.Thread(target=write, args=(p,)) for p in (WEB, API)]
    for thread in writers:
        thread.start()
    while len(audience.drained) < len(writers):
        desk.printer.pump(0.05)
    log.finish()
    while not log.join(0) or desk.printer.pump(0):
        desk.printer.pump(0.01)
    for thread in writers:
        thread.join(LIMIT)

    for name in ("web", "api"):
        printed = [line for line in desk.out.lines if line.startswith(name)]
        assert printed == [
            f"{name}: 0",
            *(f"{name}: {n - 1}{n}" for n in range(1, 500)),
            f"{name}: 499",
        ]


def test_what_nobody_can_see_is_not_laid_out(desk: Desk) -> None:
    desk.out.is_void = True
    desk.put(b"one\n\n\ntwo\n")

    desk.printer.pump(LIMIT)

    assert desk.out.text == "one\n\n\ntwo\n"
    assert desk.printer.printed == len(desk.out.text)
    assert desk.printer.lost == 0


def test_closing_gives_up_what_is_left(desk: Desk) -> None:
    desk.put(b"too late\n")

    desk.printer.close()
    desk.put(b"later\n")

    assert desk.out.text == "closed"
    assert desk.printer.lost == 1
