"""Which processes to show: of each script the run that counts now."""

from collections.abc import Mapping

from brummer.core.instance import Instance
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId


class Lineage:
    """Finds the latest runs among all that there ever were.

    A process is never run again; a restart is a new one.  People think of both
    as the same thing, so a finished run is left out once there is a later one
    of its script, and the later one stands in its place.

    Threads: the main thread only.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._processes: Mapping[ProcessId, ProcessState] = {}
        self._shown: tuple[ProcessState, ...] = ()
        self._newest: dict[tuple[ScriptId, str], ProcessId] = {}
        self._latest: dict[tuple[ScriptId, str, str], ProcessId] = {}
        self._runs: dict[ScriptId, ProcessState] = {}
        #: Whether earlier runs are shown as well.
        self.earlier = False

    def refresh(self) -> None:
        """Read the processes again."""
        processes = self._instance.processes()
        if processes is not self._processes:
            self._processes = processes
            self._arrange()

    def toggle_earlier(self) -> None:
        """Show earlier runs, or only the latest."""
        self.earlier = not self.earlier
        self._arrange()

    def _arrange(self) -> None:
        """Sort by when each script was first run, so that a restart moves nothing."""
        self._newest = {}
        self._latest = {
            process.work: process.id for process in self._processes.values()
        }
        self._runs = {}
        places: dict[tuple[ScriptId, str], int] = {}
        for process in self._processes.values():
            kin = _kin(process)
            places.setdefault(kin, len(places))
            self._newest[kin] = process.id
            run = self._runs.get(process.script)
            if run is None or run.is_finished or not process.is_finished:
                self._runs[process.script] = process
        shown = [p for p in self._processes.values() if self._is_shown(p)]
        self._shown = tuple(sorted(shown, key=lambda p: places[_kin(p)]))

    def _is_shown(self, process: ProcessState) -> bool:
        newest = self._newest[_kin(process)]
        return self.earlier or not process.is_finished or newest == process.id

    def shown(self) -> tuple[ProcessState, ...]:
        """Return the processes to show, in the order in which to show them."""
        return self._shown

    def state(self, process: ProcessId | None) -> ProcessState | None:
        """Return a process as it was when this was last refreshed."""
        return None if process is None else self._processes.get(process)

    def present(self, process: ProcessId) -> ProcessId:
        """Return the one that stands in the place of *process* now."""
        state = self._processes.get(process)
        if state is None or self._is_shown(state):
            return process
        return self._newest[_kin(state)]

    def is_superseded(self, process: ProcessId) -> bool:
        """Whether *process* has ended, and its work was done again or is forgotten."""
        state = self._processes.get(process)
        if state is None:
            # What plugins report may be about none.
            return bool(process)
        return state.is_finished and self._latest[state.work] != process

    def newest(self, script: ScriptId) -> ProcessState | None:
        """Return the latest run of a script, a living one before a finished one."""
        return self._runs.get(script)

    def unfinished(self) -> tuple[ProcessState, ...]:
        """Return the processes that have not ended."""
        return tuple(p for p in self._shown if not p.is_finished)


def _kin(process: ProcessState) -> tuple[ScriptId, str]:
    return process.script, process.name
