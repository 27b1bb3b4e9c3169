"""Numbers and states in the few characters that a table has room for."""

import re
from typing import Final

from brummer.model.process import ProcessState, ProcessStatus
from brummer.tui.row import cut, width

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
#: From here on a countdown is shown in the next larger unit.
_THREE_DIGITS: Final = 100

#: How a process that is waited for is named in sentences.
_PID: Final = re.compile(r"\(pid \d+\)")


def status(process: ProcessState, now: float) -> str:
    """Return the status with the number that belongs to it.

    A failure comes with its exit code, a stop with the time until it is
    enforced; one that runs and is not ready does not count as running.
    """
    if process.status is ProcessStatus.FAILED and process.exit_code is not None:
        return f"failed {process.exit_code}"
    if process.status is ProcessStatus.STOPPING and process.deadline is not None:
        return f"stopping {_countdown(process.deadline - now)}"
    if process.status is ProcessStatus.RUNNING and process.ready is False:
        return "not ready"
    return str(process.status)


def _countdown(seconds: float) -> str:
    """Return the time that is left, in three characters."""
    left = max(0, round(seconds))
    for size, unit in ((1, "s"), (_MINUTE, "m")):
        if left // size < _THREE_DIGITS:
            return f"{left // size}{unit}"
    return f"{left // _HOUR}h"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 process``, ``2 processes``, ``1,000 lines``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def shortened(text: str, columns: int, more: str) -> str:
    """Return *text* in *columns*, cut before the pid that it names, if it does.

    A pid is what one can act on.  *more* marks the cut.
    """
    if width(text) <= columns:
        return text
    named = _PID.search(text)
    kept = named[0] if named and width(named[0]) < columns else ""
    head = text[: named.start()] if named and kept else text
    return cut(head, columns - width(kept) - width(more)) + more + kept
