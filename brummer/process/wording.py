"""How endings, signals and waits are told, in plain words."""

import signal
from collections.abc import Sequence
from typing import Final

from brummer.errors import BrummerError
from brummer.process.system import Relative

_MINUTE: Final = 60
_HOUR: Final = 3600

#: Above this an exit code is 128 plus a signal's number.
_SIGNALLED: Final = 128

#: What a shell means by these exit codes.
_SHELL_CODES: Final = {126: " (not executable)", 127: " (command not found)"}

#: What follows a number by its last digit; ``th`` for the others.
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}

#: 11th, 12th and 13th, in spite of 1st, 2nd and 3rd.
_TEENS: Final = range(11, 14)


def signal_number(name: str) -> int:
    """Return the number of the signal called *name*: ``SIGINT``, ``int`` or ``2``.

    :raises BrummerError: if there is none, naming some that there are.
    """
    wanted = name.strip().upper()
    try:
        if wanted.isdecimal():
            return signal.Signals(int(wanted))
        return signal.Signals[f"SIG{wanted.removeprefix('SIG')}"]
    except (KeyError, ValueError):
        raise BrummerError(
            f"no signal is called {name!r}; try SIGTERM, SIGINT, SIGHUP or SIGUSR1"
        ) from None


def signal_name(number: int) -> str:
    """Return ``SIGTERM`` for 15, ``signal 34`` for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def span(seconds: float) -> str:
    """Return how long something took: ``2.3 s``, ``4 min 10 s``, ``3 h 2 min``."""
    seconds = round(seconds, 1)
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min {int(seconds % _MINUTE)} s"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE)} min"


def ordinal(number: int) -> str:
    """Return ``3rd`` for 3."""
    if number % 100 in _TEENS:
        return f"{number}th"
    return f"{number}{_ENDINGS.get(number % 10, 'th')}"


def ending(code: int, seconds: float) -> str:
    """Return how a process ended that ran for *seconds*.

    A shell's 128 + n cannot be told from a program that returns such a number;
    as good as always it was the signal.
    """
    number = code - _SIGNALLED
    if number in signal.valid_signals():
        return f"was killed by {signal_name(number)} after {span(seconds)}"
    return f"exited with {code}{_SHELL_CODES.get(code, '')} after {span(seconds)}"


def members(family: Sequence[Relative]) -> str:
    """Return who *family* is: ``node (pid 41)``, ``node (pid 41) and 2 others``."""
    if not family:
        return "nobody"
    first = f"{family[0].name} (pid {family[0].pid})"
    match len(family) - 1:
        case 0:
            return first
        case 1:
            return f"{first} and {family[1].name} (pid {family[1].pid})"
        case others:
            return f"{first} and {others} others"


def unended(family: Sequence[Relative], *, forking: bool) -> str:
    """Return who of a tree could not be ended, and why, as far as that is known."""
    if not forking:
        return f"could not be ended: {members(family)}"
    keep = "1 process keeps" if len(family) == 1 else f"{len(family)} processes keep"
    return f"could not be ended: {keep} forking: {members(family)}"


def left_running(count: int) -> str:
    """Return how many outlive the process that started them."""
    if count == 1:
        return "1 process it started is still running"
    return f"{count} processes it started are still running"
