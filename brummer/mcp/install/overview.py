"""How Brummer stands with the clients of this machine, in rows for any front end."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from brummer.config.text import hint
from brummer.errors import BrummerError
from brummer.mcp import trace
from brummer.mcp.install.client import Machine, Scope
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import hub, own_command
from brummer.mcp.install.installer import (
    NAME,
    Change,
    EntryState,
    Installer,
    Order,
    Standing,
)
from brummer.mcp.install.journal import Journal

#: What was added to which file is kept here, in the folder for state.
_JOURNAL: Final = "mcp-clients.json"


def own_installer(project: Path, state: Path) -> Installer:
    """Return who enters this very Brummer in clients of this machine.

    *state* is the folder for what is kept.

    :raises BrummerError: if the user has no home directory.
    """
    command = own_command()
    return Installer(
        Machine.own(),
        project,
        Journal(state / _JOURNAL),
        lambda scope: hub(scope, command, os.environ),
        partial(trace.leave, state),
    )


def order(client: str, scope: str) -> Order:
    """Return the order for what somebody typed.

    :raises BrummerError: if there is no such client or scope.
    """
    if client not in CLIENTS:
        near = hint(client, CLIENTS)
        raise BrummerError(f"no MCP client is called {client!r}{near}")
    if scope not in tuple(Scope):
        raise BrummerError(f"a scope is {' or '.join(Scope)}, and not {scope!r}")
    return Order(client=CLIENTS[client], scope=Scope(scope))


def standings(
    installer: Installer, scope: Scope | None = None, name: str = NAME
) -> Iterator[Standing]:
    """Yield how Brummer stands with each client, for one *scope* or for both.

    For both, files of the project count where there is something in them.
    """
    for client in CLIENTS.values():
        for one in Scope if scope is None else (scope,):
            found = installer.standing(Order(client=client, scope=one, name=name))
            if scope or one is Scope.USER or _is_worth_it(installer, found):
                yield found


def _is_worth_it(installer: Installer, of_project: Standing) -> bool:
    """Whether anybody wants to hear of a file of the project.

    Not of each that there is not; and for who is at home, some are the user's.
    """
    if of_project.file is None or of_project.state is EntryState.NONE:
        return False
    of_user = installer.file(Order(client=of_project.client)) or ""
    return os.path.realpath(of_project.file) != os.path.realpath(of_user)


def standing_row(standing: Standing) -> dict[str, object]:
    """Return *standing* as JSON has it."""
    return {
        "client": standing.client.name,
        "title": standing.client.title,
        "installed": standing.is_installed,
        "scope": standing.scope,
        "entry": standing.state,
        "leads_to": standing.leads_to,
        "file": str(standing.file or ""),
        "problem": standing.problem,
    }


def change_row(
    order: Order, change: Change, remarks: Sequence[str] = ()
) -> dict[str, object]:
    """Return what became of a file, and what to know about it, as JSON has it."""
    return {
        "client": order.client.name,
        "title": order.client.title,
        "scope": order.scope,
        "name": order.name,
        "action": change.action,
        "file": str(change.file),
        "backup": str(change.backup or ""),
        "diff": change.diff if order.is_dry else "",
        "remarks": list(remarks),
    }
