"""One byte into the thread that draws."""

import itertools
import threading
import time
from collections.abc import Callable

import urwid
import urwid.testing

from brummer.tui.wakeup import Wakeup


class Looped:
    """A loop with a wake-up that counts, and that ends after some refreshes."""

    def __init__(self, *, rate: int = 60, until: int = 1) -> None:
        self.refreshes = 0
        self.notes: list[bytes] = []
        self.on_refresh: Callable[[], None] = lambda: None
        self._until = until
        self.loop = urwid.MainLoop(
            urwid.SolidFill(), screen=urwid.testing.ScriptedScreen()
        )
        self.wakeup = Wakeup(
            self.loop, rate=rate, refresh=self._refresh, noted=self._noted
        )

    def _refresh(self) -> None:
        self.refreshes += 1
        self.on_refresh()
        if self.refreshes >= self._until:
            raise urwid.ExitMainLoop

    def _noted(self, byte: bytes) -> None:
        self.notes.append(byte)
        if byte == b"e":
            raise urwid.ExitMainLoop

    def run(self) -> None:
        """Turn the loop until it is left."""
        self.loop.event_loop.run()

    def close(self) -> None:
        """Let go of the pipe."""
        self.wakeup.close()


def test_wake_ups_that_come_together_are_one_refresh() -> None:
    looped = Looped(until=99)
    looped.on_refresh = lambda: looped.wakeup.note(b"e")

    for _ in range(100_000):
        looped.wakeup.wake()
    looped.run()
    looped.close()

    assert looped.refreshes == 1


def test_what_happens_during_a_refresh_gets_another() -> None:
    looped = Looped(until=2)
    looped.on_refresh = looped.wakeup.wake
    looped.wakeup.wake()

    looped.run()
    looped.close()

    assert looped.refreshes == 2


def test_refreshes_keep_their_distance_and_the_last_one_is_not_lost() -> None:
    looped = Looped(rate=20, until=3)
    done = threading.Event()
    times: list[float] = []
    looped.on_refresh = lambda: times.append(time.monotonic())
    thread = threading.Thread(target=wake_until, args=(looped.wakeup, done))
    thread.start()
    looped.run()
    done.set()
    thread.join()
    looped.close()

    # A busy machine makes distances longer, and never shorter.
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.045


def test_notes_come_in_however_many_wake_ups_there_are() -> None:
    looped = Looped(until=99)
    looped.wakeup.wake()
    looped.wakeup.note(b"a")
    looped.wakeup.note(b"a")
    looped.wakeup.note(b"e")

    looped.run()
    looped.close()

    assert looped.notes == [b"a", b"e"]


def test_a_wake_up_after_the_end_is_nothing() -> None:
    looped = Looped()
    looped.close()

    looped.wakeup.wake()
    looped.wakeup.note(b"e")
    looped.wakeup.close()

    assert looped.refreshes == 0


def test_threads_that_wake_all_the_time_lose_no_wake_up() -> None:
    looped = Looped(rate=60, until=5)
    done = threading.Event()
    threads = [
        threading.Thread(target=wake_until, args=(looped.wakeup, done))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()

    looped.run()
    done.set()
    for thread in threads:
        thread.join()
    looped.close()

    assert looped.refreshes == 5


def wake_until(wakeup: Wakeup, done: threading.Event) -> None:
    """Wake as often as possible."""
    while not done.wait(0.0005):
        wakeup.wake()
