"""Looks that may take their time, on threads that are lent for them."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from brummer.core.aside import Tasks
from brummer.core.guard import attempt, cause
from brummer.core.threads import PROBES, Role, on, spawn


class Prober:
    """Runs looks at processes, :data:`~brummer.core.threads.PROBES` at once.

    The others wait their turn.  A look that hangs -- a name server may take
    half a minute -- so only delays other looks, and nobody who stops a process.
    A thread lives as long as there is something to look at: an idle one would
    cost more than its start, once a second.

    Threads: every method is safe from any; the answers are given on the thread
    of the look.
    """

    def __init__(self) -> None:
        self._tasks = Tasks(PROBES)

    def look(self, look: Callable[[], str], answer: Callable[[str], object]) -> None:
        """Run *look* and hand what it returns, or why it failed, to *answer*."""
        future, needs_thread = self._tasks.add(look)
        future.add_done_callback(partial(_tell, answer))
        if not needs_thread:
            return
        try:
            spawn(Role.PROBE, self._work)
        except RuntimeError as error:
            # The system has no thread for us now; the next look asks again.  Not
            # here: the supervisor must not wait for a network.
            self._tasks.forgo(str(error))

    def close(self) -> None:
        """Refuse what waits; what is under way ends within its own time limit."""
        self._tasks.close()

    def _work(self) -> None:
        assert on(Role.PROBE)
        self._tasks.work()


def _tell(answer: Callable[[str], object], future: Future[str]) -> None:
    problem, error = attempt(future.result)
    answer(cause(error) if error is not None else problem or "")
