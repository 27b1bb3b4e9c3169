"""The running program as plugins may use it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from brummer.app.scripts import ScriptTable
from brummer.core.commands import CommandTable
from brummer.core.registry import Registry
from brummer.errors import BrummerError
from brummer.mcp.renewal import Renewal
from brummer.model.finding import Finding
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId
from brummer.process.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class ProgramForPlugins:
    """Implements :class:`brummer.plugin.contribution.Program`.

    Threads: any; nothing here waits.
    """

    registry: Registry
    scripts: ScriptTable
    commands: CommandTable
    #: Looked up when called: plugins are configured before there is one.
    supervisor: Callable[[], Supervisor | None]
    keep: Callable[[Finding], object]
    renewal: Renewal

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes as they stood at one instant."""
        return self.registry.snapshot()

    def start(self, script: ScriptId, /) -> Future[ProcessState]:
        """Start a script; the future is its process, running."""
        supervisor = self.supervisor()
        if supervisor is None:
            return _refused()
        try:
            return supervisor.start(self.scripts.find(script))
        except BrummerError as error:
            return _failed(error)

    def stop(self, process: ProcessId, /) -> Future[ProcessState]:
        """Stop a process; the future is its last state."""
        supervisor = self.supervisor()
        return supervisor.stop(process) if supervisor else _refused()

    def report(self, finding: Finding, /) -> None:
        """Show a finding, as if a detector had reported it."""
        self.keep(finding)

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command by name."""
        return self.commands.run(command, arguments)

    def offer_again(self) -> None:
        """Have plugins asked again what they offer to agents."""
        self.renewal.ask()

    def touch(self, uri: str, /) -> None:
        """Tell agents that there is something new in a resource."""
        self.renewal.touch(uri)


def _refused() -> Future[ProcessState]:
    return _failed(BrummerError("nothing runs yet; brummer_startup tells when"))


def _failed(error: BrummerError) -> Future[ProcessState]:
    future: Future[ProcessState] = Future()
    future.set_exception(error)
    return future
