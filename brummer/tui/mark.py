"""Lines that somebody marked, to come back to them."""

from bisect import bisect_left, insort
from typing import Final

from brummer.model.process import ProcessId

#: Marks in one log; a line that is marked then takes the place of the oldest.
MOST: Final = 1_000


class Marks:
    """The numbers of marked lines, for each log that was shown.

    A mark belongs to the log in which it was made: that of a process, or that of all.

    Threads: the main thread only.
    """

    def __init__(self) -> None:
        self._logs: dict[ProcessId | None, list[int]] = {}

    def of(self, process: ProcessId | None) -> tuple[int, ...]:
        """Return the marked lines of a log, in order."""
        return tuple(self._logs.get(process, ()))

    def has(self, process: ProcessId | None, number: int) -> bool:
        """Whether a line is marked."""
        marks = self._logs.get(process, [])
        at = bisect_left(marks, number)
        return at < len(marks) and marks[at] == number

    def toggle(self, process: ProcessId | None, number: int) -> bool:
        """Mark a line, or take its mark away; return whether it is marked now."""
        marks = self._logs.setdefault(process, [])
        if self.has(process, number):
            marks.remove(number)
            return False
        # Before it is added: it may be older than all others.
        if len(marks) >= MOST:
            del marks[0]
        insort(marks, number)
        return True
