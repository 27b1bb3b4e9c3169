"""Processes wait here until those have come far enough that they need."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from brummer.core.guard import attempt, cause
from brummer.model.process import ProcessId, ProcessStatus
from brummer.model.readiness import Need, Until
from brummer.model.script import Script, ScriptId
from brummer.process.dependency import (
    Provider,
    Standing,
    Verdict,
    judged,
    resolved,
)
from brummer.process.look import Lookout
from brummer.process.loop import Loop, Timer
from brummer.process.request import Request
from brummer.process.run import Run
from brummer.process.vigil import Sighting, Vigil
from brummer.process.wording import span

#: Seconds after which a wait is explained in the log; then twice as long each time.
TELL_AGAIN: Final = 3.0

#: Looks in vain, after the end of a process, that settle that a line never came.
#: The first of them may have begun before the last lines were stored.
LAST_LOOKS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the anteroom needs of the rest.

    *find* returns a script by its name.  *latest* is the process of a script
    that counts: one that lives, else the last.  *invite* makes a process of a
    script that somebody needs, which then comes in by itself.  *enter* is where
    a process goes that has what it needs.
    """

    find: Callable[[str], Script]
    latest: Callable[[ScriptId], Run | None]
    invite: Callable[[Script], Run]
    enter: Callable[[Run], object]


@dataclass(slots=True, eq=False)
class _Line:
    """A line of a process that is waited for."""

    vigil: Vigil | None = None
    has_come: bool = False
    #: Looks in vain since the process has ended.
    misses: int = 0

    @property
    def answer(self) -> bool | None:
        """Whether it has come; ``None`` if it never will."""
        if not self.has_come and self.misses >= LAST_LOOKS:
            return None
        return self.has_come


@dataclass(slots=True, eq=False)
class _Guest:
    """Somebody who waits.

    *past* are the processes that do not count: they had ended when it came, or
    were about to.
    """

    run: Run
    needs: tuple[tuple[Need, Script], ...]
    past: frozenset[ProcessId]
    came: float
    lines: dict[tuple[ProcessId, str], _Line] = field(default_factory=dict)
    pause: float = TELL_AGAIN
    timer: Timer | None = None


class Anteroom:
    """Lets a process start when all that it needs is there.

    What it needs and does not run is started; what runs already is used.  The
    wait is hopeless, and the process has failed, when one of them fails or ends
    too early.  One that is to be restarted is waited for.

    Threads: the supervisor thread only.
    """

    def __init__(self, house: House, loop: Loop, lookout: Lookout) -> None:
        self._house = house
        self._loop = loop
        self._lookout = lookout
        self._guests: dict[ProcessId, _Guest] = {}
        #: Whether a round of looks is to come.
        self._is_due = False

    def enter(self, run: Run) -> None:
        """Pass *run* on when it has what it needs; until then it is waiting.

        One that needs what there is not fails, and so does one in a circle.
        """
        if not run.script.needs:
            self._house.enter(run)
            return
        scripts, error = attempt(resolved, run.script, self._house.find)
        if scripts is None:
            run.fail(cause(error) if error else "")
            return
        guest = _Guest(
            run=run,
            needs=tuple(zip(run.script.needs, scripts, strict=True)),
            past=self._past(run, scripts),
            came=self._loop.now(),
        )
        self._guests[run.id] = guest
        self._look_at(guest)

    def leave(self, run: Run) -> None:
        """Forget *run* if it waits."""
        guest = self._guests.pop(run.id, None)
        if guest is None:
            return
        if guest.timer is not None:
            guest.timer.cancel()
        for line in guest.lines.values():
            if line.vigil is not None:
                line.vigil.close(_nothing)

    def news(self) -> None:
        """Look again at all who wait, once what is under way is done.

        Not at once: between two steps of a restart the old process has ended
        and there is no new one yet.
        """
        if self._guests and not self._is_due:
            self._is_due = True
            self._loop.post(Request[None](lambda _: self._look_round()))

    def _look_round(self) -> None:
        # Cleared first: what the looks bring about needs another round.
        self._is_due = False
        for guest in tuple(self._guests.values()):
            if guest.run.id in self._guests:
                self._look_at(guest)

    def _past(self, run: Run, scripts: tuple[Script, ...]) -> frozenset[ProcessId]:
        """Return who does not count for *run*, though it is the latest."""
        past = set()
        for need, script in zip(run.script.needs, scripts, strict=True):
            latest = self._house.latest(script.id)
            if latest is not None and _is_past(run, need, latest):
                past.add(latest.id)
        return frozenset(past)

    def _look_at(self, guest: _Guest) -> None:
        reason = ""
        for need, script in guest.needs:
            verdict = self._verdict(guest, need, script)
            if verdict.standing is Standing.HOPELESS:
                self.leave(guest.run)
                guest.run.fail(verdict.reason)
                return
            if verdict.standing is Standing.OPEN:
                reason = reason or verdict.reason
        if reason:
            self._keep(guest, reason)
        else:
            self._let_in(guest)

    def _let_in(self, guest: _Guest) -> None:
        run = guest.run
        self.leave(run)
        if run.status is ProcessStatus.WAITING:
            waited = span(self._loop.now() - guest.came)
            run.say(f"waited {waited} for {_listed(guest.needs)}")
        run.proceed()
        self._house.enter(run)

    def _verdict(self, guest: _Guest, need: Need, script: Script) -> Verdict:
        latest = self._house.latest(script.id)
        if latest is None or (latest.id in guest.past and latest.state.is_finished):
            latest = self._house.invite(script)
        has_line: bool | None = False
        if need.until is Until.LINE and latest.id not in guest.past:
            has_line = self._line(guest, need, latest).answer
        return judged(
            need,
            Provider(
                state=latest.state,
                is_probed=latest.script.ready is not None,
                is_late=latest.is_late,
                has_line=has_line,
            ),
        )

    def _line(self, guest: _Guest, need: Need, provider: Run) -> _Line:
        """Return what is known of the line, and look for it from now on."""
        key = (provider.id, need.pattern)
        line = guest.lines.get(key)
        if line is None:
            line = guest.lines[key] = _Line()
            line.vigil = self._lookout.watch_for_line(
                need.pattern, provider.id, partial(self._seen, line, provider)
            )
        return line

    def _seen(self, line: _Line, provider: Run, sighting: Sighting) -> None:
        line.has_come = sighting.ready
        line.misses += provider.state.is_finished
        self.news()

    def _keep(self, guest: _Guest, reason: str) -> None:
        """Let it wait, and say so: at first, and now and then why."""
        guest.run.await_others(reason)
        if guest.timer is None:
            guest.run.say(f"waiting for {_listed(guest.needs)}")
            guest.timer = self._loop.later(guest.pause, lambda: self._tell(guest))

    def _tell(self, guest: _Guest) -> None:
        guest.run.say(
            f"{guest.run.state.reason}, {span(self._loop.now() - guest.came)}"
        )
        guest.pause *= 2
        guest.timer = self._loop.later(guest.pause, lambda: self._tell(guest))


def _is_past(run: Run, need: Need, provider: Run) -> bool:
    """Whether *provider*, the latest of its script, is of no use to *run*.

    A migration that has succeeded is not run again.  What somebody has stopped
    is not started by a restart that nobody asked for.
    """
    match provider.status:
        case ProcessStatus.SUCCESS:
            return need.until is not Until.COMPLETED
        case ProcessStatus.STOPPED:
            return not run.streak.tries
        case ProcessStatus.STOPPING:
            return not provider.restarters
        case status:
            return status.is_final


def _listed(needs: tuple[tuple[Need, Script], ...]) -> str:
    return ", ".join(need.script for need, _ in needs)


def _nothing() -> None:
    """Leave it at that."""
