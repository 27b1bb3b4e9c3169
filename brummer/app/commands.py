"""The named commands of the program: one table for keys, brumctl, plugins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from brummer.app.answer import ended, ensured, mapped, nothing, started
from brummer.app.scripts import ScriptTable
from brummer.core.nearest import no_process
from brummer.errors import BrummerError
from brummer.model.command import Command, CommandThread, Parameter
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import SHELL, Script
from brummer.process.supervisor import Supervisor
from brummer.process.wording import signal_number

_PROCESS = Parameter(name="process", description="id of a process, or name of a script")


def find_process(
    processes: Mapping[ProcessId, ProcessState], name: str
) -> ProcessState:
    """Return the process of that id, or the newest of that script's name.

    One that lives is preferred.

    :raises BrummerError: if there is none.
    """
    named = [state for state in processes.values() if name in {state.id, state.name}]
    living = [state for state in named if not state.is_finished]
    if not named:
        known = ((state.id, state.name) for state in processes.values())
        raise BrummerError(no_process(name, known))
    return (living or named)[-1]


@dataclass(frozen=True, slots=True)
class ProcessCommands:
    """What can be done to scripts and processes.

    Threads: any; the supervisor and the script table look after themselves.
    """

    supervisor: Supervisor
    scripts: ScriptTable
    processes: Callable[[], Mapping[ProcessId, ProcessState]]
    detect: Callable[[], Sequence[Script]]

    def table(self) -> Iterator[Command]:
        """Yield the commands."""
        yield from self._starting()
        yield from self._ending()
        yield from self._touching()

    def _starting(self) -> Iterator[Command]:
        words = Parameter(
            name="arguments",
            description="words to append to its command",
            kind=list,
            required=False,
            default=(),
        )
        script = Parameter(name="script", description="name or id of a script")
        yield Command(
            name="script.start",
            title="start a script",
            run=self._start,
            parameters=(script, words),
        )
        yield Command(
            name="script.ensure",
            title="start a script unless it runs",
            run=self._ensure,
            parameters=(
                script,
                words,
                Parameter(
                    name="again",
                    description="whether to start one more if it runs",
                    kind=bool,
                    required=False,
                    default=False,
                ),
            ),
        )
        yield Command(
            name="script.detect",
            title="read the scripts again",
            run=lambda: {"scripts": len(self.detect())},
            thread=CommandThread.BUS,
        )
        yield Command(
            name="command.start",
            title="run a shell command",
            run=self._run,
            parameters=(
                Parameter(name="command", description="a line for the shell"),
                Parameter(
                    name="name",
                    description="what to call it",
                    required=False,
                    default="",
                ),
            ),
        )

    def _start(self, script: str, arguments: Sequence[str] = ()) -> Future[object]:
        found = self.scripts.meant_by(script, tuple(arguments))
        return mapped(self.supervisor.start(found), started)

    def _ensure(
        self, script: str, arguments: Sequence[str] = (), *, again: bool = False
    ) -> Future[object]:
        found = self.scripts.meant_by(script, tuple(arguments))
        serves = partial(_serves, wanted=None if again else found)
        return mapped(self.supervisor.ensure(found, serves), ensured)

    def _run(self, command: str, name: str = "") -> Future[object]:
        script = self.scripts.shell(command, name)
        return mapped(self.supervisor.start(script), started)

    def _ending(self) -> Iterator[Command]:
        table: Sequence[tuple[str, str, Callable[[str], Future[object]]]] = (
            ("process.stop", "stop a process", self._stop),
            ("process.kill", "end a process at once", self._kill),
            ("process.restart", "restart a process", self._restart),
        )
        for name, title, action in table:
            yield Command(name=name, title=title, run=action, parameters=(_PROCESS,))
        yield Command(
            name="process.stop_all", title="stop all processes", run=self._stop_all
        )
        yield Command(
            name="process.restart_all",
            title="restart all running processes",
            run=self._restart_all,
        )

    def _stop(self, process: str) -> Future[object]:
        return mapped(self.supervisor.stop(self._id(process)), ended)

    def _kill(self, process: str) -> Future[object]:
        return mapped(self.supervisor.kill(self._id(process)), ended)

    def _restart(self, process: str) -> Future[object]:
        return mapped(self.supervisor.restart(self._id(process)), started)

    def _stop_all(self) -> Future[object]:
        return mapped(self.supervisor.stop_all(), nothing)

    def _restart_all(self) -> Future[object]:
        living = [s.id for s in self.processes().values() if not s.is_finished]
        return mapped(self.supervisor.restart_all(), lambda _: {"processes": living})

    def _touching(self) -> Iterator[Command]:
        yield Command(
            name="process.signal",
            title="send a signal to a process",
            run=self._signal,
            parameters=(
                _PROCESS,
                Parameter(name="signal", description="INT, SIGUSR1, 10, ..."),
            ),
        )
        yield Command(
            name="process.input",
            title="type into a process",
            run=self._input,
            parameters=(
                _PROCESS,
                Parameter(name="text", description="what to type"),
                Parameter(
                    name="hidden",
                    description="whether its log must not say what",
                    kind=bool,
                    required=False,
                    default=False,
                ),
            ),
        )
        yield Command(
            name="process.resize",
            title="tell a process how large its terminal is",
            run=self._resize,
            parameters=(
                _PROCESS,
                Parameter(name="columns", description="width", kind=int),
                Parameter(name="rows", description="height", kind=int),
            ),
        )

    def _signal(self, process: str, signal: str) -> Future[object]:
        number = signal_number(signal)
        return mapped(self.supervisor.signal(self._id(process), number), nothing)

    def _input(
        self, process: str, text: str, *, hidden: bool = False
    ) -> Future[object]:
        data = text.encode("utf-8", "surrogateescape")
        found = self._id(process)
        return mapped(self.supervisor.write(found, data, hidden=hidden), nothing)

    def _resize(self, process: str, columns: int, rows: int) -> Future[object]:
        found = self._id(process)
        return mapped(self.supervisor.resize(found, columns, rows), nothing)

    def _id(self, process: str) -> ProcessId:
        return find_process(self.processes(), process).id


def _serves(script: Script, *, wanted: Script | None) -> bool:
    """Whether a process of *script* does what one of *wanted* would.

    Shell commands are called after their programs, so two of one name may have
    nothing in common.
    """
    if wanted is None:
        return False
    if wanted.source == SHELL and script.command != wanted.command:
        return False
    is_open = not wanted.arguments or script.arguments == wanted.arguments
    return script.id == wanted.id and is_open
