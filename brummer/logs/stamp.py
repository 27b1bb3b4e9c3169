"""Times that lines say themselves.

What a line leaves out comes from the time at which it was read: the year or the day
is the one that brings both nearest to each other.  A missing zone is the local one,
or UTC, which most containers have, if only with that the line is of just now.
"""

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

#: A time begins within so many characters of a line.
_NEAR: Final = 80

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_MONTH: Final = rf"(?P<name>(?i:{'|'.join(_MONTHS)}))"
_DAY: Final = r"(?P<day>\d{1,2})"
_YEAR: Final = r"(?P<year>\d{4})"
_CLOCK: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
)
_HALF: Final = r"(?:\s?(?P<half>[AaPp])[Mm]\b)"
_ZONE: Final = r"(?:\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:]))?"

#: The more a form says, the earlier it stands.
_FORMS: Final = tuple(
    re.compile(rf"(?<![\w.:/-]){form}")
    for form in (
        # ISO 8601, RFC 3339, log4j, Python's logging; Go and nginx with slashes.
        rf"{_YEAR}[-/](?P<month>\d\d)[-/](?P<day>\d\d)(?:[T ]|\s-\s){_CLOCK}{_ZONE}",
        # Access logs; Django's server.
        rf"{_DAY}/{_MONTH}/{_YEAR}[: ]{_CLOCK}{_ZONE}",
        # Apache's errors, and asctime(3).
        rf"(?:\w{{3}} )?{_MONTH} +{_DAY} {_CLOCK} {_YEAR}\b",
        # Redis, and dates in mails.
        rf"{_DAY}[ -]{_MONTH}[ -]{_YEAR} {_CLOCK}{_ZONE}",
        # What java.util.logging writes, and NestJS.
        rf"{_MONTH} {_DAY}, {_YEAR},? {_CLOCK}{_HALF}?",
        rf"(?P<month>\d{{1,2}})/{_DAY}/{_YEAR},? {_CLOCK}{_HALF}?",
        # syslog.
        rf"{_MONTH} +{_DAY} {_CLOCK}",
        # glog and klog; the letter is the level.
        rf"[IWEF](?P<month>\d\d)(?P<day>\d\d) {_CLOCK}",
        # The time alone.
        rf"{_CLOCK}{_HALF}?(?![\w:])",
        rf"(?P<hour>\d{{1,2}}):(?P<minute>\d\d){_HALF}",
    )
)
#: How far ahead of ours other clocks may be, in seconds.
_AHEAD: Final = 60 * 60

#: What was printed at most so many seconds before it was read is of just now.
_NOW: Final = 15 * 60

#: Seconds since the epoch, or thousandths, millionths, billionths, first in a line.
_EPOCH: Final = re.compile(
    r"\s*\[?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?![\w.])"
)
#: From 2001 to 2286 seconds have ten digits, and nothing else is taken for them.
_FIRST: Final = 10**9
_LAST: Final = 10**10
#: The smallest unit there is: so many are a second.
_NANO: Final = 10**9


class Stamp(NamedTuple):
    """A time in seconds since the epoch, and where in its line it stands."""

    time: float
    begin: int
    end: int


def stamp_of(text: str, read: float) -> Stamp | None:
    """Return the time that a line says, which was read at *read*."""
    for form in _FORMS:
        found = form.search(text, 0, _NEAR + len("2026-11-21T05:36:28.123456789+00:00"))
        if found and found.start() < _NEAR:
            time = _nearest(found.groupdict(), read)
            if time is not None:
                return Stamp(time, found.start(), found.end())
    found = _EPOCH.match(text)
    if found is None:
        return None
    time = moment_of(float(found[1]))
    return Stamp(time, found.start(1), found.end(1)) if time else None


def moment_of(number: float) -> float | None:
    """Return the time that *number* of seconds, or smaller units, is.

    ``None`` if it is none of our days.
    """
    # Of numbers that are too large for a float there are no more than these.
    for unit in (1, 10**3, 10**6, _NANO) if number < _LAST * _NANO else ():
        if _FIRST <= number / unit < _LAST:
            return number / unit
    return None


def _nearest(parts: dict[str, str | None], read: float) -> float | None:
    """Return the time that *parts* say, of those possible the nearest to *read*."""
    if zone := parts.get("zone"):
        return _in_zone(parts, read, _zone(zone))
    local, utc = _in_zone(parts, read, None), _in_zone(parts, read, UTC)
    if local is None or utc is None:
        return local
    return utc if abs(utc - read) < _NOW < abs(local - read) else local


def _in_zone(
    parts: dict[str, str | None], read: float, zone: timezone | None
) -> float | None:
    """Return the same for one zone, ``None`` standing for the local one."""
    times: list[float] = []
    for year, month, day in _days(parts, datetime.fromtimestamp(read, UTC)):
        # There may be no such day or time.
        with contextlib.suppress(ValueError, OverflowError):
            made = datetime(year, month, day, *_clock(parts), tzinfo=zone)
            times.append(made.timestamp())
    # What was read was printed before, or else by another clock a little ahead.
    times = [time for time in times if time < read + _AHEAD] or times
    return min(times, key=lambda time: abs(time - read), default=None)


def _days(
    parts: dict[str, str | None], read: datetime
) -> Iterator[tuple[int, int, int]]:
    """Yield the days that may be meant, with what is missing from around *read*."""
    name, month, day = parts.get("name"), parts.get("month"), parts.get("day")
    if day is None:
        for away in (-1, 0, 1):
            then = read + timedelta(days=away)
            yield then.year, then.month, then.day
        return
    number = _MONTHS.index(name.lower()) + 1 if name else int(month or 0)
    year = parts.get("year")
    years = (int(year),) if year else (read.year - 1, read.year, read.year + 1)
    for one in years:
        yield one, number, int(day)


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int, int]:
    hour, half = int(parts["hour"] or 0), (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    fraction = (parts.get("fraction") or "")[:6].ljust(6, "0")
    minute, second = int(parts["minute"] or 0), int(parts.get("second") or 0)
    return hour, minute, second, int(fraction)


def _zone(name: str) -> timezone:
    if name[0] not in "+-":
        return UTC
    hours, minutes = int(name[1:3]), int(name[-2:])
    away = timedelta(hours=hours % 24, minutes=minutes % 60)
    return timezone(-away if name[0] == "-" else away)
