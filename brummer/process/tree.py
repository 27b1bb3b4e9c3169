"""All that descends from one child: found, signalled, ended.

A descendant can leave its parent, its process group and its session, and can
clean its environment, but seldom all of them between two looks.  So each look
takes whoever has one of these ties and remembers the identities it saw:

==============  =========================================================
tie             survives
==============  =========================================================
parent          anything but the end of the parent
session         the end of the parent, a double fork
marker          ``setsid`` as well
seen before     a clean environment after any of the others was seen
==============  =========================================================
"""

import os
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from brummer.process.aim import send, wait_for_end
from brummer.process.row import Identity, Row
from brummer.process.table import marker, table

#: Signals that ask a process to end.  One that is stopped (it read from a
#: terminal in the background, or the user paused it) is woken up to hear them.
_ENDING: Final = frozenset(
    {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
)

#: Seconds that killed processes are given before the next look; dying takes
#: less than a millisecond unless much memory is to be freed.
_DYING: Final = 0.05


#: Seconds after which a process that was becoming another program is one.
_BECOMING: Final = 0.002


#: Seconds after which a look is taken again.
_NEWS: Final = 0.02


class Look:
    """The process table at one moment, for as many trees as there are.

    Environments are read when somebody asks for them, and once.

    Threads: one thread at a time.
    """

    def __init__(self) -> None:
        self.rows = table()
        # We are nobody's descendant here, even if another Brummer started us.
        self.rows.pop(os.getpid(), None)
        self._marks: dict[int, str | None] = {}
        self._children: dict[int, list[Row]] = {}
        for member in self.rows.values():
            self._children.setdefault(member.parent, []).append(member)

    def shows(self, identity: Identity) -> bool:
        """Whether that very process is in the table, if only as a zombie."""
        found = self.rows.get(identity.pid)
        return found is not None and found.identity == identity

    def mark(self, pid: int) -> str | None:
        """Return the marker of a process."""
        if pid not in self._marks:
            self._marks[pid] = marker(pid)
        return self._marks[pid]

    def descendants(self, ancestors: Iterable[Row]) -> list[Row]:
        """Return *ancestors* and all their descendants, each once."""
        found = {member.pid: member for member in ancestors}
        waiting = list(found)
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child.pid not in found:
                    found[child.pid] = child
                    waiting.append(child.pid)
        return list(found.values())


class Looks:
    """The latest look, for as long as it is news.

    When everything is stopped at once, one look at the table serves all trees.

    Threads: one thread at a time.
    """

    def __init__(self) -> None:
        self._latest: Look | None = None
        self._taken = 0.0

    def recent(self) -> Look:
        """Return a look that is at most 20 ms old."""
        if self._latest and time.monotonic() - self._taken < _NEWS:
            return self._latest
        return self.fresh()

    def fresh(self) -> Look:
        """Return a look taken now."""
        self._latest = Look()
        self._taken = time.monotonic()
        return self._latest

    def forget(self) -> None:
        """Make the next look a fresh one, because something was changed."""
        self._latest = None


class Tree:
    """The living descendants of one child, itself included.

    *mark* is the marker that the child was given.  *root* is ``None`` when only
    that is known.  *group* is the child's process group, to be given only by
    whoever decides when the root is reaped: until then the number cannot become
    another group's, so that one call reaches all of it at once, those that are
    being forked included.

    Threads: one thread at a time, the supervisor's or the guardian's; each look
    changes what is remembered.
    """

    def __init__(
        self, mark: str, root: Identity | None, *, group: int | None = None
    ) -> None:
        self._mark = mark
        self._root = root
        self._group = group
        #: Members seen before that were still in the table at the last look.
        self._known = frozenset[Identity]() if root is None else frozenset({root})

    def members(self, look: Look | None = None) -> tuple[Row, ...]:
        """Return who lives, parents before their children."""
        look = look or Look()
        held = {identity for identity in self._known if look.shows(identity)}
        found = look.descendants(self._tied(look, held))
        found = look.descendants([*found, *self._marked(look, found)])
        self._known = frozenset(held.union(member.identity for member in found))
        living = [member for member in found if not member.zombie]
        return tuple(sorted(living, key=self._rank))

    def signal(self, number: int, look: Look | None = None) -> None:
        """Send a signal to every member, once."""
        self._send(self.members(look), number)

    def kill(self, limit: float) -> tuple[Row, ...]:
        """Send SIGKILL until nothing is found; return who survived *limit* seconds.

        Members that fork while they are looked for are met by the group's
        signal or by the next look.
        """
        deadline = time.monotonic() + limit
        while living := self.members() or self._late_comers():
            self._send(living, signal.SIGKILL)
            if time.monotonic() >= deadline:
                return living
            wait_for_end((member.identity for member in living), _DYING)
        return ()

    def _late_comers(self) -> tuple[Row, ...]:
        """Return who is found when nobody was, a moment ago.

        While a process becomes another program it has no environment for some
        microseconds, and the marker may be the only tie it has.
        """
        select.select([], [], [], _BECOMING)
        return self.members()

    def _tied(self, look: Look, held: set[Identity]) -> list[Row]:
        """Return who was seen before, or is in a session of one of those.

        A session has the number of its leader, and while a process with that
        number is in the table, if only as a zombie, no other session can have
        it: hence the sessions of *held* members are ours.
        """
        sessions = {identity.pid for identity in held}
        return [
            member
            for member in look.rows.values()
            if member.identity in held or member.session in sessions
        ]

    def _marked(self, look: Look, found: list[Row]) -> list[Row]:
        """Return who else carries the marker.

        Reading an environment is the dear part of a look, so it is spared for
        who was found already, or is older than the root and no descendant.
        """
        known = {member.pid for member in found}
        oldest = self._root.start if self._root else 0
        return [
            member
            for member in look.rows.values()
            if member.pid not in known
            and member.identity.start >= oldest
            and not member.zombie
            and look.mark(member.pid) == self._mark
        ]

    def _rank(self, member: Row) -> tuple[bool, int, int]:
        """Order the root first, then by age; parents are older than children.

        That matters to a shell script: were its commands told to end before
        it, it would start the next one.
        """
        pid, start = member.identity
        return member.identity != self._root, start, pid

    def _send(self, members: Iterable[Row], number: int) -> None:
        """Send a signal to the group at once, and to the others one by one."""
        # As long as the root is in the table nobody else can have its number.
        group = self._group if self._root in self._known else None
        if group is not None:
            # It may be empty, and may hold members that changed their user.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        for member in members:
            if member.group != group:
                send(member.identity, number)
            if member.stopped and number in _ENDING:
                send(member.identity, signal.SIGCONT)
