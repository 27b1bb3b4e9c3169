"""Amounts in the few characters that a table has room for."""

from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

#: From here on memory is shown in gigabytes: four digits are too wide.
_GIGA: Final = 1000

#: From here on a share is shown in whole percents.
_WHOLE: Final = 10


def duration(seconds: float) -> str:
    """Return a time span: ``4s``, ``12m41``, ``3h07``, ``2d04h``."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02}h"


def ago(seconds: float) -> str:
    """Return how long ago something was: ``now``, ``3 min ago``, ``2 d ago``."""
    for span, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= span:
            return f"{int(seconds // span)} {unit} ago"
    return "now"


def memory(size: int) -> str:
    """Return a number of bytes: ``512K``, ``210M``, ``1.4G``."""
    mega = size / (1 << 20)
    if mega < 1:
        return f"{size >> 10}K"
    return f"{mega:.0f}M" if mega < _GIGA else f"{mega / 1024:.1f}G"


def percent(share: float) -> str:
    """Return a share: ``0.4%``, ``31%``."""
    return f"{share:.0f}%" if share >= _WHOLE or not share else f"{share:.1f}%"
