"""The commands about agents: who they are, what they do, and handing them things."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, NamedTuple

from brummer.app.answer import mapped
from brummer.app.commands import find_process
from brummer.app.engine import Engine
from brummer.app.lobby import Lobby
from brummer.app.source import find_error
from brummer.core.commands import CommandTable
from brummer.core.registry import Registry
from brummer.errors import BrummerError, UsageError
from brummer.model.agent import AgentCall, AgentRefusal
from brummer.model.command import Command, Parameter
from brummer.model.finding import Finding
from brummer.model.log import LogExtent
from brummer.model.process import ProcessId, ProcessState

#: Characters of what is handed over, of its title, and of the note on it.
MOST: Final = 4_000
_TITLE: Final = 200
_NOTE: Final = 1_000

#: Bytes of it as JSON, which a message has at most.
_BYTES: Final = 5_900

#: Lines that are looked at for one text, and how many stand for a process.
_LINES: Final = 200
_LAST: Final = 40

#: What can be handed over.
KINDS: Final = ("error", "log", "process")

#: Calls that are told unless somebody wants more.
_CALLS: Final = 50

#: What says which lines are meant, by expressions.
_EXPRESSIONS: Final = frozenset({"every", "some", "never"})

_Row = Mapping[str, object]


class _Thing(NamedTuple):
    """What is handed over, beside its text; *stop* is the line after the last."""

    kind: str
    title: str
    process: str
    first: int
    stop: int
    id: str = ""


#: Makes a thing, and begins to read its text.
_Make = Callable[..., tuple[_Thing, Future[object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCommands:
    """``mcp.status``, ``mcp.calls`` and ``agent.hand_over``.

    *run* runs another command, *extent* tells which lines a process has, or all.

    Threads: any; what is handed over is read by other commands, aside.
    """

    lobby: Lobby
    findings: Callable[[], Iterable[Finding]]
    processes: Callable[[], Mapping[ProcessId, ProcessState]]
    extent: Callable[[ProcessId | None], LogExtent]
    run: Callable[[str, Mapping[str, object]], Future[object]]

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield Command(
            name="mcp.status",
            title="say where agents are served, and who they are",
            run=self._status,
        )
        yield Command(
            name="mcp.calls",
            title="list the last calls of agents",
            run=self._calls,
            parameters=(_option("limit", "so many at most", _CALLS),),
        )
        yield Command(
            name="agent.hand_over",
            title="hand an error or lines to an agent",
            run=self._hand_over,
            parameters=(
                _option("kind", ", ".join(KINDS), "error"),
                _option("process", "its id or name; any if empty", ""),
                _option("note", "what you want the agent to know", ""),
                _option("fingerprint", "which of the errors; the last if empty", ""),
                _option("line", "or where in the log it begins; -1 for any", -1),
                _option("first", "of lines: the number of the first", 0),
                _option("stop", "the line to stop before; 0 for the end", 0),
                _option("every", "expressions; a line is like all", ()),
                _option("some", "expressions; a line is like one of them", ()),
                _option("never", "expressions; a line is like none", ()),
            ),
        )

    # What is to be seen.

    def _status(self) -> _Row:
        """Return the server, the clients, the totals, and what was handed over."""
        table = self.lobby.table()
        server, activity = table.server, table.activity
        return {
            "url": server.url if server else "",
            "absence": table.absence,
            "token": server.token.value if server else "",
            "read_only": server.read_only if server else False,
            "clients": [client._asdict() for client in activity.clients],
            "running": [_call(call) for call in activity.running],
            "waiting": list(activity.waiting),
            "handed": [handed._asdict() for handed in table.handed],
            "calls": activity.total,
            "failed": activity.failed,
            "refused": activity.refused,
            "statuses": {str(status): n for status, n in activity.statuses},
            "forgotten": activity.forgotten,
            "tokens_in": activity.tokens_in,
            "tokens_out": activity.tokens_out,
        }

    def _calls(self, limit: int = _CALLS) -> Sequence[_Row]:
        """Return calls and refusals, the newest last."""
        if limit < 1:
            raise UsageError("'limit' is 1 or more")
        activity = self.lobby.table().activity
        rows = [
            *((call.time, _call(call)) for call in activity.calls + activity.running),
            *((refusal.time, _refusal(refusal)) for refusal in activity.refusals),
        ]
        rows.sort(key=lambda row: row[0])
        return [row for _, row in rows[-limit:]]

    # Handing over.

    def _hand_over(
        self, kind: str = "error", process: str = "", note: str = "", **which: object
    ) -> Future[object]:
        """Leave something for an agent; answer with its number and who waits for it.

        :raises BrummerError: if there is no such thing.
        """
        if kind not in KINDS:
            raise UsageError(f"'kind' is one of {', '.join(KINDS)}, not {kind!r}")
        if len(note) > _NOTE:
            raise UsageError(f"a note has {_NOTE:,} characters at most")
        makes: Mapping[str, _Make] = {
            "error": self._error,
            "log": self._log,
            "process": self._process,
        }
        thing, text = makes[kind](process, **which)
        if self.lobby.server is None:
            raise BrummerError("no agents are served here, so none could take it")
        note = "".join(c if c.isprintable() else " " for c in note).strip()
        return mapped(text, lambda answer: self._give(thing, answer, note))

    def _error(
        self, process: str, *, fingerprint: str, line: int, **_: object
    ) -> tuple[_Thing, Future[object]]:
        # Imported when somebody asks: each start would pay for it.
        from brummer.mcp.tools.finding import row_id

        findings = tuple(self.findings())
        # Processes that have ended long ago are forgotten before what they said.
        if process and all(finding.process != process for finding in findings):
            process = find_process(self.processes(), process).id
        finding = find_error(findings, process, fingerprint, line)
        thing = _Thing(
            kind="error",
            title=finding.title,
            process=finding.process,
            first=finding.line,
            stop=finding.end,
            id=row_id(finding),
        )
        which = {
            "process": finding.process,
            "fingerprint": finding.fingerprint,
            "line": finding.line,
        }
        return thing, self.run("error.report", which)

    def _log(
        self, process: str, *, first: int, stop: int, **lines: object
    ) -> tuple[_Thing, Future[object]]:
        state = find_process(self.processes(), process) if process else None
        extent = self.extent(state.id if state else None)
        stop = min(stop or extent.end, extent.end)
        count = stop - max(first, 0)
        if count <= 0:
            raise BrummerError("there are no such lines")
        whose = state.name if state else "all processes"
        title = f"{count:,} lines of {whose}" if count > 1 else f"a line of {whose}"
        thing = _Thing("log", title, state.id if state else "", first, stop)
        return thing, self._lines(thing, **lines)

    def _process(self, process: str, **_: object) -> tuple[_Thing, Future[object]]:
        if not process:
            raise UsageError("say which process")
        state = find_process(self.processes(), process)
        stop = self.extent(state.id).end
        code = "" if state.exit_code is None else f" {state.exit_code}"
        title = f"{state.name}: {state.status}{code}"
        thing = _Thing("process", title, state.id, max(0, stop - _LAST), stop)
        return thing, self._lines(thing)

    def _lines(self, thing: _Thing, **which: object) -> Future[object]:
        """Return the last lines of a thing, as many as may be needed."""
        stretch: dict[str, object] = {
            "process": thing.process,
            "labels": not thing.process,
            # The end of a log of which nothing was printed is its beginning.
            "first": max(thing.first, thing.stop - _LINES),
            "stop": thing.stop,
            **{name: which[name] for name in which if name in _EXPRESSIONS},
        }
        return self.run("logs.copy", stretch)

    def _give(self, thing: _Thing, answer: object, note: str) -> _Row:
        """Leave a thing in the queue; say who waited for it then."""
        from brummer.mcp.reception import Reception
        from brummer.mcp.size import size

        reception = self.lobby.meeting()
        assert isinstance(reception, Reception)
        waiting = reception.book.activity.waiting
        title = _cut(thing.title.partition("\n")[0], _TITLE)
        payload: dict[str, object] = {
            "kind": thing.kind,
            "title": title,
            "note": note,
            "id": thing.id,
            "process": thing.process,
            "from": thing.first,
            "to": thing.stop,
            "text": _bounded(thing, _text_of(answer), MOST),
        }
        most = MOST
        while (taken := size(payload)) > _BYTES and most:
            most = max(0, most * _BYTES // taken - 1)
            payload["text"] = _bounded(thing, _text_of(answer), most)
        handed = reception.handover.give(title, payload, taken)
        return {
            "number": handed.number,
            "title": title,
            "waiting": list(waiting),
            "expires": handed.expires,
        }


def agent_commands(
    lobby: Lobby, engine: Engine, registry: Registry, commands: CommandTable
) -> Iterator[Command]:
    """Yield the commands about agents."""
    yield from AgentCommands(
        lobby=lobby,
        findings=engine.detection.findings,
        processes=registry.snapshot,
        extent=engine.store.extent,
        run=commands.run,
    ).table()


def _text_of(answer: object) -> str:
    """Return what a command answered as text."""
    text = answer.get("text") if isinstance(answer, Mapping) else None
    return str(text or "").strip("\n")


def _bounded(thing: _Thing, text: str, most: int) -> str:
    """Return as much of *text* as is handed over, and how to get the rest."""
    gone = len(text) - most
    is_first = thing.kind == "error"
    hint = f"errors_get {thing.id}" if is_first else "logs_search and logs_stream"
    if gone > 0 and is_first:
        return f"{text[:most]}\n... {gone:,} characters more: {hint}"
    if gone > 0 or thing.stop - thing.first > _LINES:
        return f"... what was before: {hint}\n{text[max(0, gone) :]}"
    return text


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _call(call: AgentCall) -> _Row:
    return call._asdict()


def _refusal(refusal: AgentRefusal) -> _Row:
    return {**refusal._asdict(), "outcome": "refused"}


def _option(name: str, about: str, default: object) -> Parameter:
    kind = list if isinstance(default, tuple) else type(default)
    return Parameter(
        name=name, description=about, kind=kind, required=False, default=default
    )
