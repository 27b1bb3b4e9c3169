"""One plugin's way to the running program."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from brummer.model.finding import Finding
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId
from brummer.plugin import answer
from brummer.plugin.contribution import Program, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginApp:
    """Implements :class:`brummer.App` for one plugin."""

    program: Program
    settings: Settings
    logger: logging.Logger

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes as they stood at one instant."""
        return self.program.processes()

    def start(self, script: ScriptId, /) -> Future[ProcessState]:
        """Start a script; the future is its process, running."""
        return self.program.start(script)

    def stop(self, process: ProcessId, /) -> Future[ProcessState]:
        """Stop a process; the future is its last state."""
        return self.program.stop(process)

    def report(self, finding: Finding, /) -> None:
        """Show a finding, as if a detector had reported it."""
        self.program.report(answer.one(finding, Finding))

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command by name."""
        return self.program.run(command, **arguments)

    def offer_again(self) -> None:
        """Have the hooks for agents asked again."""
        self.program.offer_again()

    def touch(self, uri: str, /) -> None:
        """Tell agents that there is something new in a resource."""
        self.program.touch(str(uri))
