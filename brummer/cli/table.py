"""Text tables and times, for people."""

import shutil
from collections.abc import Iterable, Sequence
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_KILO: Final = 1024


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return *rows* under *head*, columns two spaces apart, without a last newline.

    The last column is as long as it likes; nothing is cut, so that the output
    can be searched.
    """
    lines = [tuple(head), *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def duration(seconds: float) -> str:
    """Return *seconds* as ``4.2s``, ``3m07s``, ``5h02m`` or ``2d04h``."""
    whole = int(seconds)
    if seconds < _MINUTE:
        return f"{seconds:.1f}s"
    if seconds < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02d}s"
    if seconds < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}m"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02d}h"


def memory(size: int) -> str:
    """Return *size* in bytes as ``512K``, ``210M`` or ``1.4G``."""
    if size < _KILO**2:
        return f"{size // _KILO}K"
    if size < _KILO**3:
        return f"{size // _KILO**2}M"
    return f"{size / _KILO**3:.1f}G"


def columns() -> int:
    """Return how wide the terminal is, 80 where there is none."""
    return shutil.get_terminal_size().columns
