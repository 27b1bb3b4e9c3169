"""The process table: the latest state of every process."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from brummer.core.lock import MeasuredLock
from brummer.model.process import ProcessId, ProcessState

_Change = Callable[[ProcessState | None], ProcessState]


class Registry:
    """Publishes the latest :class:`ProcessState` of every process.

    Finished processes are forgotten, the oldest first, when there are more than
    *history* of them; one that lives never is.

    Threads: any thread may read, without a lock: a read is one look at the
    table that was published last, which is never changed, only replaced.  The
    supervisor is the only writer of the program, but :meth:`update` is safe from
    any thread: reading the old state, changing it and publishing the new table
    are three steps, so writers take turns under a lock that no reader meets.
    """

    def __init__(self, history: int = 1000) -> None:
        self._history = history
        #: The writers' lock; the monitor asks it who had to wait.
        self.lock = MeasuredLock("registry")
        #: Rebound under the lock, never mutated.  Rebinding an attribute is one
        #: atomic store, with the GIL and in free-threaded builds alike.
        self._states: MappingProxyType[ProcessId, ProcessState] = MappingProxyType({})
        #: Grows after the states were published: who sees the new number sees the
        #: new states, and who sees new states with the old number looks again.
        self._version = 0
        #: Written under the lock: who has ended, in the order of ending.
        self._finished: dict[ProcessId, None] = {}

    @property
    def version(self) -> int:
        """A number that grows with every change."""
        return self._version

    def snapshot(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes as they stood at one instant, oldest first."""
        return self._states

    def get(self, process: ProcessId) -> ProcessState | None:
        """Return the state of one process, ``None`` if there is no such one."""
        return self._states.get(process)

    def update(
        self, process: ProcessId, change: _Change
    ) -> tuple[ProcessState | None, ProcessState]:
        """Replace the state of *process* by what *change* makes of it.

        *change* gets the present state, ``None`` for a process that is new, and
        must neither wait nor update anything itself.  Whatever it raises leaves
        everything as it was.  Returns the states before and after.

        :raises ValueError: if the new state is another process's.
        """
        with self.lock:
            before = self._states.get(process)
            after = change(before)
            if after.id != process:
                raise ValueError(f"{after.id} is no state of {process}")
            # A copy of a thousand processes, the most there are, costs some ten
            # microseconds; readers are worth it.  Joining copies the dictionary
            # behind the proxy as a whole, where unpacking would fetch each entry.
            changed = self._states | {process: after}
            self._note_end(after)
            while len(self._finished) > self._history:
                oldest = next(iter(self._finished))
                del self._finished[oldest]
                changed.pop(oldest, None)
            self._states = MappingProxyType(changed)
            self._version += 1
        return before, after

    def _note_end(self, state: ProcessState) -> None:
        if state.is_finished:
            self._finished.setdefault(state.id)
        else:
            self._finished.pop(state.id, None)


class LockedRegistry(Registry):
    """The same with reads behind the writers' lock, to compare and to diagnose.

    Threads: as its parent, but readers wait for writers and for each other.
    """

    @property
    @override
    def version(self) -> int:
        with self.lock:
            return super().version

    @override
    def snapshot(self) -> Mapping[ProcessId, ProcessState]:
        with self.lock:
            return super().snapshot()

    @override
    def get(self, process: ProcessId) -> ProcessState | None:
        with self.lock:
            return super().get(process)


_KINDS: Final[Mapping[str, type[Registry]]] = {
    "atomic": Registry,
    "locked": LockedRegistry,
}


def new_registry(strategy: str, history: int) -> Registry:
    """Return an empty registry that is read by *strategy*, as the settings name it."""
    return _KINDS[strategy](history)
