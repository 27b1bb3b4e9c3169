"""Ends many processes, those first that need others."""

from collections.abc import Callable, Iterable

from brummer.model.process import ProcessId
from brummer.process.run import Run


class Departure:
    """Ends processes in the reverse order of what they need of each other.

    A process is ended when nobody is left who needs it, all others at once.

    Threads: the supervisor thread only.
    """

    def __init__(self, halt: Callable[[Run], object]) -> None:
        self._halt = halt
        #: Who waits for others to go first.
        self._waiting: dict[ProcessId, Run] = {}

    def begin(self, runs: Iterable[Run]) -> None:
        """End *runs* in order; who is left is told by :meth:`go_on`."""
        self._waiting.update((run.id, run) for run in runs)
        for run in self._waiting.values():
            run.resign()

    def go_on(self, present: Iterable[Run]) -> None:
        """End those of whom nobody in need is left among *present*."""
        if not self._waiting:
            return
        left = tuple(present)
        here = {run.id for run in left}
        free = [
            run
            for run in self._waiting.values()
            # Who has not run yet is of no use to anybody.
            if run.id not in here
            or run.state.started is None
            or not any(_needs(one, run) for one in left)
        ]
        # Names can be ambiguous, and a circle of them must not stop the end.
        is_stuck = not free and all(run.id in self._waiting for run in left)
        self._let_go(list(self._waiting.values()) if is_stuck else free)

    def hurry(self) -> None:
        """End all at once."""
        self._let_go(list(self._waiting.values()))

    def _let_go(self, runs: list[Run]) -> None:
        for run in runs:
            del self._waiting[run.id]
        for run in runs:
            self._halt(run)


def _needs(run: Run, other: Run) -> bool:
    if run is other or run.state.is_finished:
        return False
    script = other.script
    return any(need.script in {script.name, script.id} for need in run.script.needs)
