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
from brummer.model.finding import address_of, question_of
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script

_MIB: Final = 1024 * 1024

#: Ports of one process that are told.
_PORTS: Final = 20

#: Scripts of one name that are told of at once.
NAMESAKES: Final = 5


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
        if named := self._named(name):
            return named[0]
        if self.unstarted(name):
            raise BrummerError(f"{name} was not started yet; {self.starting(name)}")
        known = ((state.id, state.name) for state in processes.values())
        told = no_process(name, known)
        end = "" if told.endswith("?") else ";"
        raise BrummerError(f"{told}{end} scripts_status lists processes")

    def starting(self, name: str) -> str:
        """Return how the script of that name is started."""
        tools = self.wording.fit("scripts_run or ensure_running")
        if not tools:
            return "people start it, not you"
        if len(found := self.scripts(name)) <= 1:
            return f"{tools} name={name} starts it"
        return (
            f"{len(found)} scripts are called {name}: {tools} name={found[0].id}"
            " starts that one"
        )

    def scripts(self, name: str) -> list[Script]:
        """Return the scripts of that name; one alone if it is the id of that."""
        scripts = self.instance.scripts()
        by_id = [script for script in scripts if script.id == name]
        return by_id or [script for script in scripts if name in script.names]

    def unstarted(self, name: str) -> list[Script]:
        """Return the scripts of that name if no process of them is remembered."""
        for state in self.instance.processes().values():
            if name in {state.id, state.name, state.script}:
                return []
        return self.scripts(name)

    def namesakes(self, name: str, state: ProcessState) -> str:
        """Return how one learns of scripts called like that of *state*; if there are.

        *name* is how somebody called it.
        """
        if name == state.id:
            return ""
        others = [s.id for s in self.scripts(name) if s.id != state.script]
        if not others:
            return ""
        return (
            f"also called {name}: {', '.join(others[:NAMESAKES])};"
            f" scripts_status name={others[0]} tells of that one"
        )

    def answering(self, process: ProcessId) -> str:
        """Return how what a process asks is answered."""
        tool = self.wording.fit(f"send_input process={process} answers it")
        return f"it waits for input; {tool or 'a person has to answer it'}"

    def question(self, state: ProcessState) -> str:
        """Return what a process asks and waits for, empty for nothing."""
        if state.is_finished:
            return ""
        return question_of(self.instance.findings(), state.id)

    def living(self, name: str) -> ProcessState | None:
        """Return the newest process of a script, or the one of that id, if it lives."""
        return next((s for s in self._named(name) if not s.is_finished), None)

    def _named(self, name: str) -> list[ProcessState]:
        """Return the processes of that id, or of the script so called, newest first.

        A command that was typed is meant where no script was run under its name:
        ``test -d x`` is called test as well.
        """
        states = reversed(tuple(self.instance.processes().values()))
        found = [s for s in states if name in {s.id, s.name, s.script}]
        return [s for s in found if not s.is_typed] or found

    def later(self, before: ProcessState) -> ProcessState | None:
        """Return the newest process that lives, came later, and does the same work."""
        for state in reversed(tuple(self.instance.processes().values())):
            if state.id == before.id:
                return None
            if state.work == before.work and not state.is_finished:
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
                "asks": self.question(state),
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
    asks = f"asks: {row['asks']}" if row.get("asks") else None
    note = "; ".join(str(told) for told in (row.get("note"), asks) if told)
    return cells(row["process"], status, row.get("uptime"), place, note)


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
