"""One process as the supervisor thread knows it."""

import logging
import shlex
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from brummer.core.guard import attempt, cause
from brummer.errors import BrummerError
from brummer.model.event import ProcessChanged
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import Launch, RestartPolicy, Script
from brummer.process.charge import OVERDUE, Charge, End, Observer
from brummer.process.dependency import NOT_READY
from brummer.process.look import Lookout, Subject
from brummer.process.loop import Loop, Timer
from brummer.process.request import fail_all, resolve_all
from brummer.process.restart import Decision, Streak, decide
from brummer.process.system import Child, Relative
from brummer.process.vigil import Sighting, Vigil
from brummer.process.wiring import Wiring, safely
from brummer.process.wording import (
    ending,
    left_running,
    members,
    signal_number,
    span,
    unended,
)

#: Longest grace that is kept, in seconds, whatever a script asks for.
LONGEST_GRACE: Final = 86_400.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What a run works with and reports to.

    *ended* hears that a run has ended by itself, and what is to follow.
    *changed* is called when it began or ceased to run, *written* whenever its
    state has changed.  *gone* is called once and last, when the run is finished
    and nothing of its tree is left.
    """

    wiring: Wiring
    loop: Loop
    lookout: Lookout
    ended: Callable[["Run", Decision], object]
    changed: Callable[["Run"], object]
    written: Callable[["Run"], object]
    gone: Callable[["Run"], object]


class Run:
    """One process: its state, its child, and who waits for what of it.

    Threads: the supervisor thread only.  Everybody else reads the state that it
    writes into the registry.
    """

    def __init__(
        self, state: ProcessState, script: Script, office: Office, streak: Streak
    ) -> None:
        self.script = script
        self.streak = streak
        #: The process that was started in place of this one.
        self.successor: Run | None = None
        #: Answered when it runs, or will never.
        self.starters: list[Future[ProcessState]] = []
        #: Answered when it has ended and its tree is gone.
        self.stoppers: list[Future[ProcessState]] = []
        #: Answered when its successor runs; any of them asks for a successor.
        self.restarters: list[Future[ProcessState]] = []
        #: What will wake it from its back-off.
        self.alarm: Timer | None = None
        self._office = office
        self._wiring = office.wiring
        self._launch: Launch | None = None
        self._charge: Charge | None = None
        #: Looks whether it is ready, while it runs.
        self._vigil: Vigil | None = None
        #: When it began to run, by the loop's clock.
        self._began = 0.0
        #: Whether a look has left something that has to end before we are gone.
        self._is_looked_at = False
        #: Whether it was not ready within its time; who waits for it gives up.
        self.is_late = False
        #: What stays of the reason for its end when its leftovers are gone.
        self._verdict = ""
        self._state = state
        self._write(state)

    @property
    def id(self) -> ProcessId:
        """The id of the process."""
        return self._state.id

    @property
    def state(self) -> ProcessState:
        """The state that was published last."""
        return self._state

    @property
    def status(self) -> ProcessStatus:
        """The status that was published last."""
        return self._state.status

    @property
    def is_over(self) -> bool:
        """Whether it is finished and nothing of its tree is left."""
        is_alone = self._charge is None and not self._is_looked_at
        return self._state.is_finished and is_alone

    @property
    def is_ending(self) -> bool:
        """Whether its tree is being ended."""
        return self._charge is not None and self._charge.is_ending

    @property
    def child(self) -> Child:
        """The child of a running process.

        :raises BrummerError: if it does not run.
        """
        if self._charge is None or not self._state.is_running:
            raise BrummerError(f"{self.id} is not running, it is {self.status}")
        return self._charge.child

    @property
    def root(self) -> int | None:
        """The pid of its child while it runs."""
        return self._state.pid if self._state.is_running else None

    def say(self, text: str) -> None:
        """Put a line of ours into the process's log."""
        safely(lambda: self._wiring.note(self.id, text), None)

    def type(self, data: bytes, *, hidden: bool) -> None:
        """Type *data* into its child, and into its log unless it is *hidden*.

        :raises BrummerError: if it does not run, or reads no input.
        """
        child = self.child
        # Noted first, so that what the child answers comes after it.
        safely(lambda: self._wiring.typed(self.id, data, hidden=hidden), None)
        try:
            child.write(data)
        except BrummerError as error:
            self.say(f"that was not typed: {error}")
            raise

    def tell(self, reason: str) -> None:
        """Publish why it is in its status, unless that is known."""
        if reason != self._state.reason:
            self._write(replace(self._state, reason=reason))

    def await_others(self, reason: str) -> None:
        """Let it wait for processes that it needs, for *reason*."""
        if self.status is ProcessStatus.WAITING:
            self.tell(reason)
            return
        waiting = self._state.with_status(ProcessStatus.WAITING, reason=reason)
        self._write(replace(waiting, since=self._wiring.clock.now()))

    def proceed(self) -> None:
        """End its wait for others: it is pending again."""
        if self.status is ProcessStatus.WAITING:
            self._write(self._state.with_status(ProcessStatus.PENDING))

    def wake(self) -> None:
        """End its back-off: it is pending from now on."""
        if self.alarm is not None:
            self.alarm.cancel()
        self._write(self._state.with_status(ProcessStatus.PENDING))

    def begin(self, launch: Launch) -> None:
        """Start its child as *launch* says; it runs, or has failed, afterwards."""
        for line in launch.notes:
            self.say(line)
        started, error = attempt(self._launched, launch)
        if started is not None:
            state, child = started
            self._launch = launch
            self._began = self._office.loop.now()
            self._charge = Charge(child, self._office.loop, self._observer())
            self.streak = replace(self.streak, policy=launch.restart)
            self._write(state)
            self._office.changed(self)
            self._look_whether_ready(launch)
            resolve_all(self.starters, self._state)
        elif isinstance(error, BrummerError):
            self.fail(str(error))
        elif error is not None:
            logger.error("starting %s failed", self.id, exc_info=error)
            self.fail(f"could not be started: {cause(error)}")

    def _look_whether_ready(self, launch: Launch) -> None:
        """Have it looked at from now on, if it says how to see that it is ready."""
        if self.script.ready is None:
            return
        subject = Subject(process=self.id, launch=launch, variables=self._variables())
        lookout = self._office.lookout
        self._vigil = lookout.watch(self.script.ready, subject, self._seen)

    def _seen(self, sighting: Sighting) -> None:
        """Record whether it is ready; a stop has more important things to say."""
        if self.status is not ProcessStatus.RUNNING:
            return
        if sighting.ready:
            self.say(f"ready after {span(self._office.loop.now() - self._began)}")
        elif self._state.ready:
            self.say(f"no longer ready: {sighting.reason}")
        was_late, self.is_late = self.is_late, sighting.is_late
        reason = NOT_READY + sighting.reason if sighting.reason else ""
        since = self._state.since
        if self._state.ready is not sighting.ready:
            since = None if sighting.ready else self._wiring.clock.now()
        seen = replace(self._state, ready=sighting.ready, reason=reason, since=since)
        if seen != self._state:
            self._write(seen)
        elif self.is_late is not was_late:
            self._office.written(self)

    def _close_vigil(self) -> None:
        """Look no more; what a look has started is ended before we are gone."""
        if self._vigil is not None and self._vigil.close(self._looked):
            self._is_looked_at = True

    def _looked(self) -> None:
        self._is_looked_at = False
        if self.is_over:
            self._office.gone(self)

    def fail(self, reason: str) -> None:
        """Take note that it could not be started, and why."""
        decision = decide(self.streak, failed=True, seconds=0.0)
        self.say(reason)
        self._verdict = reason
        if decision.reason:
            self._follow(decision)
        failed = self._state.with_status(ProcessStatus.FAILED, reason=self._verdict)
        self._write(replace(failed, ended=self._wiring.clock.now()))
        fail_all(self.starters, f"{self.id}: {reason}")
        self._office.ended(self, decision)
        self._office.gone(self)

    def abandon(self) -> None:
        """Stop it before it has run."""
        if self.alarm is not None:
            self.alarm.cancel()
        reason = "stopped before it ran"
        stopped = self._state.with_status(ProcessStatus.STOPPED, reason=reason)
        self._write(replace(stopped, ended=self._wiring.clock.now()))
        fail_all(self.starters, f"{self.id} was {reason}")
        self._office.gone(self)

    def resign(self) -> None:
        """Take note that it is to end soon: it is not started again after that."""
        self.streak = replace(self.streak, policy=RestartPolicy.NEVER)
        fail_all(self.restarters, f"{self.id} was stopped instead of restarted")

    def exited(self) -> None:
        """Take note that the root of its tree has ended."""
        if self._charge is not None:
            self._charge.exited()

    def drained(self) -> None:
        """Take note that all its output has been stored."""
        if self._charge is not None:
            self._charge.drained()

    def end(self) -> None:
        """Begin to end its tree, with its grace, unless that has begun."""
        if self._charge is None or self._launch is None or self._charge.is_ending:
            return
        wanted = self._launch.grace
        grace = self._wiring.settings.grace if wanted is None else wanted
        # In this order of arguments, a plugin's NaN becomes 0.
        grace = min(max(0.0, grace), LONGEST_GRACE)
        self._announce_end(grace)
        self._charge.end(signal_number(self._launch.stop_signal), grace)

    def kill(self) -> None:
        """End its tree without any grace, or without the rest of it."""
        if self._charge is not None and not self._charge.was_killed:
            self._announce_end(0.0)
            self._charge.kill()

    def _announce_end(self, grace: float) -> None:
        """Say that it is stopping; a finished one only loses what it left."""
        self._close_vigil()
        if not self._state.is_finished:
            stopping = (
                self._state.with_status(ProcessStatus.STOPPING)
                if self.status is ProcessStatus.RUNNING
                else self._state
            )
            deadline = self._wiring.clock.now() + grace
            self._write(replace(stopping, deadline=deadline))

    def _launched(self, launch: Launch) -> tuple[ProcessState, Child]:
        # Whatever can fail comes before there is a child that could be lost.
        signal_number(launch.stop_signal)
        running = replace(
            self._state.with_status(ProcessStatus.RUNNING),
            command=launch.shell_command or shlex.join(launch.argv),
            folder=launch.folder,
            environment=MappingProxyType(dict(launch.environment)),
        )
        # Before the start: what is written later it may not have read.
        started = self._wiring.clock.now()
        child = self._wiring.system.start(self.id, launch, self._variables())
        seen = replace(running, pid=child.pid, started=started)
        if self.script.ready is not None:
            seen = replace(seen, ready=False, since=started)
        return seen, child

    def _variables(self) -> dict[str, str]:
        """Return what every child is told about itself."""
        return {
            "BRUMMER_PROCESS": self.id,
            "BRUMMER_SCRIPT": self._state.name,
            "BRUMMER_RUN": str(self._state.run),
        }

    def _observer(self) -> Observer:
        return Observer(
            ended=self._ended,
            left=lambda family: self.tell(self._with_leftovers(family)),
            blocked=self._blocked,
            overdue=lambda: self.say(
                f"its output did not end within {OVERDUE:g} s of its exit"
            ),
            gone=self._gone,
        )

    def _follow(self, decision: Decision) -> None:
        """Say what comes next; that nothing does is a reason to keep."""
        self.say(decision.reason)
        if decision.delay is None:
            self._verdict = decision.reason

    def _ended(self, end: End) -> None:
        """Record that the child has ended by itself; its tree may live on."""
        self._close_vigil()
        code, left = end.code, end.left
        failed = code != 0
        decision = decide(self.streak, failed=failed, seconds=end.seconds)
        if failed:
            self._verdict = ending(code, end.seconds)
            self.say(self._verdict)
        if decision.reason:
            self._follow(decision)
        if left:
            self.say(f"{left_running(len(left))}: {members(left)}")
        status = ProcessStatus.FAILED if failed else ProcessStatus.SUCCESS
        reason = self._with_leftovers(left)
        now = self._wiring.clock.now()
        self._write(self._state.with_exit(status, code=code, time=now, reason=reason))
        self._office.changed(self)
        self._office.ended(self, decision)

    def _with_leftovers(self, left: tuple[Relative, ...]) -> str:
        return _joined(self._verdict, left_running(len(left)) if left else "")

    def _blocked(self, complaint: str) -> None:
        self.tell(_joined(self._verdict, complaint))

    def _gone(self, survivors: tuple[Relative, ...]) -> None:
        """Record that nothing is left of the tree, or only what nobody can end."""
        assert self._charge is not None
        charge, self._charge = self._charge, None
        self._close_vigil()
        forking = charge.keeps_forking
        trouble = unended(survivors, forking=forking) if survivors else ""
        if self._state.is_finished:
            self.tell(_joined(self._verdict, trouble))
        else:
            self._stopped(charge, trouble or ("killed" if charge.was_killed else ""))
        if trouble:
            self.say(trouble)
        self._office.changed(self)
        if self.is_over:
            self._office.gone(self)

    def _stopped(self, charge: Charge, reason: str) -> None:
        code, now = charge.code, self._wiring.clock.now()
        if code is None:
            last = self._state.with_status(ProcessStatus.STOPPED, reason=reason)
            self._write(replace(last, ended=now))
            return
        self.say(f"stopped: {ending(code, charge.seconds)}")
        self._write(
            self._state.with_exit(
                ProcessStatus.STOPPED, code=code, time=now, reason=reason
            )
        )

    def _write(self, state: ProcessState) -> None:
        """Make *state* the present one, and tell everybody."""
        before, after = self._wiring.registry.update(self.id, lambda _: state)
        self._state = after
        safely(
            lambda: self._wiring.publish(ProcessChanged(before=before, after=after)),
            None,
        )
        self._office.written(self)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
