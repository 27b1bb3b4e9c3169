"""Tools that wait for something to happen, without asking again and again."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.core.pulse import Pulse
from brummer.core.waiting import Condition, Wait
from brummer.errors import BrummerError
from brummer.logs.ansi import strip
from brummer.mcp import schema
from brummer.mcp.tools.script import ScriptTools
from brummer.model.finding import Finding, FindingKind
from brummer.model.process import ProcessId, ProcessState
from brummer.model.tool import ENSURES, READS, Answer, Call, LongRun, Tool, answer

#: Seconds that one call waits at most: many clients give up after a minute.
MOST: Final = 50

#: Seconds after which it is looked again although nothing seems to have changed.
_LOOK: Final = 1.0

#: Kinds of findings that a client can wait for.
_KINDS: Final = tuple(kind.value for kind in FindingKind)


class _Met(NamedTuple):
    """How a wait ended: whether what was waited for came, and what there is to say."""

    reached: bool
    text: str


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
        yield Tool(
            name="ensure_running",
            title="Ensure that a script runs",
            description=(
                "Start a script unless it runs already, and wait until it is ready (its"
                " probe says so, or it announced a URL). Use this instead of running"
                " servers in a shell; call it as often as you like."
            ),
            run=self.ensure,
            parameters=schema.arguments(
                name=schema.text("a name of scripts_list"),
                wait_s=schema.whole("seconds to wait for it", 30, most=MOST),
            ),
            result=_RESULT,
            effect=ENSURES,
            group="core",
        )
        yield Tool(
            name="wait_for",
            title="Wait for something",
            description=(
                "Wait until a process is ready, exits, prints a line that matches"
                " pattern, or something is found in its output (error, url, build,"
                " test). After wait_s it answers reached=false: call again with its"
                " since to go on without a gap."
            ),
            run=self.wait,
            parameters=schema.arguments(
                process=schema.text("process id such as web-2, or name of a script"),
                what=schema.text(
                    "what to wait for", choices=("ready", "exit", "line", *_KINDS)
                ),
                pattern=schema.text("regular expression, for line only", ""),
                since=schema.number("for findings: only those after this time", 0),
                wait_s=schema.whole("seconds to wait", MOST, most=MOST),
            ),
            result=_RESULT,
            effect=READS,
            group="core",
            long_run=LongRun.OPTIONAL,
        )

    async def ensure(self, call: Call, name: str, wait_s: int) -> Answer:
        """Start a script unless it runs, and wait until it is ready."""
        choices = self.scripts.choices
        name = await choices.script(call, name)
        state = self.scripts.living(name)
        is_new = state is None
        if state is None:
            await choices.before(call, name)
            state = await self.scripts.begin(name)
        met = await self._met(self._looker(state, Condition.READY), call, wait_s)
        if met and not met.reached and await choices.room(call, state.id):
            # It could not have its port, and now it can: once more.
            state = await self.scripts.begin(name)
            met = await self._met(self._looker(state, Condition.READY), call, wait_s)
        held = await choices.held(state.id) if met and not met.reached else None
        advice = {"advice": held.advice} if held else {}
        return self._told(state.id, met, {"started": is_new, **advice})

    async def wait(
        self, call: Call, process: str, what: str, *, wait_s: int, **more: Any
    ) -> Answer:
        """Wait for something about a process."""
        pattern, since = str(more["pattern"]), float(more["since"])
        state = self.scripts.find(process)
        if what in _KINDS:
            look = self._finder(state, FindingKind(what), since)
        else:
            look = self._looker(state, Condition(what), pattern)
        now = self.clock.now()
        met = await self._met(look, call, wait_s)
        return self._told(state.id, met, {"since": since or now})

    def _looker(
        self, state: ProcessState, condition: Condition, pattern: str = ""
    ) -> Callable[[], _Met | None]:
        """Return what looks whether a process is so far."""
        wait = Wait(self.instance, state.id, condition, pattern, shown=strip)

        def look() -> _Met | None:
            outcome = wait.look()
            if outcome is None:
                return None
            if outcome.entry is not None:
                return _Met(
                    reached=True,
                    text=strip(outcome.entry.data).decode(errors="replace"),
                )
            return _Met(reached=outcome.reached, text=outcome.url)

        return look

    def _finder(
        self, state: ProcessState, kind: FindingKind, since: float
    ) -> Callable[[], _Met | None]:
        """Return what looks whether something was found."""
        process = state.id

        def look() -> _Met | None:
            # The state first: what has ended prints nothing more.
            is_over = self._is_over(process)
            for finding in self.instance.findings():
                if _is_wanted(finding, process, kind, since):
                    return _Met(reached=True, text=finding.title)
            return _Met(reached=False, text="") if is_over else None

        return look

    def _is_over(self, process: ProcessId) -> bool:
        state = self.instance.processes().get(process)
        if state is None:
            raise BrummerError(f"{process} was forgotten")
        return state.is_finished

    async def _met(
        self, look: Callable[[], _Met | None], call: Call, seconds: int
    ) -> _Met | None:
        """Look until there is something, or for so many seconds; say how long it is."""
        began = self.pulse.time()
        said = 0
        while (met := look()) is None:
            passed = self.pulse.time() - began
            if passed >= seconds or self.pulse.has_ended:
                return None
            if int(passed) > said:
                said = int(passed)
                call.progress(said, seconds, "still waiting")
            await self.pulse.next(min(_LOOK, seconds - passed))
            # A log that is long is searched a page at a time.
            await asyncio.sleep(0)
        return met

    def _told(
        self, process: ProcessId, met: _Met | None, more: Mapping[str, object]
    ) -> Answer:
        """Return how waiting ended, and how the process does now."""
        row = self.scripts.row(self.scripts.find(process))
        found = {
            "reached": met is not None and met.reached,
            **row,
            "found": met.text if met else "",
            **more,
        }
        if met is None:
            hint = "not yet; call again to go on waiting"
        elif met.reached:
            hint = "reached"
        else:
            hint = f"{process} ended first; logs_stream and errors_list say why"
        shown = [hint, *(f"{k}: {v}" for k, v in found.items() if v not in ("", None))]
        return answer("\n".join(shown), found)


_RESULT: Final = schema.result(
    reached={"type": "boolean"},
    process={"type": "string"},
    status={"type": "string"},
    found={"type": "string"},
)


def _is_wanted(
    finding: Finding, process: ProcessId, kind: FindingKind, since: float
) -> bool:
    return (
        finding.process == process
        and finding.kind is kind
        and finding.last_seen > since
        and not finding.resolved
    )
