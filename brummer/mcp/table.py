"""Lists for agents: lines to read, and how to get the rest."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias, TypeVar

from brummer.mcp.size import ENVELOPE, ROOM, size, sound
from brummer.model.tool import Answer, answer

#: Bytes of one cell, and of one line.
CELL: Final = 300
LINE: Final = 500

_T = TypeVar("_T")

Row: TypeAlias = Mapping[str, object]


class Listing(NamedTuple):
    """What a list is of.

    *name* is what the data calls it; *nothing* is said where there is none; *again* is
    the call for those after so many, without their number, and *most* how many are
    told at once.
    """

    name: str
    nothing: str
    again: str
    most: int = sys.maxsize


def listed(
    listing: Listing,
    found: Sequence[_T],
    show: Callable[[_T], Row],
    line: Callable[[Row], str],
    first: int = 0,
) -> Answer:
    """Return what was *found*, from the *first* on, as many as fit.

    *show* returns what programs get of one, *line* what agents read of that.  Both are
    asked for what fits only.
    """
    rows: list[Row] = []
    lines: list[str] = []
    room = ROOM - ENVELOPE
    for one in found[first : first + listing.most]:
        row = trimmed(show(one))
        text = cut(one_line(line(row)), LINE)
        room -= size(row) + size(text)
        if room < 0 and rows:
            break
        rows.append(row)
        lines.append(text)
    left = max(len(found) - first - len(rows), 0)
    if left:
        lines.append(f"... {left} more: {listing.again}{first + len(rows)}")
    elif not rows:
        lines.append(f"there are only {len(found)}" if found else listing.nothing)
    data = {listing.name: rows, "total": len(found), "left_out": left}
    return answer("\n".join(lines), data)


def fitting(lines: Iterable[str], room: int = ROOM) -> int:
    """Return how many of *lines* fit into *room*, but one at least if there is one."""
    taken = count = 0
    for line in lines:
        taken += size(line)
        if taken > room and count:
            break
        count += 1
    return count


def trimmed(row: Row) -> Row:
    """Return *row* without what says nothing, and long texts cut."""
    # Nearly every text is short and plain, and there are ten in each of many rows.  A
    # character may take six bytes.
    return {
        name: value
        if not isinstance(value, str) or (len(value) * 6 <= CELL and value.isascii())
        else cut(value, CELL)
        for name, value in row.items()
        if value is not None and value != ""
    }


def cut(text: str, most: int) -> str:
    """Return *text*, or what of it takes *most* bytes, and how much more there is."""
    kept = sound(text[:most])
    # Its quotes are not counted.  What is escaped takes up to six bytes for one, so
    # this ends in a few steps.
    while (taken := size(kept) - 2) > most:
        kept = kept[: min(len(kept) - 1, len(kept) * most // taken)]
    more = len(text) - len(kept)
    return f"{kept}... {more:,} more" if more else kept


def taken_in(texts: Iterable[str], room: int) -> list[str]:
    """Return the first of *texts* that take no more than *room* bytes together."""
    kept: list[str] = []
    for text in texts:
        room -= size(text) + 1
        if room < 0:
            break
        kept.append(text)
    return kept


def one_line(text: str) -> str:
    """Return *text* as one line: a command may have several."""
    return " ".join(text.splitlines()) if "\n" in text else text


def cells(*found: object) -> str:
    """Return values in a line, two blanks between them; a dash for none."""
    shown = (str(value) if value not in ("", None) else "-" for value in found)
    return "  ".join(shown)


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return texts in columns, each as wide as it must be."""
    found = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in found
    ]
