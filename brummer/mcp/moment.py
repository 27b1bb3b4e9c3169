"""Times in few characters, and moments as agents write them."""

import re
from typing import Final

from brummer.core.moment import moment
from brummer.errors import BrummerError

_EPOCH: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def ago(seconds: float) -> str:
    """Return a stretch of time: ``42s``, ``3m10s``, ``2h05m``, ``3d``."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    return f"{whole // _DAY}d"


def since(word: str, now: float) -> float:
    """Return the moment that *word* means in seconds since the epoch, 0 for none.

    :raises BrummerError: if it means none.
    """
    if not word:
        return 0.0
    if _EPOCH.fullmatch(word):
        return float(word)
    try:
        return moment(word, lambda: now)
    except ValueError as error:
        raise BrummerError(f"since: {error}, or seconds since the epoch") from None
