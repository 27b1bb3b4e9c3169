"""Errors that Brummer raises on purpose.

::

    BrummerError
    |-- UsageError          the command line is wrong            (exit 2)
    |-- ConfigError         a configuration file is wrong        (exit 2)
    |-- ScriptNotFound      nobody detected a script so named    (exit 1)
    |-- PluginError         a plugin broke its contract          (exit 1)
    `-- RefusedError        what may not be had was asked for    (exit 1)

A :class:`BrummerError` is a sentence for the user; the command line prints it
without a traceback.  Every other exception is a bug and keeps its traceback.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

#: Characters that are quoted of what somebody wrote.
QUOTED: Final = 80


def quoted(text: str) -> str:
    """Return *text* in quotes for a sentence, its beginning if it is long."""
    return repr(text) if len(text) <= QUOTED else f"{text[:QUOTED]!r}..."


class BrummerError(Exception):
    """Something the user can act on."""

    exit_code: ClassVar[int] = 1


class UsageError(BrummerError):
    """The command line, or the arguments of a command, cannot be understood."""

    exit_code: ClassVar[int] = 2


class ConfigError(BrummerError):
    """A configuration file, variable or option has a wrong name or value.

    *origin* is where the value came from (``/home/me/.brum.toml:3``,
    ``BRUM_MCP_PORT``, ``--port``).
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, origin: str, problem: str) -> None:
        super().__init__(f"{origin}: {problem}")
        self.origin = origin


class ScriptNotFound(BrummerError):  # noqa: N818 -- it is what happened, not a bug
    """Nobody detected a script of that name; *nearest* are names that look alike."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f"; did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f"no script named {quoted(name)}{hint}")
        self.name = name
        self.nearest = tuple(nearest)


class PluginError(BrummerError):
    """A plugin could not be loaded, or answered a hook with the wrong thing."""

    def __init__(self, plugin: str, problem: str) -> None:
        super().__init__(f"plugin {plugin!r}: {problem}")
        self.plugin = plugin


class RefusedError(BrummerError):
    """Somebody asked for what nobody may have; it is noted who did."""
