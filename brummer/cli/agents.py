"""``brumctl mcp status``, ``brumctl mcp calls`` and ``brumctl hand``."""

import time

from brummer.cli.remote import Remote, Row
from brummer.cli.table import table
from brummer.core.amount import duration
from brummer.errors import UsageError
from brummer.logs.ansi import strip


def status(remote: Remote) -> int:
    """Say where agents are served, who came, and what was handed to them.

    Exit 1 if no agents are served.
    """
    found = remote.run("mcp.status")
    remote.show(found, lambda: _status(found))
    return 0 if found["url"] else 1


def _status(found: Row) -> str:
    if not found["url"]:
        # One that was started before an update does not say which it is.
        why = found.get("absence", "no_mcp is set, or no port was free")
        return f"no agents are served: {_plain(why)}"
    now = time.time()
    refused = ", ".join(f"{n} with {s}" for s, n in found["statuses"].items())
    waiting = ", ".join(map(_plain, found["waiting"]))
    lines = [
        f"url      {found['url']}",
        f"token    {found['token']}, in the instance file",
        f"calls    {found['calls']:,}, {found['failed']:,} failed",
        f"refused  {found['refused']:,}" + (f": {refused}" if refused else ""),
        f"tokens   about {found['tokens_in']:,} in, {found['tokens_out']:,} out",
        f"waiting  {waiting or 'nobody'}",
        *(_handed(row, now) for row in found["handed"]),
    ]
    if found["read_only"]:
        lines.insert(1, "offers   only what changes nothing")
    if found["clients"]:
        lines += ["", _clients(found["clients"], now)]
    return "\n".join(lines)


def _handed(row: Row, now: float) -> str:
    takers = ", ".join(map(_plain, row["taken_by"]))
    left = duration(max(0.0, row["expires"] - now))
    became = f"taken by {takers}" if takers else f"kept for {left}"
    return f"handed   {_clock(row['time'])} {_plain(row['title'])}: {became}"


def _clients(rows: list[Row], now: float) -> str:
    head = ("CLIENT", "VERSION", "CALLS", "FAILED", "IN", "OUT", "SESSIONS", "SEEN")
    cells = [
        (
            _plain(row["name"]),
            _plain(row["version"]) or "-",
            row["calls"],
            row["errors"],
            row["tokens_in"],
            row["tokens_out"],
            row["sessions"] or "-",
            duration(max(0.0, now - row["last_seen"])),
        )
        for row in reversed(rows)
    ]
    return table(head, cells)


def calls(remote: Remote) -> int:
    """List the last calls, and who was not let in; the newest stand last."""
    if remote.options.last < 1:
        raise UsageError("--last takes 1 or more")
    rows = remote.run("mcp.calls", limit=remote.options.last)["answer"]
    remote.show(rows, lambda: _calls(rows) if rows else "nobody has called yet")
    return 0


def _calls(rows: list[Row]) -> str:
    head = ("TIME", "WHO", "CALL", "MS", "TOKENS", "OUTCOME", "")
    return table(head, map(_cells, rows))


def _cells(row: Row) -> tuple[str, ...]:
    clock = _clock(row["time"])
    if "status" in row:
        outcome = f"refused {row['status']}"
        return clock, _plain(row["peer"]), "-", "-", "-", outcome, _plain(row["reason"])
    is_over = row["outcome"] != "running"
    return (
        clock,
        _plain(row["client"]),
        _plain(row["tool"]),
        f"{row['milliseconds']:.0f}" if is_over else "-",
        str(row["tokens_in"] + row["tokens_out"]) if is_over else "-",
        row["outcome"],
        _plain(row["reason"] or row["arguments"]),
    )


def hand(remote: Remote) -> int:
    """Hand an error, or the last lines of a log, to an agent."""
    options = remote.options
    process = remote.find(options.process)["id"] if options.process else ""
    which: dict[str, object] = {"kind": "error", "process": process}
    if options.lines is not None:
        if options.lines < 1:
            raise UsageError("--lines takes 1 or more")
        end = _end(remote, process)
        first = max(0, end - options.lines)
        which = {"kind": "log", "process": process, "first": first, "stop": end}
    found = remote.run("agent.hand_over", note=options.note, **which)
    remote.show(found, lambda: _told(found))
    return 0


def _end(remote: Remote, process: str) -> int:
    """Return the number of the line that a log will have next."""
    return int(remote.row("log_extent", {"process": process or None})["end"])


def _told(found: Row) -> str:
    names = ", ".join(map(_plain, found["waiting"]))
    became = f"{names} waits for it" if names else "no agent waits; kept for an hour"
    return f"handed over: {_plain(found['title'])}; {became}"


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def _plain(text: str) -> str:
    """Return what others say in one line that does nothing to a terminal."""
    plain = strip(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return " ".join(plain.split())
