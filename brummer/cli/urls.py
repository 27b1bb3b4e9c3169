"""``brumctl urls``: the servers that processes announced."""

import time

from brummer.cli.remote import Remote, Row
from brummer.cli.table import table
from brummer.core.amount import ago


def urls(remote: Remote) -> int:
    """List the servers of living processes, one per host and port.

    With ``--check`` exit 1 if one of them takes no connections.
    """
    check = remote.options.check
    answer = remote.run("servers.list", check=check)["answer"]
    servers = {(row["process"], row["url"]): row for row in answer}
    rows: list[Row] = [
        {**row, **{key: servers[found][key] for key in ("alive", "problem", "seconds")}}
        for row in remote.rows("findings")
        if row["kind"] == "url"
        and (found := (row["process"], row["details"].get("url"))) in servers
    ]
    remote.show(rows, lambda: _table(rows, check=check) if rows else "no URLs yet")
    return int(check and not all(row["alive"] for row in rows))


def _table(rows: list[Row], *, check: bool) -> str:
    now = time.time()
    head = ("URL", "LABEL", "PROCESS", "SINCE", "STATE")
    cells = [
        (
            row["details"]["url"],
            row["details"].get("label") or "-",
            row["process"],
            ago(now - row["time"]),
            _state(row),
        )
        for row in rows
    ]
    shown = len(head) if check else len(head) - 1
    return table(head[:shown], [line[:shown] for line in cells])


def _state(row: Row) -> str:
    if row["alive"]:
        return f"up {row['seconds'] * 1000:.0f}ms"
    return row["problem"] or "unknown"
