"""Descendants whose parents ended: kept near, and buried.

On Linux we become the sub-reaper of everything below us: a process that loses
its parent becomes our child instead of init's, so that it stays in our part of
the process table, and its death is ours to acknowledge.

That must never take an exit status that somebody else waits for: plugins and
libraries in this very interpreter start processes too, and those are our
children in the same way.  See :meth:`Orphans.bury`.
"""

import ctypes
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from brummer.process.root import Root
from brummer.process.row import Identity, Row
from brummer.process.table import marker, newest, table

#: ``PR_SET_CHILD_SUBREAPER`` of ``linux/prctl.h``.
_SET_CHILD_SUBREAPER: Final = 36

#: Seconds after which orphans are looked for in any case.
_PAUSE: Final = 10.0

#: So many births are a reason to look at once; and so many dead that nobody has
#: asked after since the last look are no library's, which would choke on them.
_CROWD: Final = 256


def become_reaper() -> bool:
    """Become the parent of orphaned descendants; false where that is unknown."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # a libc that has no such function
            prctl = ctypes.CDLL(None).prctl
            return bool(prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


class Orphans:
    """Buries adopted descendants of the children of one *instance*.

    Threads: :meth:`starting` and :meth:`hold` belong to the supervisor thread,
    :meth:`sweep`, :meth:`bury` and :meth:`release` to the pump.
    """

    def __init__(self, instance: str) -> None:
        self._mark = f"{instance}/"
        #: Pids of the roots that were not reaped yet.  The supervisor adds, the
        #: pump discards and asks; each is one atomic step of a set.
        self._roots: set[int] = set()
        #: Whether a root may exist that is not in the set yet; written by the
        #: supervisor.
        self._starting = False
        #: Adopted processes that were seen alive with our marker.
        self._marked: set[Identity] = set()
        #: Roots that are to be reaped, which frees the number of their session;
        #: so it comes after those in the session.
        self._released: list[Root] = []
        #: Who was dead at the last look and neither in our session nor known.
        self._strays = frozenset[Identity]()
        #: When was looked last, and what number was handed out last then.
        self._looked = 0.0
        self._newest = 0

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Keep new children from being taken for orphans until they are held."""
        self._starting = True
        try:
            yield
        finally:
            self._starting = False

    def hold(self, pid: int) -> None:
        """Note that *pid* is a root, and its exit status not ours to take."""
        self._roots.add(pid)

    def release(self, root: Root) -> None:
        """Have a root reaped by the next sweep, or by the first after its end."""
        self._released.append(root)

    def sweep(self) -> None:
        """Bury who is to be buried, if there may be anybody.

        To be called every few seconds; as a rule that costs some microseconds.
        Something that forks without end fills the process table in as many
        seconds, if those who end are left in it.
        """
        births = abs(newest() - self._newest)
        waited = time.monotonic() - self._looked
        if self._released or births >= _CROWD or waited >= _PAUSE:
            self.bury()

    def bury(self) -> None:
        """Take the exit statuses that nobody else can be waiting for.

        Those are of zombies that are children of ours and

        * are in the session of a root.  One gets into a session only by being
          forked in it, so nobody but a descendant of the root is there; or
        * carried our marker when they were seen alive, and are not a root; or
        * are in neither our session nor a root's, and hundreds, and were dead at the
          last look already.

        Any other orphan that left its session and ended before it was seen is
        left alone: it costs a line in the process table, until we end as well.
        """
        self._looked, self._newest = time.monotonic(), newest()
        own = os.getpid()
        adopted = [line for line in table().values() if line.parent == own]
        # Asked after the look: a root that is in the table was either started
        # before, and is in the set, or is being started now.
        if self._starting:
            return
        orphans = [line for line in adopted if line.pid not in self._roots]
        self._marked = {line.identity for line in orphans if self._is_ours(line)}
        for line in self._dead(orphans):
            with suppress(ChildProcessError):
                os.waitpid(line.pid, os.WNOHANG)
        reaped = [root for root in self._released if root.reap()]
        self._released = [root for root in self._released if root not in reaped]
        self._roots.difference_update(root.pid for root in reaped)

    def _dead(self, orphans: list[Row]) -> list[Row]:
        """Return whose status is ours to take."""
        zombies = [line for line in orphans if line.zombie]
        ours = [
            line
            for line in zombies
            if line.session in self._roots or line.identity in self._marked
        ]
        own = os.getsid(0)
        known = {line.identity for line in ours}
        strays = [
            line
            for line in zombies
            if line.session != own and line.identity not in known
        ]
        before, self._strays = self._strays, frozenset(s.identity for s in strays)
        if len(strays) < _CROWD:
            return ours
        return [*ours, *(line for line in strays if line.identity in before)]

    def _is_ours(self, line: Row) -> bool:
        """Whether a process has, or is known to have had, our marker."""
        if line.zombie or line.identity in self._marked:
            return line.identity in self._marked
        return (marker(line.pid) or "").startswith(self._mark)
