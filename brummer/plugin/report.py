"""What people and scripts are told about a plugin."""

from dataclasses import dataclass
from enum import StrEnum


class PluginState(StrEnum):
    """Whether a plugin takes part.

    OFF ones are there, but nobody wants them; they were never imported.  BROKEN
    ones are wanted, but could not be loaded or configured.
    """

    ON = "on"
    OFF = "off"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """One plugin at one instant.

    *name* is the one name of a plugin: in lists, after ``-P no:``, in
    ``[plugins.NAME]``.  *origin* is ``shipped``, ``installed`` or the path of a
    file.  *hooks* are those it implements, *hooks_off* those of them that were
    switched off.  *error* is the last failure in one line and *traceback* the
    plugin's own part of it; for a plugin that is off, *error* says why.
    *failures* counts all there were, *dropped* what a busy plugin was not told.
    *busy* names the calls that have been slow and still are.  *import_time* is in
    seconds.
    """

    name: str
    state: PluginState
    origin: str = ""
    distribution: str = ""
    version: str = ""
    hooks: tuple[str, ...] = ()
    hooks_off: tuple[str, ...] = ()
    error: str = ""
    traceback: str = ""
    failures: int = 0
    dropped: int = 0
    busy: tuple[str, ...] = ()
    import_time: float = 0.0

    @property
    def package(self) -> str:
        """The distribution that it came in, empty for a file of the user's."""
        return " ".join(filter(None, (self.distribution, self.version)))
