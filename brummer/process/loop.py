"""The supervisor thread's loop: a queue of requests and a heap of timers."""

import heapq
import itertools
import logging
import queue
from collections.abc import Callable
from typing import Final

from brummer.core.clock import Clock
from brummer.core.guard import attempt
from brummer.core.threads import Role, on
from brummer.errors import BrummerError
from brummer.process.request import Errand, Request

#: Longest single wait in seconds; ``get`` refuses the huge numbers that a
#: timer which never comes would lead to.
LONGEST_WAIT: Final = 3600.0

logger = logging.getLogger(__name__)


class Timer:
    """Something to do at a certain time, unless it is cancelled before."""

    __slots__ = ("_action",)

    def __init__(self, action: Callable[[], object]) -> None:
        self._action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Do nothing when the time comes."""
        self._action = None

    def fire(self) -> None:
        """Do it now, once; what it raises is logged and goes no further."""
        action, self._action = self._action, None
        if action is None:
            return
        _, error = attempt(action)
        if error is not None:
            logger.error("the supervisor failed in a timer", exc_info=error)


class Loop:
    """Does one thing after the other, in the order asked for and when due.

    Between two requests every timer that has come is served, so a flood of
    requests delays no deadline.

    Threads: :meth:`post`, :meth:`waiting` and :meth:`close` are safe from any
    thread.  All else belongs to the one thread that calls :meth:`run`, or
    :meth:`step` where a test turns the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inbox: queue.SimpleQueue[Errand] = queue.SimpleQueue()
        #: When, a number that keeps equal times in order, and what.
        self._timers: list[tuple[float, int, Timer]] = []
        self._serials = itertools.count()
        #: Set by the loop's thread only, in :meth:`_stop`.
        self._closing = False
        #: Set once, by whoever ends the loop; read by every :meth:`post`.
        self._ended = False

    @property
    def waiting(self) -> int:
        """How many requests wait, roughly: others put and take meanwhile."""
        return self._inbox.qsize()

    def now(self) -> float:
        """Return seconds that only ever grow."""
        return self._clock.monotonic()

    def post(self, errand: Errand) -> None:
        """Have *errand* performed on the loop's thread, or refused at the end."""
        self._inbox.put(errand)
        # end() sets the flag and then empties the queue; here it is the other
        # way round.  So whichever order the two threads take, one of them sees
        # the errand that came last.
        if self._ended:
            self._refuse_all()

    def later(self, delay: float, action: Callable[[], object]) -> Timer:
        """Call *action* on the loop's thread in *delay* seconds."""
        timer = Timer(action)
        due = self.now() + delay
        heapq.heappush(self._timers, (due, next(self._serials), timer))
        return timer

    def run(self) -> None:
        """Work until :meth:`close`; what was asked before that is still done."""
        assert on(Role.SUPERVISOR)
        while not self._closing:
            self._once(min(self._patience(), LONGEST_WAIT))

    def step(self) -> None:
        """Do all that is asked for and due, without waiting for more."""
        while self._once(0.0):
            pass

    def close(self) -> None:
        """Let :meth:`run` return when it has done what was asked before."""
        self.post(Request[None](self._stop))

    def end(self) -> None:
        """Refuse what is asked from now on, and what nobody got round to."""
        self._ended = True
        self._refuse_all()

    def _stop(self, _: object) -> None:
        self._closing = True

    def _once(self, patience: float) -> bool:
        """Wait for one request at most; return whether anything was done."""
        errand = self._next(patience)
        if errand is not None:
            errand.perform()
        return self._fire() or errand is not None

    def _next(self, patience: float) -> Errand | None:
        try:
            return self._inbox.get(timeout=patience)
        except queue.Empty:
            return None

    def _patience(self) -> float:
        """Return the seconds until the next timer."""
        if not self._timers:
            return LONGEST_WAIT
        return max(0.0, self._timers[0][0] - self.now())

    def _fire(self) -> bool:
        """Serve the timers that have come; return whether there were any."""
        now = self.now()
        served = False
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2].fire()
            served = True
        return served

    def _refuse_all(self) -> None:
        while True:
            try:
                errand = self._inbox.get_nowait()
            except queue.Empty:
                return
            errand.refuse(BrummerError("brummer has ended"))
