"""Who belongs to which tree, for measuring: one look at the process table."""

from collections.abc import Mapping

from brummer.model.process import ProcessId
from brummer.process.row import Row
from brummer.process.table import table


def members(roots: Mapping[ProcessId, int]) -> Mapping[ProcessId, tuple[int, ...]]:
    """Return the living pids of each tree, given the pids of their roots.

    By session and parentage, which is cheap and nearly always enough;
    :class:`brummer.process.tree.Tree` is thorough, for those who end trees.

    Threads: any.
    """
    if not roots:
        return {}
    children: dict[int, list[Row]] = {}
    sessions: dict[int, list[Row]] = {}
    for row in table().values():
        if not row.zombie:
            children.setdefault(row.parent, []).append(row)
            sessions.setdefault(row.session, []).append(row)
    return {
        process: _descendants(sessions.get(root, []), children)
        for process, root in roots.items()
    }


def _descendants(
    known: list[Row], children: Mapping[int, list[Row]]
) -> tuple[int, ...]:
    """Return the pids of *known* and of all their descendants, each once."""
    found = dict.fromkeys(row.pid for row in known)
    waiting = list(found)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.pid not in found:
                found[child.pid] = None
                waiting.append(child.pid)
    return tuple(found)
