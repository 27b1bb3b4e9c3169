"""What an MCP client is: where it keeps its servers, and how it writes them."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from brummer.errors import BrummerError
from brummer.mcp.install.edit import KeyPath
from brummer.mcp.install.form import Form

#: What a template of a path may begin with, besides ``~`` and ``$VARIABLE``.
_SUPPORT: Final = "{support}"
_CONFIG: Final = "{config}"


class System(StrEnum):
    """What a client runs on, as far as its folders differ."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


class Scope(StrEnum):
    """For whom a server is entered: for one project, or for all of the user's."""

    USER = "user"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where clients are looked for."""

    home: Path
    environment: Mapping[str, str]
    system: System = System.LINUX
    which: Callable[[str], str | None] = shutil.which

    @classmethod
    def own(cls) -> "Machine":
        """Return this one.

        :raises BrummerError: if there is no home directory.
        """
        try:
            home = Path.home()
        except RuntimeError:  # no HOME, and no such user, as in some containers
            raise BrummerError("there is no home directory: set HOME") from None
        systems = {"darwin": System.MACOS, "win32": System.WINDOWS}
        return cls(
            home=home,
            environment=os.environ,
            system=systems.get(sys.platform, System.LINUX),
        )

    def path(self, template: str) -> Path | None:
        """Return what *template* stands for, ``None`` if its variable is not set.

        ``~`` is home.  ``{support}`` is where programs with windows keep their things,
        ``{config}`` where those for terminals do; both are the same but on macOS.
        ``$NAME`` is a variable, with a path.
        """
        first, slash, rest = template.partition("/")
        if first.startswith("$"):
            value = self.environment.get(first[1:], "")
            start = self._expanded(value) if value else None
        else:
            start = self._folder(first)
        return start / rest if start is not None and slash else start

    def _expanded(self, value: str) -> Path:
        if value == "~" or value.startswith("~/"):
            return self.home / value[2:]
        return self.home / value

    def _folder(self, name: str) -> Path:
        if name == "~":
            return self.home
        assert name in {_SUPPORT, _CONFIG}, name
        if self.system is System.WINDOWS:
            roaming = self.environment.get("APPDATA", "")
            return Path(roaming) if roaming else self.home / "AppData" / "Roaming"
        if self.system is System.MACOS and name == _SUPPORT:
            return self.home / "Library" / "Application Support"
        named = self.environment.get("XDG_CONFIG_HOME", "")
        # The specification wants it absolute, and any other left alone.
        return Path(named) if named.startswith("/") else self.home / ".config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How a client writes a server that it reaches over HTTP.

    *address* is the name of the address.  *bearer* is how the client has the token put
    in from a variable of its environment, with ``NAME`` for its name; empty if it knows
    no such thing, and then it cannot be told.
    """

    address: str
    fixed: Mapping[str, object] = field(default_factory=dict)
    bearer: str = ""
    #: Where the token goes; by itself and not in a header if this is not the usual.
    header: KeyPath = ("headers", "Authorization")
    #: Where the names of variables stand that are put in, if they have to.
    listed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One MCP client.

    *user* and *project* are templates of paths, see :meth:`Machine.path`; those of a
    project are relative to it.  The first with a variable that is set is it, or the
    first file that there is, or the first whose folder there is.  *path* leads to its
    servers within the file; *also* is where a newer version has them, if that is there.

    A client is installed if one of *programs* is on the PATH, or one of *signs* is
    there.
    """

    name: str
    title: str
    path: KeyPath = ("mcpServers",)
    also: KeyPath = ()
    form: Form = Form.JSON
    user: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    #: Where some systems have it; what is not named there is as in *user*.
    elsewhere: Mapping[System, tuple[str, ...]] = field(default_factory=dict)
    programs: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    #: How it names the program to start, its arguments, and its variables.
    command: str = "command"
    arguments: str = "args"
    variables: str = "env"
    #: What goes with those.
    fixed: Mapping[str, object] = field(default_factory=dict)
    #: What it calls the name of the server if that stands in the entry as well.
    naming: str = ""
    #: What is in a new entry, and the user's from then on.
    initial: Mapping[str, object] = field(default_factory=dict)
    web: Web | None = None
    #: The client's own command line for the same, with words to be filled in.
    own: str = ""
    #: What the user should know, and what if it is for a project.
    remark: str = ""
    project_remark: str = ""
    #: What to do with the snippet if there is no file.
    by_hand: str = ""

    def remarks(self, scope: Scope) -> tuple[str, ...]:
        """Return what the user should know about a server that is entered there."""
        of_project = self.project_remark if scope is Scope.PROJECT else ""
        return tuple(filter(None, (self.remark, of_project)))

    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes for which there is a file."""
        return tuple(s for s in Scope if self.templates(s, System.LINUX))

    def templates(self, scope: Scope, system: System) -> tuple[str, ...]:
        """Return where its file for *scope* may be."""
        if scope is Scope.PROJECT:
            return self.project
        return self.elsewhere.get(system, self.user)

    def is_installed(self, machine: Machine) -> bool:
        """Whether it seems to be on *machine*."""
        signs = (machine.path(template) for template in self.signs)
        return any(map(machine.which, self.programs)) or any(
            sign is not None and _holds(sign.exists) for sign in signs
        )

    def file(self, scope: Scope, machine: Machine, project: Path) -> Path | None:
        """Return its file for *scope*, ``None`` if there is none for that."""
        templates = self.templates(scope, machine.system)
        if scope is Scope.PROJECT:
            found = [project / template for template in templates]
        else:
            paths = ((t, machine.path(t)) for t in templates)
            named = [(t, path) for t, path in paths if path is not None]
            found = [path for template, path in named if template.startswith("$")]
            found = found[:1] or [path for _, path in named]
        there = [path for path in found if _holds(path.exists)]
        near = [path for path in found if _holds(path.parent.is_dir)]
        return next(iter((*there, *near, *found)), None)


def _holds(question: Callable[[], bool]) -> bool:
    """Whether the answer is yes, and may be asked for.

    Variables lead anywhere: into folders of others, to names that are too long.
    """
    try:
        return question()
    except OSError:
        return False
