"""What an instance that was killed left running."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from brummer.model.process import ProcessId
from brummer.process import ledger
from brummer.process.aim import lives
from brummer.process.ending import end
from brummer.process.row import Identity, Row
from brummer.process.system import Relative
from brummer.process.table import epoch
from brummer.process.tree import Look, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One tree that outlived its Brummer.

    *process* and *command* are what it was started as, *since* when, in seconds
    since the epoch.  *members* are those of it that live.
    """

    process: ProcessId
    command: str
    since: float
    members: tuple[Relative, ...]
    mark: str
    root: Identity | None

    @property
    def pid(self) -> int:
        """The number of its first living process."""
        return self.members[0].pid

    @property
    def name(self) -> str:
        """What its first living process is called."""
        return self.members[0].name


def leftovers(files: Iterable[Path]) -> tuple[Leftover, ...]:
    """Return what still lives of what *files* record, of instances that do not.

    Ledgers that have served their purpose are removed.  Those of another
    machine or container, whose pids mean nothing here, are left alone.

    Threads: any; it reads the process table, which takes milliseconds.
    """
    look = Look()
    found: list[Leftover] = []
    for path in files:
        account = ledger.read(path)
        if account is None or _is_in_use(account.owner):
            continue
        left = [tree for entry in account.entries if (tree := _leftover(entry, look))]
        if not left:
            with suppress(OSError):
                path.unlink()
        found.extend(left)
    return tuple(found)


def end_leftovers(found: Sequence[Leftover], grace: float) -> tuple[Relative, ...]:
    """End trees, with *grace* seconds for those that clean up; return who is left.

    Who they are is looked up again; a number that was used again by somebody
    else since then is not touched.

    Threads: any; it takes up to *grace* seconds and a little more.
    """
    survivors = end([Tree(tree.mark, tree.root) for tree in found], grace)
    return tuple(map(_relative, survivors))


def _is_in_use(owner: ledger.Owner) -> bool:
    """Whether the instance lives, or lives where we cannot see."""
    if owner.host != ledger.host():
        return True
    if owner.epoch == epoch():
        return lives(Identity(owner.pid, owner.start))
    # Of this boot but another namespace: a container with our state directory.
    return owner.epoch.split()[0] == epoch().split()[0]


def _leftover(entry: ledger.Entry, look: Look) -> Leftover | None:
    """Return what lives of one recorded tree."""
    members = Tree(entry.mark, entry.identity).members(look)
    if not members:
        return None
    return Leftover(
        process=entry.process,
        command=entry.command,
        since=entry.since,
        members=tuple(map(_relative, members)),
        mark=entry.mark,
        root=entry.identity,
    )


def _relative(member: Row) -> Relative:
    """Return a member by what people call it."""
    return Relative(member.pid, member.name)
