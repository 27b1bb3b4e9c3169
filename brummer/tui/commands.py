"""What the keys do that mean the same in every view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from brummer.logs.typed import awaits_secret
from brummer.model.process import ProcessId, ProcessState, ProcessStatus
from brummer.model.script import ScriptId
from brummer.tui.clients import Clients
from brummer.tui.desk import Desk, Question, Secrecy
from brummer.tui.keymap import Place, bindings, bindings_in, key_names
from brummer.tui.layers.palette import Choice
from brummer.tui.lineage import Lineage

Commands = Mapping[str, Callable[[], None]]

#: What the palette offers for each process.
_PER_PROCESS: Final = ("stop", "restart", "kill")

#: Commands that answer tables for programs; on the screen they do nothing.
_INTERNAL: Final = frozenset(
    {
        "error.report",
        "filters.list",
        "health.list",
        "leftovers.end",
        "leftovers.list",
        "mcp.calls",
        "mcp.clients",
        "mcp.status",
        "metrics.read",
        "plugins.list",
        "servers.list",
    }
)


@dataclass(frozen=True, slots=True)
class Seat:
    """What the commands are for: what the view has selected.

    *script* is the script that is meant, *opened* shows a process.
    """

    process: Callable[[], ProcessId | None]
    script: Callable[[], ScriptId | None]
    opened: Callable[[ProcessId], None]


class SharedCommands:
    """The commands about processes, scripts and shell lines.

    Threads: the main thread only.
    """

    def __init__(self, desk: Desk, lineage: Lineage, seat: Seat) -> None:
        self._desk = desk
        self._lineage = lineage
        self._seat = seat
        #: Those that were to be restarted from here, until they were.
        self._restarting: set[ProcessId] = set()

    def table(self) -> Commands:
        """Return the functions by the names of the key map."""
        return {
            "process.stop": partial(self._act, "stop"),
            "process.kill": partial(self._act, "kill"),
            "process.restart": partial(self._act, "restart"),
            "process.signal": self._ask_signal,
            "process.input": self._ask_input,
            "process.restart_all": partial(self._plain, "process.restart_all"),
            "process.stop_all": partial(self._plain, "process.stop_all"),
            "script.again": self._again,
            "script.detect": partial(self._plain, "script.detect"),
            "command.new": self._ask_command,
            "clients.open": Clients(self._desk).open,
        }

    def _selected(self) -> ProcessState | None:
        """Return the process that is meant, or say that there is none."""
        state = self._lineage.state(self._seat.process())
        if state is None:
            self._desk.say("no process is selected")
        return state

    def _act(self, verb: str) -> None:
        state = self._selected()
        if state is not None:
            self._act_on(state, verb)

    def _act_on(self, state: ProcessState, verb: str) -> None:
        self._desk.say(self._announcement(state, verb))
        if verb == "restart":
            self._restarting.add(state.id)
            self._desk.run(
                "process.restart",
                lambda _: self._restarting.discard(state.id),
                otherwise=partial(self._not_restarted, state.id),
                process=state.id,
            )
        else:
            self._restarting.discard(state.id)
            self._desk.run(f"process.{verb}", process=state.id)

    def _announcement(self, state: ProcessState, verb: str) -> str:
        """Return what is about to happen, and what the same key would do next."""
        if verb == "restart":
            return f"restarting {state.name}"
        if state.is_finished:
            return f"{state.name} has ended already; what it left running ends too"
        if verb == "kill" or self._is_killed_by_stop(state):
            return f"killing {state.name}"
        return f"stopping {state.name}; {_key('process.stop')} again: kill now"

    def _is_killed_by_stop(self, state: ProcessState) -> bool:
        """Whether a stop would end its grace; that of a restart calls that off."""
        stopping = state.status is ProcessStatus.STOPPING
        return stopping and state.id not in self._restarting

    def _not_restarted(self, process: ProcessId, reason: str) -> None:
        self._restarting.discard(process)
        self._desk.fail(reason)

    def hints(self) -> Mapping[str, str]:
        """Return the words for commands that mean something else just now."""
        state = self._lineage.state(self._seat.process())
        if state is not None and self._is_killed_by_stop(state):
            return {"process.stop": "kill now"}
        return {}

    def _plain(self, command: str) -> None:
        """Run a command that needs nothing to be known."""
        title = self._desk.instance.commands()[command].title
        self._desk.say(title)
        self._desk.run(command, lambda _: self._desk.say(f"done: {title}"))

    def _ask_signal(self) -> None:
        state = self._living()
        if state is not None:
            self._desk.ask(
                Question(
                    f"signal to {state.name}: ",
                    lambda line: self._desk.run(
                        "process.signal", process=state.id, signal=line.strip()
                    ),
                    text="INT",
                )
            )

    def _ask_input(self) -> None:
        state = self._living()
        if state is not None:
            self._desk.ask(
                Question(
                    f"to {state.name}> ",
                    partial(self._type, state.id, hidden=False),
                    repeated=True,
                    secrecy=Secrecy(
                        f"to {state.name} (hidden)> ",
                        partial(awaits_secret, self._desk.instance, state.id),
                        partial(self._type, state.id, hidden=True),
                    ),
                )
            )

    def _type(self, process: ProcessId, line: str, *, hidden: bool) -> None:
        self._desk.run(
            "process.input", process=process, text=line + "\n", hidden=hidden
        )

    def _living(self) -> ProcessState | None:
        state = self._selected()
        if state is not None and not state.is_running:
            self._desk.say(f"{state.name} does not run")
            return None
        return state

    def _again(self) -> None:
        """Start what is selected once more, beside what runs of it already."""
        script = self._seat.script()
        known = {s.id: s.name for s in self._desk.instance.scripts()}
        if script in known:
            self._desk.say(f"starting {known[script]}")
            self._desk.run("script.start", self._open, script=script)
            return
        state = self._selected()
        if state is not None:
            self._start_line(state.command, state.name)

    def _ask_command(self) -> None:
        self._desk.ask(Question("$ ", self.shell))

    def shell(self, line: str) -> None:
        """Start a shell line as a process."""
        if line.strip():
            self._start_line(line.strip(), "")

    def _start_line(self, line: str, name: str) -> None:
        self._desk.run("command.start", self._open, command=line, name=name)

    def _open(self, answer: object) -> None:
        if isinstance(answer, Mapping) and "process" in answer:
            self._seat.opened(ProcessId(str(answer["process"])))

    # The palette.

    def choices(self, place: Place, run: Callable[[str], object]) -> list[Choice]:
        """Return all that can be chosen in *place*; *run* runs a binding's command."""
        bound = [
            Choice(b.title, key_names(b).split(" ")[0], partial(run, b.command))
            for b in bindings_in(place)
            if b.is_listed
        ]
        return [
            *bound,
            *self._script_choices(),
            *self._process_choices(),
            *self._other_choices(),
        ]

    def _script_choices(self) -> list[Choice]:
        start = partial(self._desk.run, "script.start", self._open)
        return [
            Choice(
                f"start {script.name}",
                script.package or script.source,
                partial(start, script=script.id),
            )
            for script in self._desk.instance.scripts()
        ]

    def _process_choices(self) -> list[Choice]:
        shown = [
            Choice(f"show {p.name}", p.id, partial(self._seat.opened, p.id))
            for p in self._lineage.shown()
        ]
        acts = [
            Choice(f"{verb} {p.name}", p.id, partial(self._act_on, p, verb))
            for verb in _PER_PROCESS
            for p in self._lineage.unfinished()
        ]
        return shown + acts

    def _other_choices(self) -> list[Choice]:
        """Return the commands of plugins that need no arguments."""
        bound = {b.command for place in Place for b in bindings_in(place)}
        return [
            Choice(command.title, name, partial(self._plain, name))
            for name, command in sorted(self._desk.instance.commands().items())
            if name not in bound | _INTERNAL
            and not any(p.required for p in command.parameters)
        ]


def _key(command: str) -> str:
    """Return the first key of *command*."""
    return next(key_names(b).split()[0] for b in bindings() if b.command == command)
