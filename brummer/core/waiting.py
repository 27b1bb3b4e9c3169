"""Waiting for a process, as scripts and agents do.

:class:`Wait` only looks, so whoever waits decides how to sleep in between: the
control server until the instance says that something changed, a test not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from brummer.core.instance import Instance
from brummer.core.lines import LineSearch, as_printed
from brummer.core.pattern import Pattern
from brummer.errors import BrummerError, UsageError
from brummer.model.finding import address_of
from brummer.model.log import LogEntry
from brummer.model.process import ProcessId, ProcessState


class Condition(StrEnum):
    """What to wait for.

    READY means that its probe found the process ready; one without a probe is
    ready when it announced a URL.  EXIT means that it ended, LINE that it printed
    a line that matches a pattern.
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
        *,
        shown: Callable[[bytes], bytes] = as_printed,
    ) -> None:
        """Begin to wait on *process*; *pattern* is for LINE, and so is *shown*.

        :raises BrummerError: if there is no such process.
        :raises UsageError: if the pattern is missing or no regular expression.
        """
        if process not in instance.processes():
            raise BrummerError(f"no process {process!r}")
        self._instance = instance
        self._process = process
        self._condition = condition
        self._lines = LineSearch(
            instance.log_window, process, regex(condition, pattern), shown
        )

    @property
    def is_behind(self) -> bool:
        """Whether it is worth to look again at once: the log is long."""
        return self._condition is Condition.LINE and self._lines.is_behind

    def look(self) -> Outcome | None:
        """Return how the wait ended, ``None`` while it goes on.

        :raises PatternTooSlowError: if the pattern takes too long.
        """
        state = self._instance.processes().get(self._process)
        if state is None:
            raise BrummerError(f"process {self._process!r} was forgotten")
        # The state first: a process that has ended prints nothing after it, so
        # what is searched below is then all there will ever be.
        outcome = self._reached(state)
        if outcome is None and state.is_finished and not self.is_behind:
            return Outcome(reached=self._condition is Condition.EXIT, state=state)
        return outcome

    def _reached(self, state: ProcessState) -> Outcome | None:
        if self._condition is Condition.LINE:
            entry = self._lines.step()
            return entry and Outcome(reached=True, state=state, entry=entry)
        if self._condition is Condition.READY:
            return self._look_if_ready(state)
        return None

    def _look_if_ready(self, state: ProcessState) -> Outcome | None:
        """Go by the probe of the process, or if it has none by its address."""
        url = address_of(self._instance.findings(), self._process)
        is_ready = bool(url) if state.ready is None else state.ready
        return Outcome(reached=True, state=state, url=url) if is_ready else None


def regex(condition: Condition, pattern: str) -> Pattern:
    """Return *pattern*, which LINE needs and the others must not have.

    :raises UsageError: if it is missing, one too many, or no regular expression.
    """
    if (condition is Condition.LINE) != bool(pattern):
        raise UsageError("a pattern goes with waiting for a line, and only with that")
    return Pattern(pattern, is_regex=True, case=True)
