"""Who is born while somebody looks at the process table.

A look takes milliseconds, and whoever forks in the meantime may be born behind
its back: a chain of processes, each of which starts the next one, in a session
of its own, and ends, is in no two looks, and mostly in none.  But numbers are
handed out in order, so that who was born since can be asked for one by one,
within microseconds of the birth.  Where the system does not tell the number that
it handed out last, nobody is ever born here, and the next look has to do.
"""

import os
from collections.abc import Sequence
from itertools import chain, islice
from typing import Final

from brummer.process.table import highest, newest

#: Most numbers that are asked for at once.  Whoever was born before as many
#: others is dead, or lives long enough for the next look.
_MOST: Final = 4096


class Births:
    """The numbers that are handed out from now on, or *since* an earlier one.

    Threads: one thread at a time.
    """

    def __init__(self, since: int | None = None) -> None:
        #: The number that was handed out last when somebody asked last.
        self.newest = newest() if since is None else since

    def numbers(self) -> Sequence[int]:
        """Return the numbers handed out since the last call, latest first.

        They were given to processes and to threads; most may be free again, or
        belong to somebody older whom the system passed over.  We never do.
        """
        found, own = self._handed_out(), os.getpid()
        return tuple(pid for pid in found if pid != own) if own in found else found

    def _handed_out(self) -> Sequence[int]:
        before, self.newest = self.newest, newest()
        if self.newest >= before:
            return range(self.newest, before, -1)[:_MOST]
        turned = chain(range(self.newest, 0, -1), range(highest(), before, -1))
        return tuple(islice(turned, _MOST))
