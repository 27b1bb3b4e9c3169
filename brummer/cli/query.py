"""``brumctl`` commands that show a table: ps, scripts, status, ..."""

import time
from typing import Final

from brummer.cli.remote import Remote, Row, is_finished
from brummer.cli.table import table
from brummer.control.protocol import plain
from brummer.core.amount import duration, memory, percent
from brummer.model.process import explained


def ps(remote: Remote) -> int:
    """List the processes."""
    rows = remote.rows("processes")
    if not remote.options.all:
        newest = {row["name"]: row["id"] for row in rows}
        rows = [
            row
            for row in rows
            if not is_finished(row) or newest[row["name"]] == row["id"]
        ]
    usage = remote.row("usage")
    merged: list[Row] = [{**row, "usage": usage.get(row["id"])} for row in rows]
    remote.show(merged, lambda: _process_table(merged))
    return 0


def _process_table(rows: list[Row]) -> str:
    if not rows:
        return "no processes; brumctl start SCRIPT starts one"
    now = time.time()
    head = ("ID", "STATUS", "PID", "CPU", "MEM", "TIME", "PORTS", "COMMAND")
    return table(head, [_process_cells(row, now) for row in rows])


def _process_cells(row: Row, now: float) -> tuple[str, ...]:
    # What was measured last stays in the table for a moment after the end.
    usage = None if is_finished(row) else row["usage"]
    started, ended = row["started"], row["ended"]
    told = explained(row["reason"], row["since"], now)
    reason = f" ({told})" if told else ""
    return (
        row["id"],
        _status(row),
        str(row["pid"] or "-") if not is_finished(row) else "-",
        percent(usage["cpu"]) if usage else "-",
        memory(usage["memory"]) if usage else "-",
        duration((ended or now) - started) if started else "-",
        ",".join(map(str, usage["ports"])) if usage and usage["ports"] else "-",
        row["command"] + reason,
    )


def _status(row: Row) -> str:
    code = row["exit_code"]
    if row["status"] == "running" and row["ready"] is False:
        return "not ready"
    return row["status"] if not code else f"{row['status']} {code}"


def scripts(remote: Remote) -> int:
    """List the scripts of the project."""
    rows = remote.rows("scripts")
    if remote.options.names:
        names = [row["name"] for row in rows]
        remote.show(names, lambda: "\n".join(names))
        return 0
    head = ("SCRIPT", "SOURCE", "FOLDER", "COMMAND")
    remote.show(
        rows,
        lambda: (
            table(
                head,
                [
                    (r["name"], r["source"], r["package"] or ".", r["command"])
                    for r in rows
                ],
            )
            if rows
            else "no scripts"
        ),
    )
    return 0


def status(remote: Remote) -> int:
    """Say how the instance does; exit 1 if a process failed."""
    hello, rows = remote.row("hello"), remote.rows("processes")
    bad = [row for row in remote.rows("health") if row["level"] != "healthy"]
    newest = {row["name"]: row for row in rows}
    counts: dict[str, int] = {}
    for row in newest.values():
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    told = _told(remote, {row["id"] for row in newest.values()})
    record = remote.record
    value = {
        "id": record.id,
        "folder": hello["folder"],
        "pid": hello["pid"],
        "started_at": record.started_at.isoformat(),
        "processes": counts,
        "health": bad,
        **told,
    }
    up = duration(time.time() - record.started_at.timestamp())
    lines = [
        f"{record.id}  pid {hello['pid']}  up {up}",
        f"folder     {hello['folder']}",
        "processes  " + (", ".join(f"{n} {s}" for s, n in counts.items()) or "none"),
        *(
            f"{word:<10} {row['process']}: {row['says']}"
            for word, rows in told.items()
            for row in rows
        ),
        *(f"{row['level']:<10} {row['component']}: {row['error']}" for row in bad),
    ]
    remote.show(value, lambda: "\n".join(lines))
    return 1 if "failed" in counts else 0


#: What is told of a process beside its status, by the kind of its finding.
_TOLD: Final = {"build": "builds", "test": "tests", "prompt": "prompts"}


def _told(remote: Remote, processes: set[str]) -> dict[str, list[Row]]:
    """Return how builds and tests of *processes* go, and what they ask."""
    told: dict[str, list[Row]] = {word: [] for word in _TOLD.values()}
    for row in remote.rows("findings"):
        word = _TOLD.get(row["kind"])
        if word and row["process"] in processes and not row["resolved"]:
            said = {"process": row["process"], "says": row["title"]}
            told[word].append({**said, **row["details"]})
    return told


def health(remote: Remote) -> int:
    """List how the parts of brum do; exit 1 if one does badly."""
    rows = remote.rows("health")
    remote.show(
        rows,
        lambda: table(
            ("COMPONENT", "LEVEL", "COUNT", "ERROR"),
            [(r["component"], r["level"], r["count"], r["error"]) for r in rows],
        ),
    )
    return 1 if any(row["level"] in {"failing", "failed"} for row in rows) else 0


def instances(remote: Remote) -> int:
    """List the running instances of this user."""
    living = remote.directory.living()
    rows = [{**_record_fields(record), "alive": True} for record in living]
    remote.show(
        rows,
        lambda: (
            table(
                ("ID", "PID", "PORT", "FOLDER"),
                [(r.id, r.pid, r.port or "-", r.directory) for r in living],
            )
            if living
            else "no instance runs"
        ),
    )
    return 0


def _record_fields(record: object) -> Row:
    """Return a record's fields without its token, which is for programs only."""
    fields = plain(record)
    assert isinstance(fields, dict)
    return {name: value for name, value in fields.items() if name != "token"}


def metrics(remote: Remote) -> int:
    """Print counters, in the text format of Prometheus."""
    answer = remote.run("metrics.read")
    remote.show(answer["values"], lambda: str(answer["text"]).rstrip("\n"))
    return 0
