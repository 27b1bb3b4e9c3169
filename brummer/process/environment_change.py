"""What changed in an environment, told without giving secrets away."""

import threading
from collections.abc import Mapping
from typing import Final

from brummer.core.secret import MASK, is_secret, without_logins
from brummer.model.script import ScriptId

#: Characters of a value that are shown.
LONGEST: Final = 60

#: Changes that are told one by one.
MOST_CHANGES: Final = 20

#: Scripts whose last start is remembered.
MOST_SCRIPTS: Final = 1000


def shown(name: str, value: str) -> str:
    """Return *value* as it may be shown: secrets masked, one line, not too long."""
    if is_secret(name):
        return MASK
    public = without_logins(value)
    if len(public) > LONGEST:
        public = f"{public[: LONGEST - 3]}..."
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in public)


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return what distinguishes *after* from *before*, a line per variable."""
    lines = [
        _change(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    more = len(lines) - MOST_CHANGES
    if more > 0:
        lines[MOST_CHANGES:] = [f"environment: {more} more variables changed"]
    return tuple(lines)


def _change(name: str, before: str | None, after: str | None) -> str:
    if after is None:
        return f"environment: {name} is gone"
    now = f"environment: {name}={shown(name, after)}"
    if before is None:
        return f"{now} is new"
    return f"{now}, was {shown(name, before)}"


class LastStarts:
    """Remembers with which variables each script was started last.

    Threads: safe from any thread.  Starts are prepared on several threads at
    once, so there are several writers; the lock is held for a few steps on a
    dictionary and no reader of anything else ever meets it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Written with the lock held only; the start longest ago comes first.
        self._started: dict[ScriptId, Mapping[str, str]] = {}

    def compare(
        self, script: ScriptId, environment: Mapping[str, str]
    ) -> tuple[str, ...]:
        """Return what is different from the last start, and remember this one.

        A first start differs from nothing.
        """
        now = dict(environment)
        with self._lock:
            before = self._started.pop(script, now)
            self._started[script] = now
            if len(self._started) > MOST_SCRIPTS:
                del self._started[next(iter(self._started))]
        return changes(before, now)
