"""What a person handed over, as an agent reads it."""

from collections.abc import Iterator

from brummer.mcp.size import compact
from brummer.mcp.table import Row
from brummer.mcp.tools.shown import framed, span


def handed_lines(row: Row) -> list[str]:
    """Return lines for a message of a person, of whom only the note is."""
    payload = row["payload"]
    if not isinstance(payload, dict) or "text" not in payload:
        return framed([compact(payload)], "a process")
    head = f"{row['number']} handed over by a person: {_which(payload)}"
    if row["taken_by"]:
        head += f" (already taken by {row['taken_by']})"
    return [head, *_note(payload), *_text(payload)]


def _which(payload: Row) -> str:
    process = payload.get("process") or "all processes"
    if payload.get("kind") == "error":
        return f"an error of {process}; errors_get error={payload['id']} shows it"
    if payload.get("kind") == "process":
        return f"process {process}, with its last lines"
    lines = span(int(str(payload["from"])), int(str(payload["to"])))
    return f"{lines} of {process}"


def _note(payload: Row) -> Iterator[str]:
    if payload.get("note"):
        yield f"their note: {payload['note']}"


def _text(payload: Row) -> list[str]:
    lines = [payload.get("title", ""), *str(payload["text"]).split("\n")]
    # A report begins with what is its title as well.
    shown = lines[1:] if lines[0] in lines[1:2] else lines
    return framed(map(str, shown), str(payload.get("process") or "processes"))
