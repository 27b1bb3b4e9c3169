"""What a plugin is given to work with.

Two protocols and nothing else: a plugin that needs more of the program than
:class:`App` and :class:`Settings` offer does not get it by importing it either.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol, TypeVar

from brummer.model.finding import Finding
from brummer.model.process import ProcessId, ProcessState
from brummer.model.script import ScriptId

T = TypeVar("T")


class Settings(Protocol):
    """What the user set for one plugin.

    Threads: frozen; safe from any thread.
    """

    def parse(self, cls: type[T], /) -> T:
        """Return ``[plugins.NAME]`` as an instance of the dataclass *cls*.

        Each key of the table is a field of *cls*, of type ``str``, ``int``,
        ``float``, ``bool``, :class:`~pathlib.Path`, an :class:`~enum.Enum`, a
        ``Literal``, a tuple or a mapping of these, or ``None`` beside them.  A
        field without a default is a key that the user has to set.

        :raises ConfigError: for an unknown key or a wrong value, saying in which
            file and line it stands and what would be right.
        """

    def general(self, key: str, /) -> object:
        """Return a setting of the program, such as ``log_store.max_entries``.

        :raises ConfigError: if there is no such setting.
        """


class Program(Protocol):
    """What the running program lets plugins do, the same for all of them.

    Threads: every method is safe from any thread and returns at once; what
    takes time is a future.  Waiting for a future inside a hook keeps one of the
    plugin's few threads for as long.
    """

    def processes(self) -> Mapping[ProcessId, ProcessState]:
        """Return all processes as they stood at one instant."""

    def start(self, script: ScriptId, /) -> Future[ProcessState]:
        """Start a script; the future is its process, running."""

    def stop(self, process: ProcessId, /) -> Future[ProcessState]:
        """Stop a process; the future is its last state."""

    def report(self, finding: Finding, /) -> None:
        """Show a finding, as if a detector had reported it."""

    def run(self, command: str, /, **arguments: object) -> Future[object]:
        """Run a command by name.

        Whatever goes wrong, an unknown name included, is the exception of the
        future.
        """

    def offer_again(self) -> None:
        """Have the hooks for agents asked again, soon; agents are told what changed.

        For a plugin that has other tools, resources or prompts to offer than before.
        """

    def touch(self, uri: str, /) -> None:
        """Tell the agents that listen to a resource that there is something new in it.

        However often that is said, they are told a few times a second.
        """


class App(Program, Protocol):
    """What one plugin may do to the running program."""

    @property
    def settings(self) -> Settings:
        """What the user set for this plugin."""

    @property
    def logger(self) -> logging.Logger:
        """Where this plugin's own remarks go: a file, never the terminal."""
