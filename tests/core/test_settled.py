"""A future that has its answer from the beginning."""

import asyncio
from concurrent.futures import (
    Future,
    InvalidStateError,
    ThreadPoolExecutor,
    as_completed,
    wait,
)
from threading import Barrier

import pytest

from brummer.core.settled import Settled


def made_and_settled() -> Future[object]:
    """Return what the standard library has in place of ours."""
    future: Future[object] = Future()
    future.set_result(7)
    return future


@pytest.fixture(params=[made_and_settled, lambda: Settled(7)], ids=["theirs", "ours"])
def future(request: pytest.FixtureRequest) -> Future[object]:
    made: Future[object] = request.param()
    return made


def test_it_is_done(future: Future[object]) -> None:
    assert future.done()
    assert not future.running()
    assert not future.cancelled()
    assert future.result(0) == future.result() == 7
    assert future.exception(0) is None


def test_it_cannot_be_cancelled_or_settled_again(future: Future[object]) -> None:
    assert not future.cancel()
    with pytest.raises(InvalidStateError):
        future.set_result(8)
    with pytest.raises(InvalidStateError):
        future.set_exception(ValueError())
    with pytest.raises(RuntimeError):
        future.set_running_or_notify_cancel()
    assert future.result() == 7


def test_a_callback_is_called_at_once(future: Future[object]) -> None:
    called: list[Future[object]] = []

    future.add_done_callback(called.append)

    assert called == [future]


def test_a_callback_that_raises_harms_nobody(
    future: Future[object], caplog: pytest.LogCaptureFixture
) -> None:
    future.add_done_callback(lambda _: 1 / 0)

    assert future.result() == 7
    assert "ZeroDivisionError" in caplog.text


def test_it_can_be_waited_for_among_others(future: Future[object]) -> None:
    pending: Future[object] = Future()

    assert wait([future, pending], 0) == ({future}, {pending})
    pending.set_result(8)
    assert set(as_completed([future, pending, future], 5)) == {future, pending}
    assert wait([future, pending], 5) == ({future, pending}, set())


def test_an_event_loop_can_wait_for_it(future: Future[object]) -> None:
    async def answer() -> object:
        return await asyncio.wrap_future(future)

    assert asyncio.run(answer()) == 7


def test_it_says_what_it_is(future: Future[object]) -> None:
    assert repr(future).endswith("state=finished returned int>")


def test_an_error_is_raised_and_told() -> None:
    error = ValueError("no")
    future = Settled(None, error)

    assert future.done()
    assert future.exception() is error
    with pytest.raises(ValueError, match="no") as caught:
        future.result()
    assert caught.value is error


def test_it_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError, match="Settled has no attribute 'answer'"):
        _ = Settled(7).answer


def together(futures: list[Future[object]], barrier: Barrier) -> int:
    """Wait for *futures* at the same time as others do."""
    barrier.wait(5)
    done, _ = wait(futures, 5)
    return len(done) + len(list(as_completed(futures, 5)))


@pytest.mark.usefixtures("hasty")
def test_many_threads_can_wait_for_the_same_ones() -> None:
    barrier = Barrier(4)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(25):
            futures: list[Future[object]] = [Settled(number) for number in range(20)]
            waits = [pool.submit(together, futures, barrier) for _ in range(4)]
            assert [each.result(10) for each in waits] == [40] * 4
