"""Waiting for a process, as scripts and agents do.

:class:`Wait` only looks, so whoever waits decides how to sleep in between: the
control server until the instance says that something changed, a test not at all.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from brummer.core.instance import Instance
from brummer.errors import BrummerError, UsageError
from brummer.model.finding import FindingKind
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId, ProcessState

#: Lines looked at in one go, so that a long log holds nobody up for long.
_PAGE: Final = 1_000

#: Longer lines are matched by their beginning only.
_MAX_LINE: Final = 64 * 1024


class Condition(StrEnum):
    """What to wait for.

    READY means that the process announced a URL, EXIT that it ended, LINE that
    it printed a line that matches a pattern.
    """

    READY = "ready"
    EXIT = "exit"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How waiting ended.

    *reached* is false if the process ended before the condition held.  *entry*
    is the line that matched, *url* the address that was announced.
    """

    reached: bool
    state: ProcessState
    entry: LogEntry | None = None
    url: str = ""


class Wait:
    """One wait on one process.

    Threads: belongs to the thread that looks; the instance may be read from any.
    """

    def __init__(
        self,
        instance: Instance,
        process: ProcessId,
        condition: Condition,
        pattern: str = "",
    ) -> None:
        """Begin to wait on *process*; *pattern* is for LINE.

        :raises BrummerError: if there is no such process.
        :raises UsageError: if the pattern is missing or no regular expression.
        """
        if process not in instance.processes():
            raise BrummerError(f"no process {process!r}")
        self._instance = instance
        self._process = process
        self._condition = condition
        self._pattern = _compiled(condition, pattern)
        self._next_line = 0

    def look(self) -> Outcome | None:
        """Return how the wait ended, ``None`` while it goes on."""
        state = self._instance.processes().get(self._process)
        if state is None:
            raise BrummerError(f"process {self._process!r} was forgotten")
        # The state first: a process that has ended prints nothing after it, so
        # what is searched below is then all there will ever be.
        outcome = self._reached(state)
        if outcome is None and state.is_finished:
            return Outcome(reached=self._condition is Condition.EXIT, state=state)
        return outcome

    def _reached(self, state: ProcessState) -> Outcome | None:
        if self._condition is Condition.LINE:
            return self._look_for_line(state)
        if self._condition is Condition.READY:
            for finding in self._instance.findings():
                if finding.kind is FindingKind.URL and finding.process == self._process:
                    url = finding.details.get("url", "")
                    return Outcome(reached=True, state=state, url=url)
        return None

    def _look_for_line(self, state: ProcessState) -> Outcome | None:
        """Search the lines that came since the last look."""
        while True:
            window = self._instance.log_window(self._next_line, _PAGE, self._process)
            for entry in window.entries:
                if self._pattern.search(entry.data[:_MAX_LINE]):
                    return Outcome(reached=True, state=state, entry=entry)
            whole = [entry for entry in window.entries if not entry.partial]
            if not whole:
                return None
            self._next_line = whole[-1].number + 1


def _compiled(condition: Condition, pattern: str) -> re.Pattern[bytes]:
    """Return *pattern*, which LINE needs and the others must not have."""
    if (condition is Condition.LINE) != bool(pattern):
        raise UsageError("a pattern goes with waiting for a line, and only with that")
    try:
        return re.compile(pattern.encode())
    except re.error as error:
        raise UsageError(f"pattern {pattern!r}: {error}") from error
