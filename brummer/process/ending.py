"""Ending whole trees when nobody is left to ask: politely first."""

import signal
import time
from collections.abc import Sequence
from typing import Final

from brummer.process.aim import wait_for_end
from brummer.process.row import Row
from brummer.process.tree import Look, Tree

#: Seconds until the next look while processes may still end by themselves.
_PATIENCE: Final = 0.1

#: Seconds in which SIGKILL has to take effect on one tree, before it is another
#: one's turn.
_KILL_LIMIT: Final = 2.0

#: Seconds for which it is tried again with those it had no effect on.
PERSISTENCE: Final = 10.0


def end(
    trees: Sequence[Tree], grace: float, persistence: float = PERSISTENCE
) -> tuple[Row, ...]:
    """Send SIGTERM, after *grace* seconds SIGKILL; return who is left even then.

    Returns as soon as nothing is left, or when SIGKILL was sent again and again
    for *persistence* seconds.
    """
    deadline = time.monotonic() + grace
    look = Look()
    for tree in trees:
        tree.stop(signal.SIGTERM, look)
    while (left := deadline - time.monotonic()) > 0:
        living = _living(trees)
        if not living:
            return ()
        wait_for_end((member.identity for member in living), min(left, _PATIENCE))
    return _kill(trees, persistence)


def _kill(trees: Sequence[Tree], limit: float) -> tuple[Row, ...]:
    """Kill the trees in turn until nothing is left of any, or for *limit* seconds."""
    deadline = time.monotonic() + limit
    while True:
        survivors = {tree: tree.kill(_KILL_LIMIT) for tree in trees}
        trees = [tree for tree, members in survivors.items() if members]
        if not trees or time.monotonic() >= deadline:
            return tuple(member for tree in trees for member in survivors[tree])


def _living(trees: Sequence[Tree]) -> list[Row]:
    """Return the living members of all trees."""
    look = Look()
    return [member for tree in trees for member in tree.members(look)]
