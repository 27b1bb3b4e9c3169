"""What a person decides when a script is to be started.

Several scripts may have one name, and a port may be held by another process.  Whoever
can be asked is asked, before anything is done; the others are told what there is to
choose from.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.logs.ansi import strip
from brummer.model.finding import PORT, FindingKind
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import Script
from brummer.model.tool import Asking, Call, Question

#: Scripts that one can choose from, and characters of their commands.
_CHOICES: Final = 20
_COMMAND: Final = 80

_PORT: Final = re.compile("[0-9]{1,5}")
_LAST_PORT: Final = 65_535


class Held(NamedTuple):
    """A port that a process could not have.

    *process* is who holds it, if that is one of ours, and *text* says who it is;
    nobody does by now if the port *is_free*.
    """

    port: int
    process: str
    text: str
    is_free: bool

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.is_free:
            return f"port {self.port} was taken and is free by now; call again"
        if self.process:
            return (
                f"port {self.port} is held by {self.process};"
                f" scripts_stop process={self.process}, then call again"
            )
        return f"{self.text}; end that, or let the script use another port"


@dataclass(frozen=True, slots=True)
class Choices:
    """Asks what has to be decided.

    Threads: the server's loop.
    """

    instance: Instance

    async def script(self, call: Call, name: str) -> str:
        """Return which script *name* means: itself, if there is one at most.

        :raises BrummerError: if there are several, and nobody says which.
        """
        scripts = self.instance.scripts()
        found = [script for script in scripts if name in script.names][:_CHOICES]
        if len(found) <= 1 or any(script.id == name for script in scripts):
            return name
        told = ", ".join(_told(script) for script in found)
        if not call.offers(Asking.PERSON):
            raise BrummerError(
                f"several scripts are called {name!r}: {told}; call again with the"
                f" name in front, such as {found[0].id}"
            )
        ids = [script.id for script in found]
        question = _form(
            f"Several scripts are called {name!r}: {told}. Which one is it?",
            script={"type": "string", "title": "Script", "enum": ids},
        )
        chosen = (await _asked(call, f"script {name}", question)).get("script")
        if chosen not in ids:
            raise BrummerError(
                f"nothing was started: nobody chose one of {', '.join(ids)}"
            )
        return str(chosen)

    async def before(self, call: Call, name: str) -> None:
        """See that a script can have the port that its last process could not.

        :raises BrummerError: if somebody would rather keep it from that.
        """
        if (last := self._last(name)) is not None and last.is_finished:
            await self.room(call, last.id)

    def _last(self, name: str) -> ProcessState | None:
        for state in reversed(tuple(self.instance.processes().values())):
            if name in {state.name, state.script}:
                return state
        return None

    async def room(self, call: Call, process: ProcessId) -> bool:
        """Whether *process* could not have a port, and now could.

        If another of our processes holds it, and a person can be asked, that one is
        stopped for it.

        :raises BrummerError: if the person would rather not.
        """
        held = await self.held(process)
        if held is None or held.is_free or not held.process:
            return held is not None and held.is_free
        if not call.offers(Asking.PERSON):
            return False
        holder = self.instance.processes().get(ProcessId(held.process))
        if holder is None:
            # It has ended meanwhile, and is forgotten.
            return True
        question = _form(
            f"{process} needs port {held.port}, which {holder.id} holds"
            f" ({_cut(holder.command)}). Stop {holder.id}?",
            stop={"type": "boolean", "title": f"Stop {holder.id}", "default": True},
        )
        if not (await _asked(call, f"stop {holder.id}", question)).get("stop"):
            # Whether this call started it or an earlier one cannot be told: one that
            # has asked may be begun again.
            raise BrummerError(
                f"{process} was started and failed: port {held.port} is held by"
                f" {holder.id}, which is to be left running; nothing else was started;"
                " let the script use another port"
            )
        await self._run("process.stop", process=holder.id)
        return True

    async def held(self, process: ProcessId) -> Held | None:
        """Return which port *process* could not have; ``None`` if it had all."""
        port = self._port(process)
        if not port:
            return None
        found = await self._run("port.holder", port=port)
        holder = self.instance.processes().get(ProcessId(found["process"]))
        is_ours = holder is not None and not holder.is_finished
        return Held(
            port, found["process"] if is_ours else "", found["text"], found["free"]
        )

    def _port(self, process: ProcessId) -> int:
        for finding in reversed(self.instance.findings()):
            if finding.process == process and finding.kind is FindingKind.ERROR:
                port = finding.details.get(PORT, "")
                # Plugins find errors as well, and put into them what they like.
                if _PORT.fullmatch(port) and int(port) <= _LAST_PORT:
                    return int(port)
        return 0

    async def _run(self, command: str, **arguments: object) -> Any:
        return await asyncio.wrap_future(self.instance.run(command, **arguments))


def _told(script: Script) -> str:
    return f"{script.id} ({_cut(script.command)})"


def _cut(command: str) -> str:
    line = " ".join(strip(command[: 10 * _COMMAND]).split())
    return line if len(line) <= _COMMAND else f"{line[:_COMMAND]}..."


def _form(message: str, **properties: Mapping[str, object]) -> Question:
    """Return a question to a person, with fields to fill in."""
    return Question(
        parameters={
            "message": message,
            "requestedSchema": {
                "type": "object",
                "properties": properties,
                "required": list(properties),
            },
        }
    )


async def _asked(call: Call, key: str, question: Question) -> Mapping[str, object]:
    """Return what a person filled in; nothing if there was no wish to."""
    replies = await asyncio.wrap_future(call.ask({key: question}))
    reply = replies[key]
    filled = reply.get("content")
    accepted = reply.get("action") == "accept" and isinstance(filled, Mapping)
    return filled if accepted and isinstance(filled, Mapping) else {}
