"""Lists for agents: lines to read, and how to get the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from brummer.model.tool import Answer, answer

#: Characters of text that an answer has unless more is asked for: about 2,000 tokens.
ROOM: Final = 8_000

Row: TypeAlias = Mapping[str, object]


def fitting(lines: Sequence[str], room: int = ROOM) -> int:
    """Return how many of *lines* fit into *room*, but one at least if there is one."""
    size = 0
    for count, line in enumerate(lines):
        size += len(line) + 1
        if size > room and count:
            return count
    return len(lines)


def listed(
    name: str,
    rows: Sequence[Row],
    lines: Sequence[str],
    *,
    nothing: str,
    more: Callable[[int], str],
) -> Answer:
    """Return *rows* as an answer: a line of *lines* each, as many as fit.

    *nothing* is said when there are none; *more* says how to get those after so many.
    The data has them as *name*, and says how many were left out.
    """
    count = fitting(lines)
    left = len(rows) - count
    said = list(lines[:count])
    if left:
        said.append(f"... {left} more: {more(count)}")
    data = {name: list(rows[:count]), "total": len(rows), "left_out": left}
    return answer("\n".join(said) or nothing, data)


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return texts in columns, each as wide as it must be."""
    found = [tuple(row) for row in rows]
    # A command may have several lines; a list has one for each.
    found = [tuple(" ".join(cell.split("\n")) for cell in row) for row in found]
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in found
    ]
