"""Moments as people write them: ``10m``, ``14:30``, ``2026-05-04 14:30``."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from brummer.errors import quoted

#: Seconds in each unit of a time that has passed.
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

_AGO: Final = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")

#: What can be written, for help and errors.
FORMS: Final = "10s, 5m, 2h, 1d, 14:30, 14:30:05, 2026-05-04, 2026-05-04T14:30"


def moment(word: str, now: Callable[[], float] = time.time) -> float:
    """Return the moment that *word* means, in seconds since the epoch.

    A duration is one that has passed; a time of day is the last such, so that in
    the morning ``23:50`` means yesterday; a date without one is its midnight.
    Times are local unless they say otherwise.

    :raises ValueError: if it means none.
    """
    try:
        then = _moment(word, now())
        # What no calendar has could be written down nowhere.
        datetime.fromtimestamp(then).astimezone()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{quoted(word)} is none of {FORMS}") from None
    return then


def _moment(word: str, now: float) -> float:
    if ago := _AGO.fullmatch(word):
        # Nobody has printed anything before the epoch.
        return max(now - float(ago[1]) * _UNITS[ago[2]], 0.0)
    if clock := _CLOCK.fullmatch(word):
        return _last(int(clock[1]), int(clock[2]), int(clock[3] or 0), now)
    return datetime.fromisoformat(word).timestamp()


def _last(hour: int, minute: int, second: int, now: float) -> float:
    # Without its distance from UTC, which may have been another one then.
    here = datetime.fromtimestamp(now, UTC).astimezone().replace(tzinfo=None)
    then = here.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return (then if then <= here else then - timedelta(days=1)).timestamp()
