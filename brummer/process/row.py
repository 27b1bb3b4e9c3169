"""One line of the process table, and what it takes to recognise a process again.

The guardian runs on this module too, so it imports little.
"""

from typing import Final, NamedTuple

#: The environment variable that every child of Brummer carries.  Its value is
#: the instance and the process, ``7f3c9a/web-2``; whatever a child starts
#: inherits it, unless somebody takes pains to be rid of it.
MARKER: Final = "BRUMMER_ID"


class Identity(NamedTuple):
    """Which process is meant; a pid alone is used again by strangers.

    *start* is when the process was started, in a unit of the platform that no
    change of the clock moves: ticks since the boot on Linux, elsewhere the
    microseconds since the epoch that the kernel noted at the start.
    """

    pid: int
    start: int


class Row(NamedTuple):
    """One line of the process table.

    *zombie* says that the process has ended and only its exit status is left,
    *stopped* that it waits for a SIGCONT.
    """

    identity: Identity
    parent: int
    group: int
    session: int
    name: str
    zombie: bool = False
    stopped: bool = False

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.identity.pid
