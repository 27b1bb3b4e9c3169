"""What a search found, as agents read it."""

from collections.abc import Mapping
from typing import Any

from brummer.mcp.size import ENVELOPE, size
from brummer.mcp.table import Row
from brummer.mcp.tools.shown import framed, line_of, row_of
from brummer.model.tool import Answer, answer


def without_process(row: Row, process: str | None) -> Row:
    """Return a line without who printed it, where only one was asked for."""
    if not process:
        return row
    return {name: value for name, value in row.items() if name != "process"}


def hits(found: Mapping[str, Any], process: str, room: int, others: str) -> Answer:
    """Return what a search *found*, as much as fits; what *others* are has the rest."""
    rows: list[Row] = []
    lines: list[str] = []
    room -= ENVELOPE
    for hit in found["hits"]:
        row = without_process(row_of(hit["entry"]), process)
        around = (*hit["before"], hit["entry"], *hit["after"])
        block = [line_of(without_process(row_of(e), process)) for e in around]
        taken = size(row) + sum(map(size, block))
        if taken > room and not rows:
            # Long lines around the first hit would be all that there is.
            block = [line_of(row)]
            taken = size(row) + size(block[0])
        room -= taken
        if room < 0 and rows:
            break
        rows.append(row)
        lines += [*block, *(["--"] if len(block) > 1 else [])]
    head, counts = counted(found, len(rows), others)
    said = framed(lines, process or "processes") if lines else []
    return answer("\n".join([head, *said]), {"hits": rows, **counts})


def counted(
    found: Mapping[str, Any], shown: int, others: str
) -> tuple[str, Mapping[str, int]]:
    """Return how many hits there are and are left out, in words and as data."""
    count = found["count"]
    left = count - shown
    head = f"{count} lines in {found['scanned']} looked at"
    if left:
        head += f"; these are the newest {shown}, {others} the other {left}"
    if found["problem"]:
        head += f"; stopped: {found['problem']}"
    return head, {"count": count, "left_out": left}
