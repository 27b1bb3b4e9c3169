"""Tools that start and stop scripts, and say how they do."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.errors import BrummerError, ScriptNotFound, quoted
from brummer.logs.typed import awaits_secret
from brummer.mcp import schema
from brummer.mcp.activity import CURRENT
from brummer.mcp.mark import marked
from brummer.mcp.size import ENVELOPE, ROOM, size
from brummer.mcp.table import Listing, Row, cells, listed, one_line, trimmed
from brummer.mcp.tools.adapt import MOST, renamed
from brummer.mcp.tools.choice import Choices
from brummer.mcp.tools.looking import Over
from brummer.mcp.tools.outcome import headline, outcome
from brummer.mcp.tools.process import NAMESAKES, Processes, fields, line
from brummer.mcp.tools.recent import Recent
from brummer.mcp.tools.waiting import LONGEST, waited
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script
from brummer.model.tool import ENDS, READS, RUNS, Answer, Call, LongRun, Tool, answer

_PROCESS: Final = schema.text("process id such as web-2, or name of a script")

#: Seconds that a stop or a start may take before the answer says that it goes on.
_PATIENCE: Final = 45.0


@dataclass(frozen=True, slots=True)
class ScriptTools:
    """Tools around scripts and their processes.

    Threads: the server's loop; the instance waits for nobody.
    """

    instance: Instance
    processes: Processes
    choices: Choices
    pulse: Pulse
    recent: Recent = field(default_factory=Recent)

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
        yield self._listing()
        yield self._running()
        yield self._stopping()
        yield self._statuses()
        yield self._typing()

    def _listing(self) -> Tool:
        return Tool(
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
            result=schema.listing("scripts", "name, command, package, process"),
            effect=READS,
            group="core",
            brief=True,
        )

    def _running(self) -> Tool:
        return Tool(
            name="scripts_run",
            title="Run a script",
            description=(
                "Run a script (tests, build, lint) or a shell command, and wait wait_s"
                " for its end: the answer has exit code, test results, first errors"
                " and last lines. What runs already is not started twice. For servers"
                " use ensure_running."
            ),
            run=self.start,
            parameters=schema.arguments(
                name=schema.text("a name of scripts_list, or a shell command"),
                arguments=schema.words("words to append to its command", []),
                again=schema.flag("start it although it runs already", default=False),
                wait_s=schema.whole(
                    f"seconds to wait; a call waits {MOST}, a task longer",
                    2,
                    most=LONGEST,
                ),
            ),
            result=_STATE,
            effect=RUNS,
            group="core",
            long_run=LongRun.OPTIONAL,
            asks_first=True,
            adapt=renamed(script="name", args="arguments", timeout="wait_s"),
        )

    def _stopping(self) -> Tool:
        return Tool(
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
            adapt=renamed(processId="process", name="process"),
        )

    def _statuses(self) -> Tool:
        return Tool(
            name="scripts_status",
            title="Status of processes",
            description=(
                "How processes do: status, exit code, uptime, URL, and why one waits;"
                " with a name also what came of one that ended. Without, what lives,"
                " and how each other script ended last; first has older runs."
            ),
            run=self.status,
            parameters=schema.arguments(
                name=schema.text("process id, or name of a script", ""),
                first=schema.whole("leave out so many at the beginning", 0),
            ),
            result=schema.open_result(
                processes=schema.items("process, name, status, pid, ..."),
            ),
            effect=READS,
            group="core",
            brief=True,
            adapt=renamed(processId="name", process="name"),
        )

    def _typing(self) -> Tool:
        return Tool(
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
            result=schema.result(process={"type": "string"}),
            effect=RUNS,
            group="core",
            adapt=renamed(processId="process", input="text"),
        )

    async def list(self, _: Call, match: str, first: int) -> Answer:
        """Return the scripts whose names or commands hold *match*."""
        running = {
            state.script: state.id
            for state in self.instance.processes().values()
            if not state.is_finished
        }
        scripts = self.instance.scripts()
        count = Counter(script.name for script in scripts)
        wanted = match.casefold()
        shell = self.processes.wording.fit("; scripts_run takes a shell command")
        return listed(
            Listing(
                "scripts",
                "no such script; scripts_list shows all"
                if match
                else f"this project has no scripts{shell}",
                f"scripts_list {f'match={match} ' if match else ''}first=",
            ),
            [s for s in scripts if wanted in f"{s.id} {s.command}".casefold()],
            lambda script: _row(
                # What is called like another one has to be asked for by its id.
                script.name if count[script.name] == 1 else script.id,
                script,
                running.get(script.id, ProcessId("")),
            ),
            lambda row: cells(row["name"], row.get("process"), row["command"]),
            first,
        )

    async def start(
        self,
        call: Call,
        name: str,
        arguments: Sequence[str],
        *,
        again: bool,
        wait_s: int,
    ) -> Answer:
        """Start a script unless it runs, and wait for its end."""
        name = await self.choices.script(call, name)
        state, is_new = await self.ensured(call, name, arguments, again=again)
        over = Over(self.processes, state.id, 0)
        met = await waited(self.pulse, over, call, wait_s, f"{state.id} to end")
        # What asks something does not end by itself.
        has_hint = met or self.processes.question(self.processes.state(state.id))
        way = f"wait_for what=exit process={state.id} waits for its end"
        hint = [] if has_hint else [way]
        if not is_new:
            hint.insert(0, "it ran already, and was not started a second time")
        since = str(marked(self.instance, self.processes.clock))
        return self.told(state.id, hint, {"duplicate": not is_new, "since": since})

    async def ensured(
        self,
        call: Call,
        name: str,
        arguments: Sequence[str] = (),
        *,
        again: bool = False,
    ) -> tuple[ProcessState, bool]:
        """Start a script unless it runs; return its process, and whether it is new.

        :raises BrummerError: if that cannot be.
        """
        living = self.processes.living(name)
        if living is not None and living.id == name:
            return living, False
        if living is None or again:
            await self.choices.before(call, name)
        words = [*arguments]
        try:
            done = await self._soon(
                "script.ensure", script=name, arguments=words, again=again
            )
        except ScriptNotFound as error:
            end = "" if error.nearest else ";"
            raise BrummerError(
                f"{error}{end} scripts_list tells which there are"
            ) from None
        if done is None:
            text = f"{quoted(name)} still ends; call again to start it after that"
            raise BrummerError(text)
        return self.processes.state(str(done["process"])), bool(done["started"])

    async def _soon(self, command: str, **arguments: object) -> Any:
        """Run a command; return its answer, ``None`` if that takes too long.

        It goes on, also if nobody waits for it any more.
        """
        running = asyncio.wrap_future(self.instance.run(command, **arguments))
        try:
            return await asyncio.wait_for(asyncio.shield(running), _PATIENCE)
        except TimeoutError:
            return None

    async def stop(self, _: Call, process: str, *, restart: bool, kill: bool) -> Answer:
        """Stop a process."""
        found = self.processes.find(process)
        ends = (["process.kill"] if kill else []) + (
            ["process.restart"] if restart else []
        )
        state = found.id
        for command in ends or ["process.stop"]:
            done = await self._soon(command, process=state)
            if done is None:
                hint = f"it still ends; scripts_status name={state} says how far it is"
                return self.told(state, [hint])
            state = ProcessId(str(done["process"]))
        return self._stopped(state)

    def _stopped(self, process: ProcessId) -> Answer:
        """Return how a process does, without what it said: it was to end."""
        state = self.processes.state(process)
        row = self.processes.row(state)
        if state.is_finished:
            return answer(headline(state, self.processes.clock.now()), row)
        return answer("\n".join(fields(row)), row)

    async def status(self, _: Call, name: str, first: int) -> Answer:
        """Return how processes do."""
        if name and (scripts := self.processes.unstarted(name)):
            return self._unstarted(name, scripts)
        if name:
            found = self.processes.find(name)
            others = self.processes.namesakes(name, found)
            return self.told(found.id, [others] if others else [])
        now = self.instance.versions()
        # What is not counted there goes on by the second: how long they run.
        second = int(self.processes.clock.now())
        state = (now.processes, now.findings, now.usage, second)
        return self.recent.of(first, state, lambda: self._statuses_from(first))

    def _unstarted(self, name: str, scripts: Sequence[Script]) -> Answer:
        """Return that *scripts*, all called *name*, were not started."""
        hint = self.processes.starting(name)
        if len(scripts) == 1:
            row = trimmed({**_row(scripts[0].name, scripts[0]), **_NOT_STARTED})
            return answer("\n".join([*fields(row), hint]), row)
        rows = [
            trimmed({**_row(script.id, script), **_NOT_STARTED})
            for script in scripts[:NAMESAKES]
        ]
        told = [
            one_line(cells(row["name"], row["status"], row["command"])) for row in rows
        ]
        return answer("\n".join([*told, hint]), {"processes": rows})

    def _statuses_from(self, first: int) -> Answer:
        """Return how processes do: one of each script, and after *first* the rest."""
        states, unasked = _by_interest(self.instance.processes().values())
        return listed(
            Listing(
                "processes",
                "nothing was started yet; scripts_list says what can be",
                "scripts_status first=",
                sys.maxsize if first else unasked,
            ),
            states,
            self.processes.row,
            self._line,
            first,
        )

    def _line(self, row: Row) -> str:
        """Return one process of the list, and how it is answered if it asks."""
        way = self.processes.answering(ProcessId(str(row["process"])))
        return f"{line(row)}; {way}" if row.get("asks") else line(row)

    async def type(
        self, _: Call, process: str, text: str, *, enter: bool, hidden: bool
    ) -> Answer:
        """Type into a process."""
        found = self.processes.find(process)
        current = CURRENT.get()
        if current is not None and awaits_secret(self.instance, found.id):
            current.is_hidden = True
        if not found.is_running:
            raise BrummerError(
                f"{found.id} is not running, it is {found.status.value};"
                " scripts_status tells what runs"
            )
        typed = text + ("\n" if enter else "")
        await asyncio.wrap_future(
            self.instance.run(
                "process.input", process=found.id, text=typed, hidden=hidden
            )
        )
        return answer(
            f"typed into {found.id}; logs_stream process={found.id} shows what it says",
            {"process": found.id},
        )

    def told(
        self,
        process: ProcessId,
        hints: Sequence[str] = (),
        more: Mapping[str, object] | None = None,
    ) -> Answer:
        """Return the answer that is about one process, as it is now."""
        state = self.processes.state(process)
        row = {**self.processes.row(state), **(more or {})}
        if not state.is_finished:
            way = [self.processes.answering(process)] if "asks" in row else []
            return answer("\n".join([*fields(row), *way, *hints]), row)
        lines = [headline(state, self.processes.clock.now()), *hints]
        room = ROOM - ENVELOPE - size(row) - size("\n".join(lines))
        said, came = outcome(self.instance, state, room)
        said += fields({key: row[key] for key in ("since",) if key in row})
        return answer("\n".join([*lines, *said]), {**row, **came})


_NOT_STARTED: Final[Row] = {"status": "not started"}

_STATE: Final = schema.result(
    process={"type": "string"}, name={"type": "string"}, status={"type": "string"}
)


def _by_interest(
    found: Iterable[ProcessState],
) -> tuple[Sequence[ProcessState], int]:
    """Return processes in the order in which one wants to know of them.

    Those that live come first, then how each other script, or typed command, ended
    last.  So many are worth telling unasked, which is returned as well.  The rest
    follows, the newest first: it is old runs of what was started again.
    """
    states = tuple(found)
    living = [state for state in states if not state.is_finished]
    works = {state.work for state in living}
    last: list[ProcessState] = []
    older: list[ProcessState] = []
    for state in reversed(states):
        if not state.is_finished:
            continue
        (older if state.work in works else last).append(state)
        works.add(state.work)
    return [*living, *last, *older], len(living) + len(last)


def _row(name: str, script: Script, process: str = "") -> Row:
    return {
        "name": name,
        "command": script.command,
        "package": script.package,
        "process": process,
    }
