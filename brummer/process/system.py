"""What the supervisor needs of the operating system.

The supervisor decides, a :class:`System` does.  The real one is
:mod:`brummer.process.child`; tests put one in that plays a history.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from brummer.model.process import ProcessId
from brummer.model.script import Launch


class Relative(NamedTuple):
    """One living member of a child's tree, by what people call it."""

    pid: int
    name: str


class Child(Protocol):
    """The operating system's process behind a Process, with its whole tree.

    The tree is every descendant, by parentage, by session and by the marker in
    its environment: also those that were orphaned or called ``setsid``.  All
    signals go to recorded identities (pid, start time, marker); a pid that was
    used again by somebody else is never touched.

    Threads: the supervisor thread only.
    """

    @property
    def pid(self) -> int:
        """The pid of the tree's root, which leads its own session."""

    @property
    def exit_code(self) -> int | None:
        """What a shell would report (128 + n for signal n); ``None`` while it runs."""

    def family(self) -> tuple[Relative, ...]:
        """Return the living members of the tree, the root first.

        Costs a look at the process table, so ask only while stopping.
        """

    def signal(self, number: int) -> None:
        """Send a signal to the living members of the tree."""

    def stop(self, number: int) -> None:
        """Ask the tree to end, by a signal; :meth:`family` has to be asked then on.

        A shell that only waits for what it runs hears it after that.
        """

    def kill(self) -> None:
        """Send SIGKILL to the whole tree until nothing of it is left to find."""

    def write(self, data: bytes) -> None:
        """Type *data* into the child; returns at once, what waits is bounded.

        :raises BrummerError: if the child reads no more input.
        """

    def resize(self, columns: int, rows: int) -> None:
        """Tell the child's terminals how large they are; nothing for pipes."""

    def close(self) -> None:
        """Let go of descriptors and records; the tree is gone."""

    def leave(self) -> None:
        """Let go of descriptors and keep the records: some could not be ended."""


class System(Protocol):
    """Starts children.

    Threads: the supervisor thread only.  What happens to a child is told
    through the callables that the implementation was built with, on threads of
    its own.
    """

    def start(
        self, process: ProcessId, launch: Launch, extra: Mapping[str, str]
    ) -> Child:
        """Start *launch* with the variables of *extra* on top of its own.

        :raises BrummerError: if it cannot be started, saying why and what to do.
        """
