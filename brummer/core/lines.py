"""Searching a process's log for a line, each line once."""

import re
from collections.abc import Callable, Collection
from typing import Final, TypeAlias

from brummer.model.log import LogEntry, LogWindow, Stream
from brummer.model.process import ProcessId

#: Returns up to so many lines of a process from a number on.
Window: TypeAlias = Callable[[int, int, ProcessId], LogWindow]

#: Lines looked at in one go, so that a long log holds nobody up for long.
_PAGE: Final = 1_000

#: Longer lines are matched by their beginning only.
_MAX_LINE: Final = 64 * 1024

#: Everything that is in a log.
ALL: Final = frozenset(Stream)


class LineSearch:
    """Finds the first line that matches, also if it comes later.

    Threads: one look at a time; the log may be read from any.
    """

    def __init__(
        self,
        window: Window,
        process: ProcessId,
        pattern: re.Pattern[bytes],
        streams: Collection[Stream] = ALL,
    ) -> None:
        self._window = window
        self._process = process
        self._pattern = pattern
        self._streams = streams
        self._next = 0

    def look(self) -> LogEntry | None:
        """Search the lines that came since the last look."""
        while True:
            window = self._window(self._next, _PAGE, self._process)
            for entry in window.entries:
                if entry.stream not in self._streams:
                    continue
                if self._pattern.search(entry.data[:_MAX_LINE]):
                    return entry
            whole = [entry for entry in window.entries if not entry.partial]
            if not whole:
                return None
            self._next = whole[-1].number + 1
