"""Starts, stops and restarts processes on behalf of any thread."""

import math
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Final, TypeVar

from brummer.core.threads import Role, on, spawn
from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script, ScriptId
from brummer.process.crew import Crew
from brummer.process.ensured import Ensured
from brummer.process.loop import Loop
from brummer.process.request import Request, fail
from brummer.process.wiring import Wiring

_T = TypeVar("_T")

#: Requests that may wait.  They take microseconds each, so this many at once
#: mean that the thread hangs or that somebody asks without end.
MOST_REQUESTS: Final = 10_000

#: Largest terminal that the kernel can be told of.
LARGEST: Final = 0xFFFF


class Supervisor:
    """Owns the children and is the only writer of their states.

    Threads: every method is safe from any thread and returns at once, except
    :meth:`close`, which waits for the supervisor thread, and :meth:`step`.  All
    work is done on that thread, one request after the other, so two requests
    never meet halfway.  Every future is resolved, at the latest when the thread
    ends; its callbacks run on the supervisor thread and must not wait.

    A failed request is a :class:`BrummerError` in its future.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._loop = Loop(wiring.clock)
        self._crew = Crew(wiring, self._loop)
        #: Set once by :meth:`open`, before there is anything to stop.
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start the supervisor thread; what was asked before is done then."""
        self._thread = spawn(Role.SUPERVISOR, self._work)

    def close(self) -> None:
        """End the supervisor thread after what was asked before.

        Stops no process: that is what :meth:`shutdown` is for.  Who still
        waits for anything, or asks later, is told that Brummer has ended.
        """
        self._loop.close()
        if self._thread is None:
            self._loop.step()
            self._abandon()
        elif not on(Role.SUPERVISOR):
            self._thread.join()

    def step(self) -> None:
        """Do all that is asked for and due now, on the calling thread.

        Instead of :meth:`open`, for whoever turns the clock by hand.
        """
        self._loop.step()

    def start(self, script: Script) -> Future[ProcessState]:
        """Start *script*; the answer is its process, running."""
        return self._ask(partial(self._crew.start, script))

    def ensure(
        self, script: Script, serves: Callable[[Script], bool]
    ) -> Future[Ensured]:
        """Start *script* unless there is a process of one that *serves* as well.

        However many ask at once, there is one.  *serves* is called on the supervisor
        thread and must not wait.  The answer comes before the process runs.
        """
        return self._ask(partial(self._crew.ensure, script, serves))

    def stop(self, process: ProcessId) -> Future[ProcessState]:
        """End *process*: stop signal, grace, SIGKILL, for the whole tree.

        The answer is its last state, when nothing of the tree is left.  A
        second stop ends the grace.  A stop wins over any start or restart that
        is under way.
        """
        return self._ask(partial(self._crew.stop, process))

    def kill(self, process: ProcessId) -> Future[ProcessState]:
        """End *process* as :meth:`stop` does, without any grace."""
        return self._ask(partial(self._crew.kill, process))

    def restart(self, process: ProcessId) -> Future[ProcessState]:
        """Start the script of *process* again once its whole tree is gone.

        The answer is the new process, running.  Restarts of one process that
        meet are merged.
        """
        return self._ask(partial(self._crew.restart, process))

    def renew(
        self, script: ScriptId, reason: str, moment: float = math.inf
    ) -> Future[None]:
        """Restart *script* if a process of it runs or has ended by itself.

        *reason* is put into its log.  One that began to run after the reason arose,
        at *moment* in seconds since 1970, stays.  The answer is there when that has
        begun.
        """
        return self._ask(partial(self._crew.renew, script, reason, moment))

    def remark(self, script: ScriptId, text: str) -> Future[None]:
        """Put a line of ours into the log of the latest process of *script*."""
        return self._ask(partial(self._crew.remark, script, text))

    def signal(self, process: ProcessId, number: int) -> Future[None]:
        """Send a signal to the living members of the tree of *process*."""
        return self._ask(partial(self._crew.signal, process, number))

    def write(
        self, process: ProcessId, data: bytes, *, hidden: bool = False
    ) -> Future[None]:
        """Type *data* into *process*; its log says what, unless it is *hidden*."""
        return self._ask(partial(self._crew.write, process, data, hidden=hidden))

    def resize(self, process: ProcessId, columns: int, rows: int) -> Future[None]:
        """Tell *process* how large its terminal is, at least 1 by 1."""
        size = (min(max(columns, 1), LARGEST), min(max(rows, 1), LARGEST))
        return self._ask(partial(self._crew.resize, process, size))

    def stop_all(self) -> Future[None]:
        """End all processes, each with its grace; answered when all are gone.

        A process that others need is ended when those are gone.
        """
        return self._ask(self._crew.stop_all)

    def restart_all(self) -> Future[None]:
        """Restart all that has not ended; answered when all of it runs again."""
        return self._ask(self._crew.restart_all)

    def shutdown(self) -> Future[None]:
        """End all processes and start no other one; answered when all are gone.

        Asked again, it is the same shutdown and shortens nothing.
        """
        return self._ask(self._crew.shutdown)

    def hurry(self) -> Future[None]:
        """End every grace period that has begun; answered when that is done."""
        return self._ask(self._crew.hurry)

    def exited(self, process: ProcessId) -> None:
        """Tell that the root of the tree of *process* has ended."""
        self._loop.post(Request[None](lambda _: self._crew.exited(process)))

    def drained(self, process: ProcessId) -> None:
        """Tell that all output of *process* has been stored."""
        self._loop.post(Request[None](lambda _: self._crew.drained(process)))

    def trees(self) -> Mapping[ProcessId, int]:
        """Return the pid of the root of every running process's tree."""
        return self._crew.trees

    def _ask(self, action: Callable[[Future[_T]], None]) -> Future[_T]:
        request = Request(action)
        # The count may be outdated by a few at once; a bound need not be exact.
        # What children report (exits, ends of output) is never refused.
        if self._loop.waiting < MOST_REQUESTS:
            self._loop.post(request)
        else:
            refusal = f"{MOST_REQUESTS} requests are waiting already; try again later"
            fail(request.future, BrummerError(refusal))
        return request.future

    def _work(self) -> None:
        assert on(Role.SUPERVISOR)
        try:
            self._loop.run()
        finally:
            # Also when the loop itself has failed: nobody waits for ever.
            self._abandon()

    def _abandon(self) -> None:
        self._crew.forsake("brummer has ended")
        self._loop.end()
