"""``brumctl mcp``: Brummer in the files of MCP clients."""

import json
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from brummer.cli.ctlparser import ALL
from brummer.cli.remote import Remote, say_aside
from brummer.cli.table import table
from brummer.config.load import survey
from brummer.config.paths import places
from brummer.errors import BrummerError, UsageError
from brummer.mcp.install.client import Client, Scope
from brummer.mcp.install.clients import CLIENTS
from brummer.mcp.install.entry import (
    VARIABLE,
    Endpoint,
    Target,
    hub,
    own_command,
)
from brummer.mcp.install.installer import (
    NAME,
    Action,
    Change,
    Order,
    Standing,
)
from brummer.mcp.install.overview import (
    change_row,
    own_installer,
    standing_row,
    standings,
)

#: What every client takes for the name of a server.
_NAMES: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")

#: How this machine is called in addresses.
_OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})

#: How the answer to a change begins, and to one that was only looked at.
_DONE: Final = {
    Action.ADDED: ("added to", "would be added to"),
    Action.UPDATED: ("brought up to date in", "would be brought up to date in"),
    Action.REMOVED: ("removed from", "would be removed from"),
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the file of one client, or why nothing did."""

    order: Order
    change: Change | None
    problem: str = ""
    snippet: str = ""
    remarks: tuple[str, ...] = ()


def mcp(remote: Remote) -> int:
    """List, enter, remove or print; exit 1 if something could not be done."""
    options = remote.options
    if options.action in {"status", "calls"}:
        return _asked(remote)
    work = _Work(remote)
    if options.action == "list":
        if options.client:
            raise UsageError("brumctl mcp list takes no name")
        return work.list()
    if not options.client:
        raise UsageError(
            f"brumctl mcp {options.action} takes the name of a client, or {ALL}"
        )
    if not _NAMES.fullmatch(options.name or NAME):
        raise UsageError("--name takes letters, digits, dots, dashes and underscores")
    if options.action == "print":
        return work.print()
    return work.change()


def _asked(remote: Remote) -> int:
    """Tell of agents, which only an instance that runs can."""
    from brummer.cli import agents

    action = remote.options.action
    if remote.options.client:
        raise UsageError(f"brumctl mcp {action} takes no name")
    return agents.status(remote) if action == "status" else agents.calls(remote)


class _Work:
    """One command; *remote* has its options."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._options = remote.options
        self._installer = own_installer(remote.folder, places(os.environ).state)

    def _order(self, client: Client, scope: Scope) -> Order:
        return Order(
            client=client,
            scope=scope,
            name=self._options.name or NAME,
            is_dry=self._options.dry_run,
            may_create=self._options.create,
        )

    def _known(self) -> list[Order]:
        """Return what is to be done, each client once.

        :raises BrummerError: if that is nothing.
        """
        orders = [*self._orders()]
        if not orders:
            raise BrummerError(
                "no client is installed; brumctl mcp list shows who is known"
            )
        return orders

    def _orders(self) -> Iterator[Order]:
        scope = Scope(self._options.scope or Scope.USER)
        names = dict.fromkeys(self._options.client)
        for client in CLIENTS.values():
            is_meant = ALL in names and scope in client.scopes()
            if client.name in names or (
                is_meant and self._installer.is_installed(client)
            ):
                yield self._order(client, scope)

    def _target(self) -> Target | None:
        """Return what the entry is to lead to, ``None`` for what it usually does."""
        if self._options.url:
            return Endpoint(url=_own_address(self._options.url))
        if not self._options.http:
            return None
        port = survey(self._remote.folder, environment=os.environ).settings.mcp_port
        if not port:
            raise UsageError("mcp_port is 0, so there is no fixed address: give --url")
        return Endpoint(url=f"http://127.0.0.1:{port}/mcp")

    def change(self) -> int:
        """Enter Brummer or take it out, and say what was done."""
        return self._report([self._outcome(order) for order in self._known()])

    def _outcome(self, order: Order) -> _Outcome:
        try:
            if self._options.action == "remove":
                return _Outcome(order, self._installer.remove(order))
            target = self._target()
            change = self._installer.install(order, target)
            remarks = self._installer.remarks(order, change, target)
        except UsageError:
            raise
        except BrummerError as error:
            return _Outcome(order, None, str(error), self._snippet(order))
        return _Outcome(order, change, remarks=remarks)

    def _snippet(self, order: Order) -> str:
        if self._options.action == "remove":
            return ""
        try:
            return self._installer.snippet(order, self._target())
        except BrummerError:
            return ""  # what cannot be entered was just said

    def _report(self, outcomes: Sequence[_Outcome]) -> int:
        rows = [_row(outcome) for outcome in outcomes]
        self._remote.show(rows, lambda: "\n".join(map(self._text, outcomes)))
        if not self._options.json:
            for outcome in outcomes:
                self._remark(outcome)
        return 1 if any(outcome.problem for outcome in outcomes) else 0

    def _text(self, outcome: _Outcome) -> str:
        title, change = outcome.order.client.title, outcome.change
        if change is None:
            below = f"\nTo be put there by hand:\n{outcome.snippet}"
            return outcome.problem + (below if outcome.snippet else "")
        if change.action is Action.UNCHANGED:
            is_there = self._options.action == "install"
            what = "is as it should be in" if is_there else "is not in"
            return f"{title}: {outcome.order.name} {what} {change.file}"
        what = _DONE[change.action][outcome.order.is_dry]
        lines = [f"{title}: {outcome.order.name} {what} {change.file}"]
        if outcome.order.is_dry:
            lines.append(change.diff.rstrip("\n"))
        if change.backup:
            lines.append(f"  what was there is in {change.backup}")
        return "\n".join(lines)

    def _remark(self, outcome: _Outcome) -> None:
        change, client = outcome.change, outcome.order.client
        if self._options.action == "remove" or change is None:
            return
        for remark in outcome.remarks:
            say_aside(f"{client.title}: {remark}")
        if self._options.http or self._options.url:
            say_aside(self._about_token(client))

    def _about_token(self, client: Client) -> str:
        from brummer.app.agents import SHARED

        file = shlex.quote(str(places(os.environ).state / SHARED))
        return (
            f"{client.title} shows the token that its variable {VARIABLE} has: set"
            f" shared_token in [mcp], and start it with {VARIABLE}=$(cat {file})"
        )

    def list(self) -> int:
        """List the clients, and how Brummer stands with them."""
        scope = Scope(self._options.scope) if self._options.scope else None
        found = list(standings(self._installer, scope, self._options.name or NAME))
        self._remote.show(list(map(standing_row, found)), lambda: _listed(found))
        return 0

    def print(self) -> int:
        """Print what would be entered, and where."""
        rows = [self._printed(order) for order in self._known()]
        self._remote.show(rows, lambda: "\n\n".join(map(_shown, rows)))
        return 1 if any(row["problem"] for row in rows) else 0

    def _printed(self, order: Order) -> dict[str, str]:
        client, target = order.client, self._target()
        file = self._installer.file(order)
        snippet = problem = ""
        try:
            snippet = self._installer.snippet(order, target)
        except BrummerError as error:
            problem = str(error)
        own = "" if target else self._own(order)
        return {
            "client": client.name,
            "title": client.title,
            "scope": order.scope,
            "file": str(file or ""),
            "snippet": snippet,
            "command": own,
            "by_hand": "" if file else client.by_hand,
            "problem": problem,
        }

    def _own(self, order: Order) -> str:
        """Return the line for the client's own program that does the same.

        Each takes variables in a way of its own; with those, there is none.
        """
        target = hub(order.scope, own_command(), os.environ)
        knows_scope = order.scope is Scope.USER or "{scope}" in order.client.own
        if target.environment or not knows_scope:
            return ""
        first, *rest = target.command
        entry = {"name": order.name, "command": first, "args": rest}
        return order.client.own.format(
            scope=order.scope,
            name=shlex.quote(order.name),
            command=shlex.join(target.command),
            json=shlex.quote(json.dumps(entry)),
        )


def _own_address(url: str) -> str:
    """Return *url* if it leads to this machine; the token is for nobody else.

    :raises UsageError: if it does not.
    """
    try:
        parts = urlsplit(url)
        is_own = parts.scheme in {"http", "https"} and parts.hostname in _OWN_HOSTS
        # Others end the host at a backslash, and leave out what cannot be seen.
        is_plain = "\\" not in url and url.isprintable() and parts.port != 0
    except ValueError:
        is_own = is_plain = False
    if not (is_own and is_plain):
        raise UsageError(
            "--url takes an address of this machine, as http://127.0.0.1:7777/mcp"
        )
    return url


def _row(outcome: _Outcome) -> dict[str, object]:
    if outcome.change is not None:
        return change_row(outcome.order, outcome.change, outcome.remarks)
    return {
        "client": outcome.order.client.name,
        "title": outcome.order.client.title,
        "scope": outcome.order.scope,
        "name": outcome.order.name,
        "action": "failed",
        "problem": outcome.problem,
        "snippet": outcome.snippet,
    }


def _listed(found: Sequence[Standing]) -> str:
    head = ("CLIENT", "INSTALLED", "SCOPE", "ENTRY", "TO", "FILE")
    rows = [
        (
            standing.client.name,
            "yes" if standing.is_installed else "no",
            standing.scope,
            standing.state,
            standing.leads_to or "-",
            standing.problem or standing.file or "-",
        )
        for standing in found
    ]
    return table(head, rows)


def _shown(row: dict[str, str]) -> str:
    if row["problem"]:
        return f"# {row['problem']}"
    lines = [f"# {row['title']}: {row['file'] or row['by_hand']}"]
    if row["command"]:
        lines.append(f"# or: {row['command']}")
    return "\n".join((*lines, row["snippet"].rstrip("\n")))
