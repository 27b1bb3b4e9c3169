"""Processes as agents name them and read of them."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.nearest import no_process
from brummer.errors import BrummerError
from brummer.mcp.moment import ago
from brummer.mcp.table import Row, cells, trimmed
from brummer.mcp.wording import ALL, Wording
from brummer.model.finding import address_of
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script, ScriptId

_MIB: Final = 1024 * 1024

#: Ports of one process that are told.
_PORTS: Final = 20


@dataclass(frozen=True, slots=True)
class Processes:
    """The processes of an instance.

    Threads: any; everything that is read is a snapshot.
    """

    instance: Instance
    clock: Clock
    wording: Wording = ALL

    def find(self, name: str) -> ProcessState:
        """Return a process by its id, or the newest of a script.

        One that lives is preferred.

        :raises BrummerError: if there is none, saying what to do.
        """
        processes = self.instance.processes()
        if state := processes.get(ProcessId(name)) or self.living(name):
            return state
        for state in reversed(tuple(processes.values())):
            if name in {state.name, state.script}:
                return state
        if self.unstarted(name):
            raise BrummerError(f"{name} was not started yet; {self.starting(name)}")
        known = ((state.id, state.name) for state in processes.values())
        told = no_process(name, known)
        end = "" if told.endswith("?") else ";"
        raise BrummerError(f"{told}{end} scripts_status lists processes")

    def starting(self, name: str) -> str:
        """Return how the script of that name is started."""
        tools = self.wording.fit("scripts_run or ensure_running")
        return f"{tools} name={name} starts it" if tools else "people start it, not you"

    def unstarted(self, name: str) -> Script | None:
        """Return the script of that name if none of its processes is remembered."""
        for state in self.instance.processes().values():
            if name in {state.id, state.name, state.script}:
                return None
        scripts = self.instance.scripts()
        return next((s for s in scripts if name in (s.id, *s.names)), None)

    def living(self, name: str) -> ProcessState | None:
        """Return the newest process of a script, or the one of that id, if it lives."""
        for state in reversed(tuple(self.instance.processes().values())):
            if name in {state.id, state.name, state.script} and not state.is_finished:
                return state
        return None

    def later(self, process: ProcessId, script: ScriptId) -> ProcessState | None:
        """Return the newest process of *script* that lives and came after another."""
        for state in reversed(tuple(self.instance.processes().values())):
            if state.id == process:
                return None
            if state.script == script and not state.is_finished:
                return state
        return None

    def state(self, process: str) -> ProcessState:
        """Return a process by its id.

        :raises BrummerError: if it is forgotten.
        """
        state = self.instance.processes().get(ProcessId(process))
        if state is None:
            raise BrummerError(
                f"{process} is forgotten; scripts_status lists processes"
            )
        return state

    def row(self, state: ProcessState) -> Row:
        """Return what there is to know of a process."""
        now = self.clock.now()
        usage = self.instance.usage().get(state.id)
        return trimmed(
            {
                "process": state.id,
                "name": state.name,
                "status": state.status.value,
                "command": state.command,
                "arguments": shlex.join(state.arguments),
                "pid": state.pid,
                "exit_code": state.exit_code,
                "ready": state.ready,
                "uptime": ago(state.duration(now)) if state.started else None,
                "url": address_of(self.instance.findings(), state.id),
                "ports": list(usage.ports[:_PORTS]) or None if usage else None,
                "memory_mib": round(usage.memory / _MIB) if usage else None,
                "note": state.explained(now),
            }
        )


def line(row: Row) -> str:
    """Return one process of a list."""
    code = row.get("exit_code")
    status = f"{row['status']} {code}" if code is not None else row["status"]
    place = row.get("url") or row.get("ports")
    return cells(row["process"], status, row.get("uptime"), place, row.get("note"))


def fields(row: Mapping[str, object]) -> list[str]:
    """Return what there is to know of one, a line each."""
    return [f"{key}: {_shown(value)}" for key, value in row.items()]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    # Further lines are set in, so that they are not taken for fields.
    return "\n    ".join(str(value).splitlines())
