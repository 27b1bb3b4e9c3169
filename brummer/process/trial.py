"""Commands that tell whether a process is ready, run as children of their own."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from brummer.core.guard import attempt, cause
from brummer.model.process import ProcessId
from brummer.model.script import Launch
from brummer.process.charge import Charge, End, Observer
from brummer.process.loop import Loop, Timer
from brummer.process.system import System

#: Trials that may run at once; more wait for their turn.
MOST: Final = 4


@dataclass(slots=True, eq=False)
class Trial:
    """One run of a command, from its turn until nothing of its tree is left.

    *answer* is called once with what is wrong, in words, or nothing if nothing
    is; *gone* is called once and last.  Both are never called before
    :meth:`Trials.begin` has returned.
    """

    id: ProcessId
    launch: Launch
    variables: Mapping[str, str]
    timeout: float
    answer: Callable[[str], object]
    gone: Callable[[], object]
    charge: Charge | None = None
    timer: Timer | None = None
    is_answered: bool = False
    is_cancelled: bool = False


class Trials:
    """Runs commands whose exit code is an answer, a few at once.

    They are children like any other: with our marker, known to the guardian and
    the ledger, and ended with their whole tree when their time is over.

    Threads: the supervisor thread only.
    """

    def __init__(self, system: System, loop: Loop) -> None:
        self._system = system
        self._loop = loop
        self._waiting: deque[Trial] = deque()
        self._running: dict[ProcessId, Trial] = {}

    def begin(self, trial: Trial) -> None:
        """Run *trial* as soon as there is a place.

        A process has one trial at a time, so what waits is bounded.
        """
        self._waiting.append(trial)
        # Later, so that nobody is answered while still asking.
        self._loop.later(0.0, self._fill)

    def cancel(self, trial: Trial) -> None:
        """End *trial* without an answer; it is gone when its tree is."""
        trial.is_answered = trial.is_cancelled = True
        if trial.charge is not None:
            trial.charge.kill()
        else:
            # Passed over in its turn; until then nobody has to wait for it.
            self._loop.later(0.0, self._fill)

    def exited(self, process: ProcessId) -> None:
        """Take note that the root of a trial's tree has ended."""
        if (trial := self._running.get(process)) is not None and trial.charge:
            trial.charge.exited()

    def drained(self, process: ProcessId) -> None:
        """Take note that a trial's output has come to its end."""
        if (trial := self._running.get(process)) is not None and trial.charge:
            trial.charge.drained()

    def _fill(self) -> None:
        for trial in [one for one in self._waiting if one.is_cancelled]:
            self._waiting.remove(trial)
            trial.gone()
        while self._waiting and len(self._running) < MOST:
            self._start(self._waiting.popleft())

    def _start(self, trial: Trial) -> None:
        child, error = attempt(
            self._system.start, trial.id, trial.launch, trial.variables
        )
        if child is None:
            self._answer(trial, cause(error) if error else "no child")
            trial.gone()
            return
        self._running[trial.id] = trial
        observer = Observer(
            ended=lambda end: self._ended(trial, end),
            left=_nothing,
            blocked=_nothing,
            overdue=_nothing,
            gone=lambda _: self._gone(trial),
        )
        trial.charge = Charge(child, self._loop, observer)
        trial.timer = self._loop.later(trial.timeout, lambda: self._overdue(trial))

    def _ended(self, trial: Trial, end: End) -> None:
        self._answer(trial, f"exited with {end.code}" if end.code else "")
        # What it left running would be there once more after each look.
        if end.left and trial.charge is not None:
            trial.charge.kill()

    def _overdue(self, trial: Trial) -> None:
        self._answer(trial, f"did not end within {trial.timeout:g} s")
        if trial.charge is not None:
            trial.charge.kill()

    def _gone(self, trial: Trial) -> None:
        del self._running[trial.id]
        if trial.timer is not None:
            trial.timer.cancel()
        self._answer(trial, "was ended")
        trial.gone()
        self._fill()

    def _answer(self, trial: Trial, problem: str) -> None:
        if not trial.is_answered:
            trial.is_answered = True
            trial.answer(problem)


def _nothing(*_: object) -> None:
    """Leave it at that."""
