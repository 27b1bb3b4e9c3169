"""All processes, and what one of them means to another.

Supervision without threads: :class:`~brummer.process.supervisor.Supervisor`
puts a queue before it.
"""

import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import MappingProxyType
from typing import Final

from brummer.errors import BrummerError
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import Script, ScriptId
from brummer.process.anteroom import Anteroom, House
from brummer.process.departure import Departure
from brummer.process.ensured import Ensured, pass_on
from brummer.process.entrance import Entrance
from brummer.process.look import Lookout
from brummer.process.loop import Loop
from brummer.process.request import (
    Request,
    fail_all,
    promise,
    resolve,
    resolve_all,
    when_all,
)
from brummer.process.restart import Decision, Streak
from brummer.process.run import Office, Run
from brummer.process.wiring import Wiring, safely

#: Where a process has no child yet, and only has to be forgotten.
_BEFORE_ITS_START: Final = frozenset(
    {ProcessStatus.PENDING, ProcessStatus.WAITING, ProcessStatus.BACKOFF}
)

#: Seconds by which the times of files may be behind the clock.
_TICK: Final = 0.01

#: What is not started again because of a changed file.
_NOT_RENEWED: Final = frozenset(
    {
        ProcessStatus.PENDING,
        ProcessStatus.WAITING,
        ProcessStatus.STOPPING,
        ProcessStatus.STOPPED,
    }
)


class Crew:
    """Starts, stops and restarts processes.

    *Successors.*  A restart is a new process, made when the old one and its
    whole tree are gone, or at once where it only waits for its back-off.  Until
    it runs, the old process's id stands for both: who stops ``web-1`` while it
    is being restarted as ``web-2`` does not want ``web-2``.  A restart of a
    process that was restarted before is one of its latest successor, so that
    two people who press the key get one new process.

    Threads: the supervisor thread only, except :attr:`trees`.  Every method that
    takes a *future* resolves it, now or later, or raises.
    """

    def __init__(self, wiring: Wiring, loop: Loop) -> None:
        #: The roots of what runs.  Rebound, never mutated: rebinding is one
        #: atomic store, so any thread may read it at any time.
        self.trees: Mapping[ProcessId, int] = MappingProxyType({})
        self._wiring = wiring
        self._loop = loop
        self._lookout = Lookout(wiring, loop)
        self._office = Office(
            wiring=wiring,
            loop=loop,
            lookout=self._lookout,
            ended=self._ended,
            changed=self._changed,
            written=lambda _: self._anteroom.news(),
            gone=self._gone,
        )
        self._entrance = Entrance(wiring, loop, Run.begin)
        house = House(
            find=wiring.find,
            latest=self._newest,
            invite=self._invite,
            enter=self._entrance.enter,
        )
        self._anteroom = Anteroom(house, loop, self._lookout)
        self._departure = Departure(self._halt)
        #: Everybody whom the registry remembers, and those not over.
        self._runs: dict[ProcessId, Run] = {}
        self._present: dict[ProcessId, Run] = {}
        #: The last process of each script.
        self._last: dict[ScriptId, Run] = {}
        #: How often each script name has run; a number is never used twice.
        self._counts: dict[str, int] = {}
        self._tidy_at = 2 * wiring.settings.history
        #: Set by the first shutdown; nothing starts from then on.
        self._end: Future[None] | None = None

    def start(self, script: Script, future: Future[ProcessState]) -> None:
        """Start *script*; answer with its process when it runs."""
        self._require_open(f"{script.name} is not started")
        run = self._admit(script)
        run.starters.append(future)
        self._anteroom.enter(run)

    def ensure(
        self,
        script: Script,
        serves: Callable[[Script], bool],
        future: Future[Ensured],
    ) -> None:
        """Start *script* unless there is a process of one that *serves* as well.

        Answered at once, as a rule with a process that is about to begin; only who
        finds one that ends hears of its successor when that runs.
        """
        run = self._serving(serves)
        if run is None:
            self._require_open(f"{script.name} is not started")
            run = self._admit(script)
            resolve(future, Ensured(run.state, is_new=True))
            self._anteroom.enter(run)
        elif run.status is ProcessStatus.STOPPING:
            begun: Future[ProcessState] = promise()
            begun.add_done_callback(lambda done: pass_on(done, future))
            self.restart(run.id, begun)
        else:
            if run.status is ProcessStatus.BACKOFF:
                self.restart(run.id, promise())
            resolve(future, Ensured(run.state, is_new=False))

    def _serving(self, serves: Callable[[Script], bool]) -> Run | None:
        """Return the latest process that is not over of a script that *serves*.

        One that ends is only returned if there is no other.
        """
        there = (r for r in self._present.values() if not r.state.is_finished)
        found = [run for run in reversed(tuple(there)) if serves(run.script)]
        staying = (run for run in found if run.status is not ProcessStatus.STOPPING)
        return next(staying, found[0] if found else None)

    def stop(self, process: ProcessId, future: Future[ProcessState]) -> None:
        """End *process* with its grace; asked twice, without.

        A stop of what is being restarted only calls the restart off.
        """
        run = self._meant(process)
        run.stoppers.append(future)
        if run.is_ending and not run.restarters:
            run.kill()
        self._halt(run)

    def kill(self, process: ProcessId, future: Future[ProcessState]) -> None:
        """End *process* without any grace."""
        run = self._meant(process)
        run.stoppers.append(future)
        run.kill()
        self._halt(run)

    def restart(self, process: ProcessId, future: Future[ProcessState]) -> None:
        """End *process*, then start its script again; answer when that runs.

        One that is about to start anyway is not started twice.
        """
        self._require_open(f"{process} is not restarted")
        run = self._latest(process)
        match run.status:
            case ProcessStatus.PENDING | ProcessStatus.WAITING:
                run.starters.append(future)
            case ProcessStatus.BACKOFF:
                run.starters.append(future)
                self._wake(run)
            case _:
                run.restarters.append(future)
                if run.is_over:
                    self._succeed(run)
                else:
                    run.end()

    def renew(
        self, script: ScriptId, reason: str, moment: float, future: Future[None]
    ) -> None:
        """Restart what there is of *script*, for *reason*, if anybody wants it.

        One that somebody has stopped stays so, and one that has not begun yet, or
        began after *moment*, began late enough.
        """
        resolve(future, None)
        run = self._newest(script)
        if run is None or self._end is not None or run.status in _NOT_RENEWED:
            return
        if moment + _TICK < (run.state.started or 0.0):
            return
        run.say(reason)
        self.restart(run.id, promise())

    def remark(self, script: ScriptId, text: str, future: Future[None]) -> None:
        """Put a line of ours into the log of the latest process of *script*."""
        resolve(future, None)
        if (run := self._newest(script)) is not None:
            run.say(text)

    def stop_all(self, future: Future[None]) -> None:
        """End all processes, each with its grace; answer when none is left.

        Those that others need are ended when the others are gone.
        """
        ended: list[Future[ProcessState]] = []
        for run in self._present.values():
            ended.append(promise())
            run.stoppers.append(ended[-1])
        self._departure.begin(self._present.values())
        self._departure.go_on(self._present.values())
        when_all(ended, future)

    def restart_all(self, future: Future[None]) -> None:
        """Restart all that has not ended; answer when all of it runs again."""
        self._require_open("nothing is restarted")
        restarted: list[Future[ProcessState]] = []
        for run in tuple(self._present.values()):
            if not run.state.is_finished:
                restarted.append(promise())
                self.restart(run.id, restarted[-1])
        when_all(restarted, future)

    def shutdown(self, future: Future[None]) -> None:
        """Start nothing any more and end all; only the first call does that."""
        if self._end is not None:
            when_all([self._end], future)
            return
        self._end = future
        self.stop_all(future)

    def hurry(self, future: Future[None]) -> None:
        """End every grace period that has begun, and let nobody wait for others."""
        self._departure.hurry()
        for run in tuple(self._present.values()):
            if run.is_ending:
                run.kill()
        resolve(future, None)

    def signal(self, process: ProcessId, number: int, future: Future[None]) -> None:
        """Send a signal to the tree of *process*."""
        if number not in signal.valid_signals():
            raise BrummerError(f"there is no signal {number} on this system")
        self._named(process).child.signal(number)
        resolve(future, None)

    def write(
        self, process: ProcessId, data: bytes, future: Future[None], *, hidden: bool
    ) -> None:
        """Type *data* into *process*, *hidden* from its log or not."""
        self._named(process).type(data, hidden=hidden)
        resolve(future, None)

    def resize(
        self, process: ProcessId, size: tuple[int, int], future: Future[None]
    ) -> None:
        """Tell *process* that its terminal has *size* (columns, rows) now."""
        self._named(process).child.resize(*size)
        resolve(future, None)

    def exited(self, process: ProcessId) -> None:
        """Take note that the child of *process* has ended."""
        if (run := self._runs.get(process)) is not None:
            run.exited()
        else:
            self._lookout.trials.exited(process)

    def drained(self, process: ProcessId) -> None:
        """Take note that all output of *process* has been stored."""
        if (run := self._runs.get(process)) is not None:
            run.drained()
        else:
            self._lookout.trials.drained(process)

    def forsake(self, message: str) -> None:
        """Answer all who still wait; nobody works for them any more."""
        for run in tuple(self._present.values()):
            for waiting in (run.starters, run.stoppers, run.restarters):
                fail_all(waiting, message)

    # -- who is meant ------------------------------------------------------------

    def _named(self, process: ProcessId) -> Run:
        run = self._runs.get(process)
        if run is None:
            raise BrummerError(f"there is no process {process!r}")
        return run

    def _meant(self, process: ProcessId) -> Run:
        """Return *process*, or its successor as long as that has not run."""
        run = self._named(process)
        while run.successor is not None and run.successor.state.started is None:
            run = run.successor
        return run

    def _latest(self, process: ProcessId) -> Run:
        run = self._named(process)
        while run.successor is not None:
            run = run.successor
        return run

    def _newest(self, script: ScriptId) -> Run | None:
        """Return the latest process of *script* that is not over, else its last."""
        for run in reversed(self._present.values()):
            if run.script.id == script and not run.state.is_finished:
                return run
        return self._last.get(script)

    # -- coming and going --------------------------------------------------------

    def _require_open(self, consequence: str) -> None:
        if self._end is not None:
            raise BrummerError(f"brummer is ending: {consequence}")

    def _admit(
        self,
        script: Script,
        *,
        replaces: Run | None = None,
        decision: Decision | None = None,
    ) -> Run:
        """Make a new process: pending, or after a *decision* in its back-off."""
        number = self._counts.get(script.name, 0) + 1
        self._counts[script.name] = number
        state = ProcessState(
            id=ProcessId(f"{script.name}-{number}"),
            name=script.name,
            script=script.id,
            command=script.command,
            folder=script.folder,
            arguments=script.arguments,
            environment=script.environment,
            status=ProcessStatus.BACKOFF if decision else ProcessStatus.PENDING,
            reason=decision.reason if decision else "",
            run=number,
            replaces=replaces.id if replaces else None,
            created=self._wiring.clock.now(),
        )
        streak = decision.streak if decision else Streak()
        run = Run(state, script, self._office, streak)
        self._runs[run.id] = self._present[run.id] = run
        self._last[script.id] = run
        if replaces is not None:
            replaces.successor = run
        self._tidy()
        return run

    def _tidy(self) -> None:
        """Forget who is over and whom the registry has forgotten.

        Done when the table has grown by as much as is remembered, so that it
        costs next to nothing per process.
        """
        if len(self._runs) < self._tidy_at:
            return
        remembered = self._wiring.registry.snapshot()
        self._runs = {
            process: run
            for process, run in self._runs.items()
            if process in remembered or process in self._present
        }
        self._last = {
            script: run for script, run in self._last.items() if run.id in self._runs
        }
        self._tidy_at = len(self._runs) + self._wiring.settings.history

    def _halt(self, run: Run) -> None:
        """Begin to end *run*, whatever it is about, and call its restart off."""
        fail_all(run.restarters, f"{run.id} was stopped instead of restarted")
        if run.is_over:
            resolve_all(run.stoppers, run.state)
        elif run.status in _BEFORE_ITS_START:
            self._anteroom.leave(run)
            self._entrance.leave(run)
            run.abandon()
            if (before := self._predecessor(run)) is not None:
                before.end()
        else:
            run.end()

    def _invite(self, script: Script) -> Run:
        """Make a process of *script*, because another one needs it."""
        run = self._admit(script)
        # Later, and not from here: who is needed needs others, who need others.
        self._loop.post(Request[None](lambda _: self._come_in(run)))
        return run

    def _come_in(self, run: Run) -> None:
        if run.status is ProcessStatus.PENDING:
            self._anteroom.enter(run)

    def _succeed(self, run: Run) -> None:
        """Start *run* again for those who asked for that."""
        successor = self._admit(run.script, replaces=run)
        successor.starters.extend(run.restarters)
        run.restarters.clear()
        self._anteroom.enter(successor)

    def _wake(self, run: Run) -> None:
        """Let *run* begin now, as soon as nothing of its predecessor is left."""
        run.wake()
        before = self._predecessor(run)
        if before is None:
            self._anteroom.enter(run)
        else:
            # It comes in when the predecessor reports that it is gone.
            run.tell(f"waiting for what {before.id} left running to end")
            before.end()

    def _predecessor(self, run: Run) -> Run | None:
        """Return the process that *run* replaces, if anything of it is left."""
        replaced = run.state.replaces
        return None if replaced is None else self._present.get(replaced)

    # -- what runs report --------------------------------------------------------

    def _changed(self, run: Run) -> None:
        if run.status is ProcessStatus.RUNNING:
            safely(lambda: self._wiring.began(run.script), None)
        others = {name: root for name, root in self.trees.items() if name != run.id}
        if run.root is not None:
            others[run.id] = run.root
        self.trees = MappingProxyType(others)

    def _ended(self, run: Run, decision: Decision) -> None:
        """Have *run* started again as decided."""
        if decision.delay is None:
            return
        successor = self._admit(run.script, replaces=run, decision=decision)
        successor.alarm = self._loop.later(
            decision.delay, lambda: self._wake(successor)
        )

    def _gone(self, run: Run) -> None:
        del self._present[run.id]
        resolve_all(run.stoppers, run.state)
        successor = run.successor
        if run.restarters:
            self._succeed(run)
        elif successor is not None and successor.status is ProcessStatus.PENDING:
            self._anteroom.enter(successor)
        self._departure.go_on(self._present.values())
