"""Tools that wait for something to happen, without asking again and again."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.errors import BrummerError
from brummer.mcp import schema
from brummer.mcp.mark import marked, moment, read
from brummer.mcp.size import ENVELOPE, ROOM, size
from brummer.mcp.tools.adapt import MOST, as_text, both, renamed
from brummer.mcp.tools.looking import (
    Found,
    Look,
    Met,
    Over,
    Place,
    Printed,
    Ready,
    place_in_log,
)
from brummer.mcp.tools.outcome import headline, outcome
from brummer.mcp.tools.process import fields
from brummer.mcp.tools.script import ScriptTools
from brummer.mcp.tools.succession import Succession
from brummer.mcp.tools.waiting import LONGEST, waited
from brummer.model.finding import FindingKind
from brummer.model.process import ProcessId, ProcessState
from brummer.model.tool import ENSURES, READS, Answer, Call, LongRun, Tool, answer

#: Seconds after which a process that says nothing of being ready counts as such.
_PATIENCE: Final = 10.0

#: Kinds of findings that a client can wait for.
_KINDS: Final = tuple(kind.value for kind in FindingKind)


@dataclass(frozen=True, slots=True)
class WaitTools:
    """Tools that wait.

    Threads: the server's loop.
    """

    instance: Instance
    clock: Clock
    scripts: ScriptTools
    pulse: Pulse

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
        yield self._ensuring()
        yield self._waiting()

    def _ensuring(self) -> Tool:
        return Tool(
            name="ensure_running",
            title="Ensure that a script runs",
            description=(
                "Start a script unless it runs already, and wait until it is ready (its"
                " probe says so, or it announced a URL). Use this instead of running"
                " servers in a shell; call it as often as you like. If it fails, says"
                " why."
            ),
            run=self.ensure,
            parameters=schema.arguments(
                name=schema.text("a name of scripts_list"),
                wait_s=schema.whole("seconds to wait for it", 30, most=MOST),
            ),
            result=_RESULT,
            effect=ENSURES,
            group="core",
            adapt=renamed(script="name", timeout="wait_s"),
        )

    def _waiting(self) -> Tool:
        return Tool(
            name="wait_for",
            title="Wait for something",
            description=(
                "Wait until a process is ready, exits, prints a line that matches"
                " pattern, or something is found in its output. After wait_s it answers"
                " reached=false: call again with its since to go on without a gap."
                " Without since what is there counts: for what a change does, take"
                " since from an answer before it."
            ),
            run=self.wait,
            parameters=schema.arguments(
                what=schema.text(
                    "what to wait for", choices=("ready", "exit", "line", *_KINDS)
                ),
                process=schema.text(
                    "process id such as web-2, or script, also if restarted; any if"
                    " empty",
                    "",
                ),
                pattern=schema.text("regular expression (RE2), for line only", ""),
                since=schema.text(
                    "since of an earlier answer, or 10m, 14:30, ISO time, epoch:"
                    " only what came after it",
                    "",
                ),
                wait_s=schema.whole(
                    f"seconds to wait; a call waits {MOST}, a task longer",
                    MOST,
                    most=LONGEST,
                ),
            ),
            result=_RESULT,
            effect=READS,
            group="core",
            long_run=LongRun.OPTIONAL,
            adapt=both(
                renamed(processId="process", timeout="wait_s"), as_text("since")
            ),
        )

    async def ensure(self, call: Call, name: str, wait_s: int) -> Answer:
        """Start a script unless it runs, and wait until it is ready."""
        choices = self.scripts.choices
        name = await choices.script(call, name)
        state, is_new = await self.scripts.ensured(call, name)
        process, met = await self._ready(call, state, wait_s)
        if met and not met.reached and await choices.room(call, process):
            # It could not have its port, and now it can: once more.
            state, is_new = await self.scripts.ensured(call, name)
            process, met = await self._ready(call, state, wait_s)
        has_failed = met is not None and not met.reached
        held = await choices.held(process) if has_failed else None
        more: dict[str, object] = {"started": is_new}
        if held:
            more["advice"] = held.advice
        more["since"] = str(marked(self.instance, self.clock))
        return self._told(process, met, more, failed=has_failed)

    async def _ready(
        self, call: Call, state: ProcessState, seconds: int
    ) -> tuple[ProcessId, Met | None]:
        """Wait until a process is ready, or the one that took its place."""
        look = Succession(
            self.scripts.processes,
            state,
            lambda process: Ready(self.instance, process, self.clock, _PATIENCE),
        )
        met = await waited(self.pulse, look, call, seconds, state.id)
        return look.process, met

    async def wait(
        self, call: Call, what: str, process: str, *, wait_s: int, **more: Any
    ) -> Answer:
        """Wait for something about a process, or about any."""
        processes = self.scripts.processes
        state = processes.find(process) if process else None
        of = state.id if state else None
        since = str(more["since"])
        place = place_in_log(self.instance, since, of) if what == "line" else None
        begin = await self._looks(what, of, str(more["pattern"]), since)
        # Who names a process means that one, who names a script any of it.
        is_script = state is not None and state.id != process
        heirs = Succession(processes, state, begin) if state and is_script else None
        look = heirs or begin(of)
        whom = of or "processes"
        met = await waited(self.pulse, look, call, wait_s, f"{whom}: {what}")
        latest = heirs.process if heirs else of
        about = met.process if met and met.process else latest
        anew = {"began_anew": True} if place and place.is_foreign else {}
        hints = [_anew(since, of)] if anew else []
        return self._told(about, met, {"since": look.since, **anew}, hints=hints)

    async def _looks(
        self, what: str, process: ProcessId | None, pattern: str, since: str
    ) -> Callable[[ProcessId | None], Look]:
        """Return what makes what looks for it, in *process* or its heirs.

        :raises BrummerError: if the arguments do not go together.
        """
        if what == "line" and not pattern:
            raise BrummerError("what=line needs a pattern: say what the line holds")
        if what != "line" and pattern:
            raise BrummerError("pattern goes with what=line, and only with that")
        instance = self.instance
        if what == "line":
            first = await self._first(since, process)
            return lambda whose: Printed(
                instance, whose, pattern, first if whose == process else Place()
            )
        processes = self.scripts.processes
        now = self.clock.now()
        after = read(since, now)
        if what == "exit":
            time = after.time if after else now
            return lambda whose: Over(processes, whose, time)
        if what != "ready":
            return lambda whose: Found(processes, whose, FindingKind(what), after)
        if process is None:
            raise BrummerError(
                "what=ready needs a process; scripts_status lists those that run"
            )
        return lambda whose: Ready(instance, whose or process, self.clock)

    async def _first(self, since: str, process: ProcessId | None) -> Place:
        """Return where to begin to look."""
        if not since:
            return Place()
        if place := place_in_log(self.instance, since, process):
            return place
        after = moment(since, self.clock.now())
        number = self.instance.log_since(after, process)
        return Place(await asyncio.wrap_future(number))

    def _told(
        self,
        process: ProcessId | None,
        met: Met | None,
        more: Mapping[str, object],
        *,
        hints: Sequence[str] = (),
        failed: bool = False,
    ) -> Answer:
        """Return how waiting ended, and how the process does now."""
        reached = met is not None and met.reached
        found = {"found": met.text} if met and met.text else {}
        lines = [_hint(process, met), *hints, *fields(found)]
        data: dict[str, object] = {"reached": reached, **found}
        if process is not None:
            state = self.scripts.processes.find(process)
            row = self.scripts.processes.row(state)
            data |= row
            if state.is_finished:
                lines.append(headline(state, self.clock.now()))
                room = ROOM - ENVELOPE - size(data) - size("\n".join(lines))
                said, came = outcome(self.instance, state, room)
                lines += said
                data |= came
            else:
                lines += fields(row)
        shown = {key: value for key, value in more.items() if value != ""}
        lines += fields({k: v for k, v in shown.items() if k != "began_anew"})
        return Answer(
            content=answer("\n".join(lines)).content,
            data={**data, **shown},
            failed=failed,
        )


def _hint(process: ProcessId | None, met: Met | None) -> str:
    if met is None:
        return "not yet; call again to go on waiting"
    if met.reached:
        return "reached"
    return f"{process} ended before that"


def _anew(since: str, process: ProcessId | None) -> str:
    whose = process or "all processes"
    return (
        f"line numbers began anew, since={since} is of an earlier log: that of {whose}"
        " was searched from its beginning"
    )


_RESULT: Final[schema.Schema] = {
    **schema.open_result(
        reached={"type": "boolean"},
        since={"type": "string"},
        began_anew={"type": "boolean"},
    ),
    "required": ["reached"],
}
