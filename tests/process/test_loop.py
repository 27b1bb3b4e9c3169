import sys
import threading
from collections.abc import Iterator

import pytest

from brummer.core.clock import SystemClock
from brummer.core.threads import Role, spawn
from brummer.process.loop import Loop
from brummer.process.request import Request
from tests.support.clock import FakeClock


@pytest.fixture
def _hasty() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_requests_are_done_in_the_order_in_which_they_came() -> None:
    loop, done = Loop(FakeClock()), list[int]()

    loop.post(Request[None](lambda _: done.append(1)))
    loop.post(Request[None](lambda _: done.append(2)))
    loop.post(Request[None](lambda _: done.append(3)))
    loop.step()

    assert done == [1, 2, 3]


def test_a_timer_fires_once_and_when_due() -> None:
    clock, fired = FakeClock(), list[float]()
    loop = Loop(clock)
    due = clock.monotonic() + 2.0
    loop.later(2.0, lambda: fired.append(clock.monotonic()))

    for _ in range(4):
        clock.advance(1.0)
        loop.step()

    assert fired == [due]


def test_timers_of_one_moment_keep_their_order() -> None:
    clock, fired = FakeClock(), list[str]()
    loop = Loop(clock)
    loop.later(1.0, lambda: fired.append("a"))
    loop.later(1.0, lambda: fired.append("b"))
    loop.later(1.0, lambda: fired.append("c"))

    clock.advance(1.0)
    loop.step()

    assert fired == ["a", "b", "c"]


def test_a_cancelled_timer_does_nothing() -> None:
    clock, fired = FakeClock(), list[str]()
    loop = Loop(clock)
    timer = loop.later(1.0, lambda: fired.append("cancelled"))

    timer.cancel()
    clock.advance(2.0)
    loop.step()

    assert not fired


def test_a_timer_that_raises_stops_neither_the_others_nor_the_loop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, done = FakeClock(), list[str]()
    loop = Loop(clock)
    loop.later(1.0, lambda: done.index("nowhere"))
    loop.later(1.0, lambda: done.append("timer"))

    clock.advance(1.0)
    loop.step()

    assert done == ["timer"]
    assert "timer" in caplog.text


def test_a_flood_of_requests_delays_no_timer() -> None:
    clock, done = FakeClock(), list[str]()
    loop = Loop(clock)
    loop.later(1.0, lambda: done.append("timer"))
    loop.post(Request[None](lambda _: clock.advance(1.0)))
    loop.post(Request[None](lambda _: done.append("request")))

    loop.step()

    assert done == ["timer", "request"]


def test_requests_before_the_close_are_done_and_later_ones_refused() -> None:
    loop, done = Loop(SystemClock()), list[str]()
    early = Request[None](lambda _: done.append("early"))
    late = Request[None](lambda _: done.append("late"))

    loop.post(early)
    loop.close()
    loop.post(late)
    thread = spawn(Role.SUPERVISOR, loop.run)
    thread.join(10)
    loop.end()

    assert done == ["early"]
    assert "ended" in str(late.future.exception(0))


def test_what_is_posted_after_the_end_is_refused_at_once() -> None:
    loop = Loop(FakeClock())
    request = Request[None](lambda _: None)

    loop.end()
    loop.post(request)

    assert "ended" in str(request.future.exception(0))


def test_a_loop_at_work_wakes_for_requests_and_for_timers() -> None:
    loop, woken = Loop(SystemClock()), threading.Event()
    thread = spawn(Role.SUPERVISOR, loop.run)

    def set_timer(_: object) -> None:
        loop.later(0.01, woken.set)

    loop.post(Request[None](set_timer))
    in_time = woken.wait(10)
    loop.close()
    thread.join(10)

    assert in_time
    assert not thread.is_alive()


@pytest.mark.usefixtures("_hasty")
def test_nothing_posted_while_the_loop_ends_is_left_unanswered() -> None:
    for _ in range(50):
        loop = Loop(SystemClock())
        requests = [Request[None](lambda _: None) for _ in range(50)]
        meeting = threading.Barrier(2)
        thread = threading.Thread(target=post_all, args=(loop, requests, meeting))
        thread.start()

        meeting.wait()
        loop.end()
        thread.join(10)

        assert all(request.future.done() for request in requests)


def post_all(
    loop: Loop, requests: list[Request[None]], meeting: threading.Barrier
) -> None:
    meeting.wait()
    for request in requests:
        loop.post(request)
