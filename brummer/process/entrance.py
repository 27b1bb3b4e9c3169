"""Starts wait here for their turn, and for the answer to how they are run."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from brummer.core.guard import attempt, cause
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.script import Launch
from brummer.process.loop import Loop, Timer
from brummer.process.request import Request
from brummer.process.run import Run
from brummer.process.wiring import Wiring

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Preparation:
    """One call of ``prepare``, which keeps its place until it answers or is late."""

    run: Run
    #: When it got a thread to work on.  Written once by that thread, read by
    #: the supervisor thread to tell "too slow" from "never begun"; a stale
    #: ``None`` costs a wrong word in an error message and nothing else.
    began: float | None = None
    timer: Timer | None = None


class Entrance:
    """Lets at most ``max_concurrent_starts`` starts be prepared at once.

    The others wait in the order in which they came.  A place belongs to the
    work and not to the process: one that is stopped while it is prepared leaves
    its place occupied until the work is done or late, so that starting and
    stopping in turn cannot pile up work.

    Threads: the supervisor thread only, except for the preparing itself.
    """

    def __init__(
        self, wiring: Wiring, loop: Loop, admit: Callable[[Run, Launch], object]
    ) -> None:
        self._wiring = wiring
        self._loop = loop
        self._admit = admit
        self._limit = wiring.settings.max_concurrent_starts
        self._timeout = wiring.settings.worker_timeout
        #: Insertion order is the order of the queue.
        self._outside: dict[ProcessId, Run] = {}
        self._inside: set[_Preparation] = set()

    def enter(self, run: Run) -> None:
        """Prepare *run* as soon as there is a place, then hand it to *admit*.

        A run that cannot be prepared fails.  One that is no longer pending when
        its turn or its answer comes is passed over.
        """
        self._outside[run.id] = run
        self._fill()
        if run.id in self._outside:
            run.tell(f"waiting: {len(self._inside)} others are starting")

    def leave(self, run: Run) -> None:
        """Forget *run* if it still waits for its turn."""
        self._outside.pop(run.id, None)

    def _fill(self) -> None:
        while self._outside and len(self._inside) < self._limit:
            run = self._outside.pop(next(iter(self._outside)))
            run.tell("")
            self._prepare(_Preparation(run))

    def _prepare(self, preparation: _Preparation) -> None:
        self._inside.add(preparation)
        if self._wiring.settings.fallback_mode:
            self._work(preparation)
            return
        self._watch(preparation, self._timeout)
        ticket, error = attempt(self._wiring.run_aside, lambda: self._work(preparation))
        if isinstance(ticket, Future):
            ticket.add_done_callback(partial(self._check, preparation))
        if error is not None:
            self._refuse(preparation, error)

    def _check(self, preparation: _Preparation, ticket: Future[object]) -> None:
        """Hear whether the work was refused; work that ran has answered itself."""
        _, error = attempt(ticket.result)
        if error is not None:
            self._refuse(preparation, error)

    def _refuse(self, preparation: _Preparation, error: BaseException) -> None:
        self._post_answer(preparation, _refusal("nobody can prepare it", error))

    def _work(self, preparation: _Preparation) -> None:
        """Ask how to run it, on whatever thread, and post the answer."""
        preparation.began = self._wiring.clock.monotonic()
        launch, error = attempt(self._wiring.prepare, preparation.run.script)
        if launch is not None:
            self._post_answer(preparation, launch)
        else:
            self._post_answer(preparation, _refusal("preparing it failed", error))

    def _post_answer(
        self, preparation: _Preparation, answer: Launch | BrummerError
    ) -> None:
        # Posted on the supervisor thread too: answering fills the place again,
        # which may fail again, and that must not nest a thousand starts deep.
        self._loop.post(Request[None](lambda _: self._answer(preparation, answer)))

    def _answer(self, preparation: _Preparation, answer: Launch | BrummerError) -> None:
        if preparation not in self._inside:
            return  # It was late, and its process has failed long since.
        self._inside.discard(preparation)
        if preparation.timer is not None:
            preparation.timer.cancel()
        run = preparation.run
        try:
            if run.status is not ProcessStatus.PENDING:
                pass  # It was stopped meanwhile.
            elif isinstance(answer, BrummerError):
                run.fail(str(answer))
            else:
                self._admit(run, answer)
        finally:
            self._fill()

    def _watch(self, preparation: _Preparation, delay: float) -> None:
        preparation.timer = self._loop.later(delay, lambda: self._overdue(preparation))

    def _overdue(self, preparation: _Preparation) -> None:
        if preparation.began is None:
            problem = "found no free worker to prepare it within"
        else:
            left = preparation.began + self._timeout - self._wiring.clock.monotonic()
            if left > 0:
                self._watch(preparation, left)
                return
            problem = "a plugin or a file of variables did not answer within"
        limit = f"{self._timeout:g} s ([process_manager] worker_timeout)"
        self._answer(preparation, BrummerError(f"{problem} {limit}"))


def _refusal(problem: str, error: BaseException | None) -> BrummerError:
    """Return *error* if it is a sentence for users, else one that names it."""
    if isinstance(error, BrummerError):
        return error
    logger.error("%s", problem, exc_info=error)
    return BrummerError(f"{problem}: {cause(error) if error else 'no answer'}")
