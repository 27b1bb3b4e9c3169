"""Tools that start and stop scripts, and say how they do."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.nearest import no_process
from brummer.errors import BrummerError
from brummer.mcp import schema
from brummer.mcp.moment import ago
from brummer.mcp.table import Row, columns, listed
from brummer.mcp.tools.choice import Choices
from brummer.model.finding import address_of
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script
from brummer.model.tool import ENDS, READS, RUNS, Answer, Call, Tool, answer

_NAME: Final = schema.text("a name of scripts_list")
_PROCESS: Final = schema.text("process id such as web-2, or name of a script")

#: Seconds that a stop may take before the answer says that it goes on.
_PATIENCE: Final = 45.0


@dataclass(frozen=True, slots=True)
class ScriptTools:
    """Tools around scripts and their processes.

    Threads: the server's loop; the instance waits for nobody.
    """

    instance: Instance
    clock: Clock
    choices: Choices

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
        yield Tool(
            name="scripts_list",
            title="List scripts",
            description=(
                "List what this project can run (package.json scripts, Procfile, ...),"
                " with commands, and which of them run now."
            ),
            run=self.list,
            parameters=schema.arguments(
                match=schema.text("only names and commands that contain this", ""),
                first=schema.whole("leave out so many at the beginning", 0),
            ),
            result=schema.result(
                scripts=schema.items("name, command, package, process"),
                total={"type": "integer"},
                left_out={"type": "integer"},
            ),
            effect=READS,
            group="core",
        )
        yield Tool(
            name="scripts_run",
            title="Run a script",
            description=(
                "Start a script, or a shell command if it has blanks in it. One that"
                " runs already is not started twice: duplicate is true then. Prefer"
                " ensure_running for servers."
            ),
            run=self.start,
            parameters=schema.arguments(
                name=schema.text("a name of scripts_list, or a shell command"),
                arguments=schema.words("words to append to its command", []),
                again=schema.flag("start it although it runs already", default=False),
            ),
            result=_STATE,
            effect=RUNS,
            group="core",
        )
        yield Tool(
            name="scripts_stop",
            title="Stop a process",
            description=(
                "Stop a process and all it started, with its grace period; restart"
                " starts it anew after that."
            ),
            run=self.stop,
            parameters=schema.arguments(
                process=_PROCESS,
                restart=schema.flag("start it again afterwards", default=False),
                kill=schema.flag("end it at once, without grace", default=False),
            ),
            result=_STATE,
            effect=ENDS,
            group="core",
        )
        yield Tool(
            name="scripts_status",
            title="Status of processes",
            description=(
                "How processes do: status, pid, exit code, uptime, URL, and why one"
                " waits. Without a name all of this session, the newest last."
            ),
            run=self.status,
            parameters=schema.arguments(
                name=schema.text("process id, or name of a script", ""),
                first=schema.whole("leave out so many at the beginning", 0),
            ),
            result=schema.result(
                processes=schema.items("process, name, status, pid, ..."),
                total={"type": "integer"},
                left_out={"type": "integer"},
            ),
            effect=READS,
            group="core",
        )
        yield Tool(
            name="send_input",
            title="Type into a process",
            description=(
                "Type a line into a process that asks for something (a debugger, a"
                " question, a watcher's keys). The answer is in its log."
            ),
            run=self.type,
            parameters=schema.arguments(
                process=_PROCESS,
                text=schema.text("what to type"),
                enter=schema.flag("press Enter after it", default=True),
                hidden=schema.flag("keep it out of the log: a secret", default=False),
            ),
            effect=RUNS,
            group="core",
        )

    async def list(self, _: Call, match: str, first: int) -> Answer:
        """Return the scripts whose names or commands hold *match*."""
        running = {
            state.script: state.id
            for state in self.instance.processes().values()
            if not state.is_finished
        }
        wanted = match.casefold()
        rows = [
            _script_row(script, running.get(script.id, ProcessId("")))
            for script in self.instance.scripts()
            if wanted in f"{script.name} {script.command}".casefold()
        ]
        lines = columns(
            (str(r["name"]), str(r["process"] or "-"), str(r["command"])) for r in rows
        )
        return listed(
            "scripts",
            rows[first:],
            lines[first:],
            nothing="no such script" if match else "this project has no scripts",
            more=lambda count: f"scripts_list with first={first + count}",
        )

    async def start(
        self, call: Call, name: str, arguments: Sequence[str], *, again: bool
    ) -> Answer:
        """Start a script unless it runs."""
        name = await self.choices.script(call, name)
        if not again and (state := self.living(name)):
            return self.told(state, {"duplicate": True})
        await self.choices.before(call, name)
        return self.told(await self.begin(name, arguments), {"duplicate": False})

    def living(self, name: str) -> ProcessState | None:
        """Return the newest process of a script that lives."""
        for state in reversed(tuple(self.instance.processes().values())):
            if name in {state.id, state.name, state.script} and not state.is_finished:
                return state
        return None

    async def begin(self, name: str, arguments: Sequence[str] = ()) -> ProcessState:
        """Start a script, and return its process.

        :raises BrummerError: if that cannot be.
        """
        started = self.instance.run(
            "script.start", script=name, arguments=list(arguments)
        )
        return self._state(await asyncio.wrap_future(started))

    def _state(self, done: object) -> ProcessState:
        """Return the process that a command answered with, as it is now."""
        process = done["process"] if isinstance(done, Mapping) else ""
        state = self.instance.processes().get(ProcessId(str(process)))
        if state is None:
            raise BrummerError(f"{process} is gone already")
        return state

    async def stop(self, _: Call, process: str, *, restart: bool, kill: bool) -> Answer:
        """Stop a process."""
        found = self.find(process)
        command = "process.restart" if restart else "process.stop"
        ending = self.instance.run(
            "process.kill" if kill else command, process=found.id
        )
        try:
            done = await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(ending)), _PATIENCE
            )
        except TimeoutError:
            return self.told(self.find(found.id), {"note": "it still stops"})
        state = self._state(done)
        if kill and restart:
            state = await self.begin(found.script, found.arguments)
        return self.told(state)

    async def status(self, _: Call, name: str, first: int) -> Answer:
        """Return how processes do."""
        if name:
            return self.told(self.find(name))
        rows = [self.row(state) for state in self.instance.processes().values()]
        lines = columns(
            (str(r["process"]), str(r["status"]), str(r["url"]), str(r["note"]))
            for r in rows
        )
        return listed(
            "processes",
            rows[first:],
            lines[first:],
            nothing="nothing was started yet; scripts_list says what can be",
            more=lambda count: f"scripts_status with first={first + count}",
        )

    async def type(
        self, _: Call, process: str, text: str, *, enter: bool, hidden: bool
    ) -> Answer:
        """Type into a process."""
        found = self.find(process)
        typed = text + ("\n" if enter else "")
        await asyncio.wrap_future(
            self.instance.run(
                "process.input", process=found.id, text=typed, hidden=hidden
            )
        )
        return answer(f"typed into {found.id}")

    def find(self, name: str) -> ProcessState:
        """Return a process by its id, or the newest of a script.

        :raises BrummerError: if there is none.
        """
        processes = self.instance.processes()
        if state := processes.get(ProcessId(name)) or self.living(name):
            return state
        for state in reversed(tuple(processes.values())):
            if name in {state.name, state.script}:
                return state
        known = ((state.id, state.name) for state in processes.values())
        raise BrummerError(no_process(name, known))

    def told(
        self, state: ProcessState, more: Mapping[str, object] | None = None
    ) -> Answer:
        """Return the answer that is about one process."""
        row = {**self.row(state), **(more or {})}
        shown = (
            f"{key}: {value}" for key, value in row.items() if value not in ("", None)
        )
        return answer("\n".join(shown), row)

    def row(self, state: ProcessState) -> dict[str, object]:
        """Return what there is to know of a process."""
        now = self.clock.now()
        return {
            "process": state.id,
            "name": state.name,
            "status": state.status.value,
            "command": state.command,
            "pid": state.pid,
            "exit_code": state.exit_code,
            "ready": state.ready,
            "uptime": ago(state.duration(now)),
            "url": address_of(self.instance.findings(), state.id),
            "note": state.explained(now),
        }


_STATE: Final = schema.result(
    process={"type": "string"}, name={"type": "string"}, status={"type": "string"}
)


def _script_row(script: Script, process: ProcessId) -> Row:
    return {
        "name": script.name,
        "command": script.command,
        "package": script.package,
        "process": process,
    }
