"""What plugins offer is read again when one says so, once for many who say it."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from brummer.mcp.renewal import Renewal


class Workers:
    """Takes what is to be done, until a test has it done."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.are_gone = False

    def __call__(self, work: Callable[[], None]) -> "Future[None]":
        if self.are_gone:
            raise RuntimeError("nobody works any more")
        self.waiting.append(work)
        return Future()

    def work(self) -> None:
        self.waiting.pop(0)()


class Reader:
    """Counts how often it reads; *meanwhile* happens in the next reading."""

    def __init__(self) -> None:
        self.count = 0
        self.touched: list[str] = []
        self.meanwhile: list[Callable[[], object]] = []

    def read(self) -> None:
        self.count += 1
        if self.meanwhile:
            self.meanwhile.pop()()


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def reader() -> Reader:
    return Reader()


def opened(workers: Workers, reader: Reader) -> Renewal:
    renewal = Renewal(workers)
    renewal.open(reader.read, reader.touched.append)
    return renewal


def test_nothing_is_read_that_nobody_asked_for(
    workers: Workers, reader: Reader
) -> None:
    opened(workers, reader)

    assert workers.waiting == []


def test_what_many_ask_for_is_read_once(workers: Workers, reader: Reader) -> None:
    renewal = opened(workers, reader)

    for _ in range(100):
        renewal.ask()

    workers.work()
    assert workers.waiting == []
    assert reader.count == 1


def test_what_is_asked_for_while_it_is_read_is_read_again(
    workers: Workers, reader: Reader
) -> None:
    renewal = opened(workers, reader)
    reader.meanwhile = [renewal.ask]
    renewal.ask()

    workers.work()

    assert workers.waiting == []
    assert reader.count == 2


def test_later_it_is_read_by_another_worker(workers: Workers, reader: Reader) -> None:
    renewal = opened(workers, reader)

    for _ in range(2):
        renewal.ask()
        workers.work()

    assert reader.count == 2


def test_what_was_asked_for_before_there_was_a_server_is_read_when_there_is(
    workers: Workers, reader: Reader
) -> None:
    renewal = Renewal(workers)
    renewal.ask()
    renewal.touch("lantern://colour")
    assert workers.waiting == []

    renewal.open(reader.read, reader.touched.append)

    workers.work()
    assert reader.count == 1
    assert reader.touched == []


def test_a_failure_does_not_keep_it_from_being_read_again(
    workers: Workers, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("the plugin is odd")

    renewal = opened(workers, reader)
    reader.meanwhile = [fail]
    renewal.ask()
    workers.work()

    renewal.ask()
    workers.work()

    assert reader.count == 2
    assert "the plugin is odd" in caplog.text


def test_at_the_end_of_the_program_nothing_is_read(
    workers: Workers, reader: Reader
) -> None:
    renewal = opened(workers, reader)
    workers.are_gone = True

    renewal.ask()
    renewal.touch("lantern://colour")

    assert reader.count == 0
    assert reader.touched == ["lantern://colour"]
