"""Who serves many waits for a frame, and not for ever."""

import threading
import time
from types import SimpleNamespace

import pytest
from typing_extensions import override

from brummer.core import precedence as module
from brummer.core.precedence import FRAME, Precedence
from tests.support.wait import wait_until

#: Seconds of a frame that no test could wait for.
LONG = 300.0


class Worker:
    """A thread that respects the screen again and again."""

    def __init__(self, precedence: Precedence, times: int) -> None:
        #: Times that it was let work.
        self.worked = 0
        self._precedence = precedence
        self._times = times
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while self.worked < self._times:
            self._precedence.respect()
            self.worked += 1

    def join(self) -> bool:
        """Return whether it has done all its work within seconds."""
        self._thread.join(10)
        return not self._thread.is_alive()


@pytest.fixture
def long_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRAME", LONG)


def test_without_a_screen_nobody_waits() -> None:
    precedence = Precedence()

    assert Worker(precedence, 1000).join()
    assert not precedence.is_wanted


@pytest.mark.usefixtures("long_frames")
def test_nobody_works_while_a_frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()

    class Heard(threading.Event):
        @override
        def wait(self, timeout: float | None = None) -> bool:
            waiting.set()
            return super().wait(timeout)

    monkeypatch.setattr(module, "threading", SimpleNamespace(Event=Heard))
    precedence = Precedence()
    precedence.claim()
    worker = Worker(precedence, 1)

    wait_until(waiting.is_set)
    before = worker.worked
    precedence.release()

    assert before == 0
    assert worker.join()
    assert precedence.is_wanted


@pytest.mark.usefixtures("long_frames")
def test_after_a_frame_all_work_again() -> None:
    precedence = Precedence()
    precedence.claim()
    precedence.release()

    assert Worker(precedence, 1000).join()


def test_a_frame_that_hangs_holds_up_nobody_for_longer() -> None:
    precedence = Precedence()

    began = time.monotonic()
    precedence.claim()
    precedence.respect()
    passed = time.monotonic() - began

    # A coarse clock may see a little less.
    assert passed > FRAME * 0.9
    assert Worker(precedence, 1000).join()


@pytest.mark.usefixtures("long_frames")
def test_between_two_frames_all_get_their_turn() -> None:
    precedence = Precedence()
    precedence.claim()
    worker = Worker(precedence, 3)

    while not worker.worked:
        # Now and then it was not waiting yet.
        precedence.release()
        precedence.claim()
    precedence.release()

    assert worker.join()


@pytest.mark.usefixtures("long_frames")
def test_a_screen_that_is_gone_goes_first_no_more() -> None:
    precedence = Precedence()
    precedence.claim()

    precedence.resign()

    assert not precedence.is_wanted
    assert Worker(precedence, 1).join()
