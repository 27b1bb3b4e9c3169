"""Searching what a process printed for a line, each line once."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from brummer.core.pattern import Pattern
from brummer.model.log import LogEntry, LogWindow, Stream
from brummer.model.process import ProcessId

#: Returns up to so many lines of a process from a number on.
Window: TypeAlias = Callable[[int, int, ProcessId], LogWindow]

#: Lines and bytes searched in one go, so that neither a long log nor a pattern that
#: takes its time holds anybody up for long.
_PAGE: Final = 1_000
_PAGE_BYTES: Final = 32 * 1024

#: Longer lines are matched by their beginning only.
_MAX_LINE: Final = 64 * 1024


class Seen(NamedTuple):
    """So many bytes of a line without an end, as shown, in which something was found.

    It is the first line of its process and stream from where the search begins: others
    may come before it meanwhile.
    """

    process: ProcessId
    stream: Stream
    size: int


def as_printed(lines: bytes) -> bytes:
    """Return *lines* with whatever steers a terminal still in them."""
    return lines


class LineSearch:
    """Finds the first line that matches, also if it comes later.

    Our own words about a process, such as what was typed into it, are not what it
    printed.  *shown* returns what a reader sees of lines, each with its line feed.

    A line without an end is searched as far as it goes.  If something is found there,
    :attr:`seen` says how much of it that was: in what is given to :meth:`skip` only a
    match counts that ends beyond it.

    Threads: one look at a time; the log may be read from any.
    """

    def __init__(
        self,
        window: Window,
        process: ProcessId,
        pattern: Pattern,
        shown: Callable[[bytes], bytes] = as_printed,
        *,
        first: int = 0,
    ) -> None:
        """Look for lines of *process* from number *first* on."""
        self._window = window
        self._process = process
        self._pattern = pattern
        self._shown = shown
        self._next = first
        self._is_behind = True
        #: The open line in which something was found, until it has an end.
        self._seen: Seen | None = None

    def skip(self, seen: Seen) -> None:
        """Find nothing anew that was found in an open line before."""
        self._seen = seen

    @property
    def seen(self) -> Seen | None:
        """What a search has to skip that begins after what was found."""
        return self._seen

    @property
    def is_behind(self) -> bool:
        """Whether there may be lines that :meth:`step` did not get to."""
        return self._is_behind

    @property
    def next(self) -> int:
        """The number of the first line that was not searched yet."""
        return self._next

    def look(self) -> LogEntry | None:
        """Search all the lines that came since the last look.

        :raises PatternTooSlowError: if the pattern takes too long.
        """
        self._is_behind = True
        found = None
        while found is None and self._is_behind:
            found = self.step()
        return found

    def step(self) -> LogEntry | None:
        """Search some of them.

        :raises PatternTooSlowError: if the pattern takes too long.
        """
        window = self._window(self._next, _PAGE, self._process)
        page = list(_fitting(window.entries))
        whole = [entry.number for entry in page if not entry.partial]
        self._is_behind = bool(whole)
        if whole:
            self._next = whole[-1] + 1
        printed = [entry for entry in page if entry.stream is not Stream.NOTE]
        lines = b"".join(entry.data[:_MAX_LINE] + b"\n" for entry in printed)
        shown = self._shown(lines)
        held = self._held(printed)
        for position in self._pattern.positions(shown):
            entry = printed[shown.count(b"\n", 0, position)]
            line = _line_at(shown, position)
            if entry is not held or self._ends_beyond(line):
                self._remember(entry, len(line), held)
                return entry
        if held is not None and not held.partial:
            self._seen = None
        return None

    def _held(self, printed: list[LogEntry]) -> LogEntry | None:
        """Return the line in which something was found before, if it is here."""
        if self._seen is None:
            return None
        whose, stream, _ = self._seen
        same = (e for e in printed if e.process == whose and e.stream is stream)
        return next(same, None)

    def _ends_beyond(self, line: bytes) -> bool:
        """Whether a match has something that was not there when others were found."""
        size = self._seen.size if self._seen else 0
        return any(end > size for _, end in self._pattern.spans(line))

    def _remember(self, entry: LogEntry, size: int, held: LogEntry | None) -> None:
        """Take note of what the search that goes on after *entry* has to skip."""
        if entry.partial:
            self._seen = Seen(entry.process, entry.stream, size)
        elif held is not None and held.number <= entry.number and not held.partial:
            self._seen = None


def _line_at(lines: bytes, position: int) -> bytes:
    """Return the one of *lines* in which *position* is."""
    begin = lines.rfind(b"\n", 0, position) + 1
    return lines[begin : lines.index(b"\n", position)]


def _fitting(entries: tuple[LogEntry, ...]) -> Iterator[LogEntry]:
    """Yield the first of *entries*, as many as are searched in one go."""
    size = 0
    for entry in entries:
        yield entry
        size += len(entry.data)
        if size > _PAGE_BYTES:
            return
