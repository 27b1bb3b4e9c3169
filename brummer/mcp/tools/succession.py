"""Waiting for a script, whose process may be replaced meanwhile."""

from collections.abc import Callable
from typing import Final

from typing_extensions import override

from brummer.mcp.tools.looking import Look, Met
from brummer.mcp.tools.process import Processes
from brummer.model.process import ProcessId, ProcessState, ProcessStatus

#: Seconds within which a process that was stopped is started anew, if it is.
_SOON: Final = 0.5


class Succession(Look):
    """Looks at a process, and at its heir if it ends before what is waited for.

    An heir is a later process of the same work: somebody has saved a file that it
    watches, or restarts it.  One that only waits to begin after a failure is none: the
    failure is what has to be told.

    Threads: the server's loop.
    """

    def __init__(
        self,
        processes: Processes,
        state: ProcessState,
        begin: Callable[[ProcessId], Look],
    ) -> None:
        """Begin with the process of *state*; *begin* returns what looks at one."""
        self._processes = processes
        self._begin = begin
        self._follow(state)

    def _follow(self, state: ProcessState) -> None:
        #: The latest of them, as it was then.
        self._state = state
        self.process = state.id
        self._look = self._begin(state.id)

    @override
    def look(self) -> Met | None:
        met = self._look.look()
        self.is_behind = self._look.is_behind
        if met is None or met.reached:
            return met
        if (heir := self._heir()) is not None:
            self._follow(heir)
            # What it has printed already is to be looked at now.
            self.is_behind = True
            return None
        return None if self._may_come() else met

    def _heir(self) -> ProcessState | None:
        found = self._processes.later(self._state)
        is_failure = found and found.status is ProcessStatus.BACKOFF
        return None if is_failure else found

    def _may_come(self) -> bool:
        """Whether an heir may come, as somebody has stopped the process just now."""
        state = self._processes.state(self.process)
        passed = self._processes.clock.now() - (state.ended or 0.0)
        return state.status is ProcessStatus.STOPPED and 0 <= passed < _SOON

    @property
    @override
    def since(self) -> str:
        return self._look.since
