"""Signals that ask for the end: noted from the first child on to after the last."""

import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Final, Self

#: The terminal was closed; not every system tells.
_HANG_UP: Final = None if sys.platform == "win32" else signal.SIGHUP

#: Ctrl-C, the polite kill, and the terminal that was closed.
ENDING: Final = (signal.SIGINT, signal.SIGTERM, *([_HANG_UP] if _HANG_UP else []))

#: What shells add to the number of a signal to make an exit code.
SIGNALLED: Final = 128

#: Seconds between two looks of one who waits, which no clock overflows.
_LOOK: Final = 60.0


class EndSignals:
    """Notes the signals that ask for the end while a block lasts.

    None of them may raise: an exception between any two steps of the main thread
    would leave half of something behind, and one in the middle of the end would
    leave processes.  So they are noted, and whoever waits looks at the notes.

    What counts as impatience is told by :attr:`count`.  A terminal that closes
    hangs its programs up twice and more, by the kernel and by the shell, and
    nobody is impatient there; so SIGHUP counts once, and first.  A program that
    was started by nohup(1) does not hear it at all.

    A front end may take signals over while it runs; then it notes them itself.

    Threads: the main thread only, where Python runs the handler, too, between two
    steps of whatever is under way.  What the handler touches bears that: a list
    that grows, a queue whose ``put`` is made to be called there, and what
    :meth:`tell` was given.
    """

    def __init__(self) -> None:
        self._noted: list[int] = []
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._told: Callable[[int], object] = _nobody
        self._unheard: frozenset[int] = frozenset()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Begin to note."""
        if _HANG_UP is not None and signal.getsignal(_HANG_UP) is signal.SIG_IGN:
            self._unheard = frozenset({_HANG_UP})
        for number in ENDING:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Answer signals as before the block."""
        for number, answer in self._before.items():
            # None: somebody outside Python had set it, and we cannot.
            signal.signal(number, signal.SIG_DFL if answer is None else answer)

    @property
    def count(self) -> int:
        """How often somebody has asked for the end."""
        return len(self._noted)

    @property
    def code(self) -> int | None:
        """The exit code that the first signal asks for, ``None`` if none came."""
        return SIGNALLED + self._noted[0] if self._noted else None

    def tell(self, listener: Callable[[int], object]) -> None:
        """Call *listener* with each signal that was noted or will be.

        It is called by the handler, and may be called twice for the first one.
        """
        self._told = listener
        # Looked at after it was set: one that comes in between is told twice,
        # and not never.
        for number in self._noted[:1]:
            listener(number)

    def wait(self, future: Future[Any], timeout: float, *, known: int) -> bool:
        """Wait for *future* up to *timeout* seconds; return whether it is there.

        Comes back as well as soon as more than *known* signals were noted.
        """
        deadline = time.monotonic() + timeout
        future.add_done_callback(lambda _: self._bell.put(None))
        while not future.done() and self.count <= known:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            # Rung by the future, by a signal, or long ago: the loop looks again.
            with suppress(Empty):
                self._bell.get(timeout=min(left, _LOOK))
        return future.done()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in self._unheard or (number == _HANG_UP and self._noted):
            return
        self._noted.append(number)
        self._bell.put(None)
        self._told(number)


def _nobody(_number: int) -> None:
    """Tell nobody."""
