"""What can be run, and how to run it now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, NewType

from brummer.model.readiness import Need, Readiness

#: ``source:name``, unique within a project.
ScriptId = NewType("ScriptId", str)

#: The source of commands that were typed.
SHELL: Final = "shell"

#: For fields that default to an empty mapping.
NOTHING: Mapping[str, str] = MappingProxyType({})


class RestartPolicy(StrEnum):
    """When a script is started again after its process ended by itself."""

    NEVER = "never"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Something that could be run, as a plugin detected it.

    *command* is a shell command line as the project's file has it.  *package*
    is the workspace package that a script belongs to, as a folder relative to
    the project (``apps/web``), empty for the project itself.  *arguments* are
    words given at the start; they are quoted and appended to the command.
    *source* is filled in by the plugin host and names the plugin.  *wrapper* asks
    for the tool that owns the script (``npm run dev``) instead of its command line.

    *needs* are the scripts that come first, *ready* is how its processes are seen
    to be ready, ``None`` if nobody looks.  A process is started again when a file
    changes that *watch* matches and *ignore* does not; both are patterns relative
    to the project.
    """

    name: str
    command: str
    folder: Path
    source: str = ""
    package: str = ""
    description: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    wrapper: bool = False
    needs: tuple[Need, ...] = ()
    ready: Readiness | None = None
    watch: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def id(self) -> ScriptId:
        """The script's identity, ``source:name``."""
        return ScriptId(f"{self.source}:{self.name}")

    @property
    def names(self) -> tuple[str, ...]:
        """What the script may be called, the best name first.

        That of a workspace package is known by its folder as well: ``web#dev`` in
        ``apps/web`` is ``apps/web/dev``.
        """
        if not self.package:
            return (self.name,)
        _, _, own = self.name.rpartition("#")
        return self.name, f"{self.package}/{own}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to run a script now.

    *environment* holds the variables to set on top of what Brummer itself was
    started with.  *shell_command* is shown to people instead of *argv* where
    *argv* only wraps it.  *grace* is the time in seconds between *stop_signal*
    and SIGKILL, ``None`` for the configured one.
    """

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    shell_command: str = ""
    tty: bool = True
    stop_signal: str = "SIGTERM"
    grace: float | None = None
    restart: RestartPolicy = RestartPolicy.NEVER
    #: Lines for the process's own log before its first output, such as which
    #: variables of a ``.env`` file changed since the last start.
    notes: tuple[str, ...] = ()
