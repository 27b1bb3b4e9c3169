"""Children as the operating system has them: started, typed to, ended."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from typing_extensions import override

from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from brummer.model.script import Launch
from brummer.process.channel import Channel, Ending
from brummer.process.guardian_link import GuardianLink
from brummer.process.ledger import Ledger
from brummer.process.orphan import Orphans
from brummer.process.pump import Pump
from brummer.process.root import Root
from brummer.process.row import Identity, Row
from brummer.process.spawn import Spawned, spawn
from brummer.process.system import Child, Relative, System
from brummer.process.table import row
from brummer.process.terminal import Size
from brummer.process.tree import Look, Looks, Tree
from brummer.process.variables import variables

#: How large a terminal is until somebody says otherwise.
DEFAULT_SIZE: Final = Size(80, 24)

#: Seconds in which :meth:`TreeChild.kill` has to succeed; it takes
#: milliseconds unless something forks as fast as it is killed.
_KILL_LIMIT: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What :class:`ChildSystem` works with.

    *instance* is this Brummer's name in markers: unique among all that ever ran
    here, without a slash.  *parent* is the environment that children start
    from.  *orphans* is the one whose ``sweep`` the pump calls.
    """

    instance: str
    parent: Mapping[str, str]
    pump: Pump
    orphans: Orphans
    guardian: GuardianLink
    ledger: Ledger
    size: Size = DEFAULT_SIZE


class Line(NamedTuple):
    """Where the bytes of a child are seen to."""

    pump: Pump
    channel: Channel


class ChildSystem(System):
    """Starts children of this process.

    Before a child is started the guardian and the ledger are told its marker,
    and right after that its identity: whenever we are killed, somebody knows.

    Threads: the supervisor thread only.
    """

    def __init__(self, equipment: Equipment) -> None:
        self._with = equipment
        self._looks = Looks()

    @override
    def start(
        self, process: ProcessId, launch: Launch, extra: Mapping[str, str]
    ) -> Child:
        """Start *launch* with the variables of *extra* on top of its own.

        :raises BrummerError: if it cannot be started, saying why and what to do.
        """
        mark = _mark(self._with.instance, process)
        environment = variables(self._with.parent, launch, extra, mark)
        self._with.guardian.expect(process, mark)
        self._with.ledger.expect(process, mark, _shown(launch))
        try:
            with self._with.orphans.starting():
                spawned = spawn(launch, environment, self._with.size)
                self._with.orphans.hold(spawned.popen.pid)
        except BaseException:
            self._forget(process)
            raise
        return self._taken_over(process, mark, spawned)

    def _taken_over(
        self, process: ProcessId, mark: str, spawned: Spawned
    ) -> "TreeChild":
        """Make a child of what was started, known to everybody concerned."""
        root = Root(spawned.popen)
        self._looks.forget()
        identity = _identity(root.pid)
        if identity:
            self._with.guardian.record(process, identity)
            self._with.ledger.record(process, identity)
        ending = Ending(
            root.open_descriptor(),
            lambda: root.exit_code is not None,
            partial(self._with.orphans.release, root),
        )
        channel = Channel(process, spawned, ending)
        self._with.pump.add(channel)
        return TreeChild(
            root,
            Tree(mark, identity, group=root.pid),
            self._looks,
            Line(self._with.pump, channel),
            partial(self._forget, process),
        )

    def _forget(self, process: ProcessId) -> None:
        """Tell who keeps records that nothing of a child is left."""
        self._with.guardian.forget(process)
        self._with.ledger.forget(process)


class TreeChild(Child):
    """One child with all its descendants.

    Threads: the supervisor thread only.
    """

    def __init__(
        self,
        root: Root,
        tree: Tree,
        looks: Looks,
        line: Line,
        forget: Callable[[], object],
    ) -> None:
        self._root = root
        self._tree = tree
        self._looks = looks
        self._line = line
        self._forget = forget

    @property
    @override
    def pid(self) -> int:
        """The pid of the tree's root, which leads its own session."""
        return self._root.pid

    @property
    @override
    def exit_code(self) -> int | None:
        """What a shell would report (128 + n for signal n); ``None`` while it runs."""
        return self._root.exit_code

    @override
    def family(self) -> tuple[Relative, ...]:
        """Return the living members of the tree, the root first."""
        members = self._tree.members(self._looks.recent())
        if self._must_look_again(members):
            members = self._tree.members(self._looks.fresh())
        return tuple(
            Relative(member.pid, member.name)
            for member in members
            if not self._tree.keeps_waiting(member)
        )

    def _must_look_again(self, members: tuple[Row, ...]) -> bool:
        """Whether a look that showed *members* may be too old to rely on.

        That nobody is left decides too much; and a look that shows the root alive
        after its end would have it counted among what it left behind.
        """
        if self._root.exit_code is None:
            return not members
        return not members or members[0].pid == self.pid

    @override
    def signal(self, number: int) -> None:
        """Send a signal to the living members of the tree, each once."""
        self._tree.signal(number, self._look())

    @override
    def stop(self, number: int) -> None:
        """Ask the tree to end, by a signal; a shell hears it after what it runs."""
        self._tree.stop(number, self._look())

    def _look(self) -> Look | None:
        """Return a recent look, ``None`` if nobody can look.

        Then the tree tries again, and knows what to do if that fails.
        """
        with suppress(OSError):
            return self._looks.recent()
        return None

    @override
    def kill(self) -> None:
        """Send SIGKILL to the whole tree until nothing of it is left to find.

        Gives up after a second; :meth:`family` tells who survived.
        """
        self._tree.kill(_KILL_LIMIT)
        self._looks.forget()

    @override
    def write(self, data: bytes) -> None:
        """Type *data* into the child; returns at once, what waits is bounded.

        :raises BrummerError: if the child reads no more input, or too slowly.
        """
        self._line.pump.write(self._line.channel, data)

    @override
    def resize(self, columns: int, rows: int) -> None:
        """Tell the child's terminals how large they are; nothing for pipes."""
        self._line.pump.resize(self._line.channel, Size(columns, rows))

    @override
    def close(self) -> None:
        """Let go of descriptors and records; the tree is gone."""
        self.leave()
        self._forget()

    @override
    def leave(self) -> None:
        """Let go of descriptors and keep the records: some could not be ended.

        The guardian tries again if we are killed, and the ledger stays for
        whoever starts next.
        """
        self._line.pump.remove(self._line.channel)


def _mark(instance: str, process: ProcessId) -> str:
    """Return the marker of a process.

    :raises BrummerError: if no environment can hold it.
    """
    mark = f"{instance}/{process}"
    with suppress(UnicodeEncodeError):
        if b"\0" not in os.fsencode(mark):
            return mark
    raise BrummerError(f"cannot run {process!r}: its name has impossible characters")


def _identity(pid: int) -> Identity | None:
    """Return who a child is that was just started.

    It is in the table even if it has ended, since nobody else reaps it.  If we
    cannot look, because others took all descriptors, its marker has to do.
    """
    with suppress(OSError):
        if line := row(pid):
            return line.identity
    return None


def _shown(launch: Launch) -> str:
    """Return a launch as people know it."""
    return launch.shell_command or " ".join(launch.argv)
