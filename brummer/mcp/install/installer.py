"""Entering Brummer in a client's file, and taking it out again."""

import difflib
import os
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from brummer.config.replacement import OvertakenError
from brummer.errors import BrummerError
from brummer.mcp.install.client import Client, Machine, Scope
from brummer.mcp.install.edit import (
    Edit,
    KeyPath,
    applied,
    spans_of,
    value_at,
)
from brummer.mcp.install.entry import (
    Endpoint,
    Hub,
    Target,
    initial,
    is_current,
    is_fleeting,
    leads_to,
    leaves,
)
from brummer.mcp.install.file import ClientFile, FileError, told
from brummer.mcp.install.form import entry, parse, rendered, with_entry, without_entry
from brummer.mcp.install.journal import Addition, Journal, digest_of

#: What the entry is called unless the user wants another name.
NAME: Final = "brummer"

#: Said of a program that is_fleeting().
_FLEETING: Final = (
    "{program} is in a cache or a temporary folder, and may be gone one day: install"
    " Brummer where it stays, and enter it again from there"
)

#: How often a file is read again that somebody else changes at the same moment.
_TRIES: Final = 5


class EntryState(StrEnum):
    """What stands for Brummer in a client's file."""

    CURRENT = "current"
    OUTDATED = "outdated"
    NONE = "none"
    UNREADABLE = "unreadable"


class Action(StrEnum):
    """What became of a client's file."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done to the file of a client.

    If *is_dry*, nothing is written.  If it *may_create*, the file and its folders are
    made even for a client that does not seem to be there.
    """

    client: Client
    scope: Scope = Scope.USER
    name: str = NAME
    is_dry: bool = False
    may_create: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done, or would have been: *diff* shows it."""

    action: Action
    file: Path
    diff: str = ""
    backup: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How Brummer stands with a client; *leads_to* is an address, or ``hub``."""

    client: Client
    scope: Scope
    file: Path | None
    is_installed: bool
    state: EntryState
    leads_to: str = ""
    problem: str = ""


class ByHandError(BrummerError):
    """The client has no file for that; the snippet has to be put in by hand."""


class Installer:
    """Changes files of clients on a *machine*, for the project in a folder.

    *target* says what entries of a scope lead to unless something else is asked for.
    *installed* is called when a client was entered, or is already.

    Threads: one at a time.
    """

    def __init__(
        self,
        machine: Machine,
        project: Path,
        journal: Journal,
        target: Callable[[Scope], Target],
        installed: Callable[[], object] = lambda: None,
    ) -> None:
        self._machine = machine
        self._project = project
        self._journal = journal
        self._target = target
        self._installed = installed

    def is_installed(self, client: Client) -> bool:
        """Whether *client* seems to be on the machine."""
        return client.is_installed(self._machine)

    def file(self, order: Order) -> Path | None:
        """Return the file that *order* means, ``None`` if there is none for that."""
        return order.client.file(order.scope, self._machine, self._project)

    def standing(self, order: Order) -> Standing:
        """Say how Brummer stands in the file that *order* means."""
        file = self.file(order)
        state, leads, problem = EntryState.NONE, "", ""
        if file is not None:
            try:
                state, leads = self._state(order, file)
            except FileError as error:
                state, problem = EntryState.UNREADABLE, str(error)
        return Standing(
            client=order.client,
            scope=order.scope,
            file=file,
            is_installed=self.is_installed(order.client),
            state=state,
            leads_to=leads,
            problem=problem,
        )

    def _state(self, order: Order, file: Path) -> tuple[EntryState, str]:
        read = ClientFile(file)
        if not read.is_there:
            return EntryState.NONE, ""
        with told(file):
            tree = parse(order.client.form, read.text)
        found = value_at(tree, _path(order, tree))
        if found is None:
            return EntryState.NONE, ""
        target = self._target(order.scope)
        address = leads_to(order.client, found)
        if address:
            target = Endpoint(url=address)
        try:
            wanted = leaves(order.client, order.name, target)
        except BrummerError:
            return EntryState.OUTDATED, address
        is_right = is_current(found, wanted)
        state = EntryState.CURRENT if is_right else EntryState.OUTDATED
        return state, address or "hub"

    def snippet(self, order: Order, target: Target | None = None) -> str:
        """Return what the file would be with nothing but the entry in it.

        :raises BrummerError: if the client cannot be told to use *target*.
        """
        client = order.client
        wanted = self._wanted(order, target, is_new=True)
        return rendered(client.form, (*client.path, order.name), entry(wanted))

    def _wanted(
        self, order: Order, target: Target | None, *, is_new: bool
    ) -> dict[KeyPath, object]:
        target = target or self._target(order.scope)
        wanted = leaves(order.client, order.name, target)
        return {**wanted, **initial(order.client)} if is_new else wanted

    def remarks(
        self, order: Order, change: Change, target: Target | None = None
    ) -> tuple[str, ...]:
        """Return what the user should know about what :meth:`install` has entered."""
        if change.action is Action.UNCHANGED:
            return ()
        found, remarks = target or self._target(order.scope), []
        if isinstance(found, Hub) and is_fleeting(found.command[0]):
            remarks.append(_FLEETING.format(program=found.command[0]))
        return (*order.client.remarks(order.scope), *remarks)

    def install(self, order: Order, target: Target | None = None) -> Change:
        """Enter Brummer; what is right already is left alone.

        Of an entry that is there, only what is ours is changed.

        :raises ByHandError: if the client has no file for the scope.
        :raises BrummerError: if the client is not there, or cannot use *target*.
        :raises FileError: if the file cannot be changed; it is as it was.
        """
        change = self._tried(order, lambda: self._install(order, target))
        if not order.is_dry:
            self._installed()
        return change

    def _install(self, order: Order, target: Target | None) -> Change:
        file = ClientFile(self._place(order))
        if not file.is_there:
            self._may_create(order, file.path)
        with told(file.path):
            tree = parse(order.client.form, file.text)
            path = _path(order, tree)
            is_new = value_at(tree, path) is None
            wanted = self._wanted(order, target, is_new=is_new)
            new, edits = with_entry(order.client.form, file.text, path, wanted)
        if new == file.text:
            return Change(action=Action.UNCHANGED, file=file.path)
        diff = _diff(file, new)
        backup = None
        if not order.is_dry:
            backup = file.write(new)
            self._remember(order, file, new, edits)
        action = Action.ADDED if is_new else Action.UPDATED
        return Change(action=action, file=file.path, diff=diff, backup=backup)

    def _remember(
        self, order: Order, file: ClientFile, new: str, edits: tuple[Edit, ...]
    ) -> None:
        spans = spans_of(edits)
        if not spans:
            return
        addition = Addition(
            file=str(file.path.resolve()),
            name=order.name,
            digest=digest_of(file.encoded(new)),
            spans=spans,
            is_new=not file.is_there,
        )
        self._journal.keep(addition)

    def remove(self, order: Order) -> Change:
        """Take the entry out, and nothing else.

        If the file is as the entry left it, what was made for that goes as well.

        :raises ByHandError: if the client has no file for the scope.
        :raises FileError: if the file cannot be changed; it is as it was.
        """
        return self._tried(order, lambda: self._remove(order))

    def _remove(self, order: Order) -> Change:
        file = ClientFile(self._place(order))
        added = self._journal.find(file.path, order.name)
        is_as_left = added is not None and added.digest == digest_of(file.content)
        with told(file.path):
            tree = parse(order.client.form, file.text)
            path = _path(order, tree)
            if value_at(tree, path) is None:
                return Change(action=Action.UNCHANGED, file=file.path)
            if added is not None and is_as_left:
                cuts = [Edit(start, end, "") for start, end in added.spans]
                new = applied(file.text, cuts)
            else:
                new = without_entry(order.client.form, file.text, path)
        diff = _diff(file, new)
        if order.is_dry:
            return Change(action=Action.REMOVED, file=file.path, diff=diff)
        backup = None
        if added is not None and is_as_left and added.is_new:
            file.delete()
        else:
            backup = file.write(new)
        self._journal.forget(file.path, order.name)
        return Change(action=Action.REMOVED, file=file.path, diff=diff, backup=backup)

    def _tried(self, order: Order, work: Callable[[], Change]) -> Change:
        """Do *work* on the file as it is, again if it has changed meanwhile."""
        # To be alone one makes a file, and who only looks makes none.
        with nullcontext() if order.is_dry else self._journal.alone():
            for _ in range(_TRIES):
                with suppress(OvertakenError):
                    return work()
        raise BrummerError("somebody else keeps changing the file; try again")

    def _place(self, order: Order) -> Path:
        """Return the file for *order*.

        :raises ByHandError: if there is none.
        :raises FileError: if it leads to where it should not.
        """
        client, file = order.client, self.file(order)
        if file is not None:
            self._look_where_it_leads(order, file)
            return file
        if client.by_hand:
            raise ByHandError(f"{client.title} has no file for it: {client.by_hand}")
        raise ByHandError(f"{client.title} has no file for the scope {order.scope}")

    def _look_where_it_leads(self, order: Order, file: Path) -> None:
        """See to it that a project's file is in the project.

        Links of the user lead where the user wants.  Those in a project are by
        whoever made that, and could have us change a file of the user's, and leave
        what is in it where the project's files go.

        :raises FileError: if it is not.
        """
        project, real = map(os.path.realpath, (self._project, file))
        if order.scope is Scope.PROJECT and not Path(real).is_relative_to(project):
            raise FileError(file, f"leads out of the project, to {real}")

    def _may_create(self, order: Order, file: Path) -> None:
        """See to it that a missing file may be made.

        :raises BrummerError: if not.
        """
        if order.may_create or self.is_installed(order.client):
            return
        if order.scope is Scope.PROJECT and file.parent.is_dir():
            return
        raise BrummerError(
            f"{order.client.title} does not seem to be installed, and there is no"
            f" {file}; --create makes it"
        )


def _path(order: Order, tree: object) -> KeyPath:
    """Return where the entry is in a file that says *tree*."""
    client = order.client
    newer = value_at(tree, client.also) if client.also else None
    # It could be a server of that name as well, whose values are none.
    is_newer = isinstance(newer, dict) and all(
        isinstance(one, dict) for one in newer.values()
    )
    return (*(client.also if is_newer else client.path), order.name)


def _diff(file: ClientFile, new: str) -> str:
    lines = difflib.unified_diff(
        file.text.splitlines(keepends=True),
        new.splitlines(keepends=True),
        str(file.path) if file.is_there else "/dev/null",
        str(file.path),
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
