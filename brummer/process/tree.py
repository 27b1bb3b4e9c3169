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

What matters most is never to say that nobody is left while somebody is.  So a
look at the table, which takes milliseconds, goes on to those who were born
meanwhile until nobody is, and killing is followed by a :meth:`Tree._hunt` for
those who were born before the signal came.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from brummer.process.aim import is_process, lives, send, send_if, wait_for_end
from brummer.process.birth import Births
from brummer.process.row import Identity, Row
from brummer.process.table import heeds, marker, row, table

#: Signals that ask a process to end.  One that is stopped (it read from a
#: terminal in the background, or the user paused it) is woken up to hear them.
_ENDING: Final = frozenset(
    (signal.SIGTERM, signal.SIGINT)
    if sys.platform == "win32"
    else (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
)

#: Shells that may lead a tree and do nothing but wait for what they run.
_SHELLS: Final = frozenset({"sh", "dash", "bash", "ash", "ksh", "mksh", "zsh"})

#: Seconds that a shell is given to be paused, as a rule some microseconds; and those
#: between two glances at it.
_PAUSING: Final = 0.05
_GLANCE: Final = 0.0002

#: Seconds that killed processes are given before the next look; dying takes
#: less than a millisecond unless much memory is to be freed.  Those who take
#: longer get twice as long each time, up to the second value.
_DYING: Final = 0.05
_DYING_HARD: Final = 0.8

#: How often at most a look goes on to who was born meanwhile.  On a machine on
#: which somebody always is, these are a hundred births and more; who has had no
#: part in them is not there.
_REVISIONS: Final = 50

#: Seconds without a birth in the tree after which a hunt ends, and after which
#: it ends in any case.  The first is several lives of a process that does
#: nothing but fork; the second, because others wait for this thread.
_CALM: Final = 0.005
_HUNT: Final = 0.05


#: Seconds after which a process that was becoming another program is one.
_BECOMING: Final = 0.002


#: Seconds after which a look is taken again.
_NEWS: Final = 0.02


class Look:
    """The process table at one moment, for as many trees as there are.

    Environments are read when somebody asks for them, and once; that is later
    than the table, and the table itself is not of one moment.  So who wants to
    know all goes on by :meth:`revise` until that says that nobody was born.

    Threads: one thread at a time.
    """

    def __init__(self) -> None:
        self._births = Births()
        self._marks: dict[int, str | None] = {}
        self.rows = table()
        # We are nobody's descendant here, even if another Brummer started us.
        self.rows.pop(os.getpid(), None)
        self._children = _by_parent(self.rows.values())

    @property
    def newest(self) -> int:
        """The number of whoever was born last before the look was complete."""
        return self._births.newest

    def revise(self) -> bool:
        """Go on to who was born meanwhile; return whether anybody was.

        Who is in the table may have ended before its environment was read, but
        not without a trace: whom it had started is found here.
        """
        numbers = self._births.numbers()
        for pid in numbers:
            if is_process(pid) and (found := row(pid)):
                self.rows[pid] = found
                # It may be gone before anybody asks.
                self._marks[pid] = marker(pid)
        if numbers:
            self._children = _by_parent(self.rows.values())
        return bool(numbers)

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
        #: Whether the root was paused by :meth:`stop`, and not woken up yet.
        self._is_paused = False

    def members(self, look: Look | None = None) -> tuple[Row, ...]:
        """Return who lives, parents before their children."""
        living = self._members(look or Look())
        if self._is_paused and all(member.identity == self._root for member in living):
            self._wake()
        return living

    def _members(self, look: Look) -> tuple[Row, ...]:
        living = self._found(look)
        for _ in range(_REVISIONS):
            if not look.revise():
                return living
            living = self._found(look)
        # Of a chain every link is in it by now; no more than one of each lives,
        # or has given birth to another one while this was found out.
        return tuple(filter(_is_there, living)) or living[-1:]

    def _found(self, look: Look) -> tuple[Row, ...]:
        """Return who lives as far as *look* shows, and remember who was found."""
        held = {identity for identity in self._known if look.shows(identity)}
        found = look.descendants(self._tied(look, held))
        found = look.descendants([*found, *self._marked(look, found)])
        self._known = frozenset(held.union(member.identity for member in found))
        living = [member for member in found if not member.zombie]
        return tuple(sorted(living, key=self._rank))

    def signal(self, number: int, look: Look | None = None) -> None:
        """Send a signal to every member, once; SIGKILL also to the newly born.

        :raises OSError: if nobody can look, for want of descriptors say; then only
            the group was sent it, which takes none.
        """
        try:
            look = look or Look()
            living = self.members(look)
        except OSError:
            self._send((), number)
            raise
        self._send(living, number)
        if number == signal.SIGKILL:
            self._hunt(look.newest)

    def stop(self, number: int, look: Look | None = None) -> None:
        """Ask every member to end, by a signal; ask for :meth:`members` from then on.

        A shell that leads the tree would end at once, and as it leads a session
        the kernel would hang up the terminal of the others: a server that is busy
        with its orderly end would be ended by SIGHUP.  So the shell is paused
        first, and hears the signal when a look shows that the others are gone.
        It is not to run on meanwhile either: it would start its next command.

        :raises OSError: as :meth:`signal` does.
        """
        with suppress(OSError):
            look = look or Look()
            living = self.members(look)
            if number in _ENDING and self._is_waited_for(living, number):
                self._is_paused = self._pause()
        self.signal(number, look)

    def keeps_waiting(self, member: Row) -> bool:
        """Whether this is the shell that is paused: it blocks nobody's end."""
        return self._is_paused and member.identity == self._root

    def _is_waited_for(self, living: tuple[Row, ...], number: int) -> bool:
        """Whether the root is a shell that has others and would die of *number*."""
        root, *others = living or (None,)
        if root is None or root.identity != self._root or not others:
            return False
        is_shell = root.name in _SHELLS and not root.stopped
        return is_shell and not heeds(root.pid, number)

    def _pause(self) -> bool:
        """Stop the root for a while; return whether that was done.

        Of two signals that wait a process takes the lower number first, and that
        is the one that ends it.  So the other has to have worked before.
        """
        assert self._root is not None
        if not send(self._root, signal.SIGSTOP):
            return False
        give_up = time.monotonic() + _PAUSING
        while time.monotonic() < give_up:
            found = row(self._root.pid)
            if found is None or found.stopped or found.zombie:
                break
            select.select([], [], [], _GLANCE)
        return True

    def _wake(self) -> None:
        """Let the root go on, and die of the signal that it has not heard yet."""
        self._is_paused = False
        if self._root is not None:
            send(self._root, signal.SIGCONT)

    def kill(self, limit: float) -> tuple[Row, ...]:
        """Send SIGKILL until nothing is found; return who survived *limit* seconds.

        These are as a rule nobody; else members that hang in the kernel or are
        not ours to signal, or that fork as fast as they are killed.

        :raises OSError: as :meth:`signal` does.
        """
        try:
            return self._kill(limit)
        except OSError:
            self._send((), signal.SIGKILL)
            raise

    def _kill(self, limit: float) -> tuple[Row, ...]:
        deadline = time.monotonic() + limit
        patience = _DYING
        look = Look()
        while living := self.members(look) or self._late_comers():
            self._send(living, signal.SIGKILL)
            self._hunt(look.newest)
            if time.monotonic() >= deadline:
                return living
            wait_for_end((member.identity for member in living), patience)
            patience = min(patience * 2, _DYING_HARD)
            look = Look()
        return ()

    def _hunt(self, newest: int) -> None:
        """Kill members that were born after *newest* was, and before the signal.

        If nobody was born since the look that *newest* is of, every member that
        there is was in it, and none that was sent SIGKILL forks any more.  Else
        the signal must come to one of each chain between its birth and that of
        the next; no look at the whole table is that fast.
        """
        births = Births(newest)
        begun = last = time.monotonic()
        numbers = births.numbers()
        if not numbers:
            return
        while (now := time.monotonic()) - last < _CALM and now - begun < _HUNT:
            if sum(map(self._shoot, numbers)):
                last = now
            numbers = births.numbers()

    def _shoot(self, pid: int) -> bool:
        """Send SIGKILL to a process that was just born, if it is a member."""
        return send_if(pid, signal.SIGKILL, lambda: self._is_offspring(pid))

    def _is_offspring(self, pid: int) -> bool:
        """Whether a process is marked, or of the family or session of a known one."""
        if marker(pid) == self._mark:
            return True
        found = row(pid)
        if found is None or not any(map(self._is_known, (found.parent, found.session))):
            return False
        self._known |= {found.identity}
        return True

    def _is_known(self, pid: int) -> bool:
        """Whether the process with that number is a member seen before."""
        # Most are not, which is found out without a look at any of them.
        if not any(identity.pid == pid for identity in self._known):
            return False
        found = row(pid)
        return found is not None and found.identity in self._known

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
            # Whoever left the group after the look was not reached with it, as one
            # that is forked to lead a session or a job of its own.  One that left
            # in the microseconds since the call hears the signal twice: that is
            # better than never.
            if member.group != group or not _is_in(group, member):
                send(member.identity, number)
            if member.stopped and number in _ENDING:
                send(member.identity, signal.SIGCONT)


def _is_in(group: int, member: Row) -> bool:
    """Whether a member has not left a process group since it was seen."""
    found = row(member.pid)
    return found is None or found.group == group


def _is_there(member: Row) -> bool:
    """Whether a member has not ended since it was seen."""
    return lives(member.identity)


def _by_parent(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Return processes by their parents' numbers."""
    children: dict[int, list[Row]] = {}
    for member in rows:
        children.setdefault(member.parent, []).append(member)
    return children
