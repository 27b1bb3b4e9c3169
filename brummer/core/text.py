"""What a line of output says, for those who look for something in it."""

import re
from typing import Final

#: Characters of a line that are looked at.
LONGEST: Final = 4_000

#: Escape sequences: strings (also when they do not end), CSI, and the short ones.
#: ECMA-48, sections 5.4 to 5.6.
_ESCAPE: Final = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)

#: Controls that are left then: all but tabs, of C0 and C1.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")

#: What programs that run others put in front of their lines: times, ``[0] ``,
#: ``web-1  | ``, ``[INFO] ``, ``web:build: ``.
_LABEL: Final = re.compile(
    r"(?:\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d{1,2}:\d\d:\d\d(?:[.,]\d+)?"
    r"(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t](?:- )?"
    r"|\[[\w.:@/ -]{1,40}\] ?"
    r"|[A-Za-z@][\w.@/-]{0,60} *\| ?"
    r"|[\w@./-]{1,60}:[\w.-]{1,40}: )"
)

#: ``1m 2.5s``, ``300 ms``, ``2.5 seconds``, ``2min``.  What has more digits than the
#: age of the universe is no time, and may be no number that one can count with.
_TIME: Final = re.compile(
    r"(?<![\w.])(?P<number>\d{1,18}(?:\.\d+)?) ?(?P<unit>ms|µs|us|h|m|s)[a-z]*"
    r"(?![\w.]*/)"
)
#: ``00:02.345``, ``1:02:03``.
_CLOCK: Final = re.compile(
    r"(?<![\d:])(?:(\d{1,18}):)?(\d{1,18}):(\d\d(?:\.\d+)?)(?![\d:])"
)
_MINUTE: Final = 60
_UNITS: Final = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def plain(data: bytes) -> str:
    """Return one line as it stands there in the end.

    Escape sequences and other controls are left out; of a line that was written
    over, it is what was written last.  A line that is longer than :data:`LONGEST` is
    cut.
    """
    text = data[: 4 * LONGEST].decode("utf-8", "replace")
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "\r" in text:
        text = text.rstrip("\r").rpartition("\r")[2]
    text = text[:LONGEST].rstrip()
    # Nearly all lines have none.
    return text if text.isprintable() else _CONTROL.sub("", text)


def unlabelled(text: str) -> str:
    """Return *text* without a time or a name that another program put before it.

    There may be several: *text* itself comes back when there is none left.
    """
    found = _LABEL.match(text)
    return text[found.end() :] if found else text


def seconds_in(text: str) -> float | None:
    """Return the time that *text* names, such as ``1m 2.5s`` or ``00:02.345``."""
    clock = _CLOCK.search(text)
    if clock is not None:
        hours, minutes, seconds = clock.groups("0")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    times = [
        float(found["number"]) * _UNITS[found["unit"]] for found in _TIME.finditer(text)
    ]
    return sum(times) if times else None


def count_in(text: str) -> int:
    """Return the number that *text* is, 0 if it is none: it may be anything."""
    return int(text) if text.isascii() and text.isdecimal() else 0


def lasting(seconds: float) -> str:
    """Return *seconds* in few characters: ``350 ms``, ``4.2 s``, ``3 m 20 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    return f"{seconds // _MINUTE:.0f} m {seconds % _MINUTE:02.0f} s"
