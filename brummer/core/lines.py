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

#: Open lines that are kept in mind; of more, those in which something was found last.
_OPEN: Final = 32


class Seen(NamedTuple):
    """So many bytes of a line without an end, as shown, in which something was found.

    It is the first line of its process and stream from where the search begins: others
    may come before it meanwhile.
    """

    process: ProcessId
    stream: Stream
    size: int


#: Who prints lines of which no more than one is open.
_Source: TypeAlias = tuple[ProcessId, Stream]


def as_printed(lines: bytes) -> bytes:
    """Return *lines* with whatever steers a terminal still in them."""
    return lines


class LineSearch:
    """Finds the first line that matches, also if it comes later.

    Our own words about a process, such as what was typed into it, are not what it
    printed.  *shown* returns what a reader sees of lines, each with its line feed.

    A line without an end is searched as far as it goes.  If something is found there,
    :attr:`seen` says how much of it that was: in what is given to :meth:`skip` only a
    match counts that ends beyond it.  Several may be open at a time: one for each
    process and stream.

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
        #: Sizes of the open lines in which something was found, until they have an
        #: end; the newest last.
        self._seen: dict[_Source, int] = {}

    def skip(self, *seen: Seen) -> None:
        """Find nothing anew that was found in open lines before."""
        for process, stream, size in seen:
            self._keep((process, stream), size)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What a search has to skip that begins after what was found."""
        return tuple(Seen(*source, size) for source, size in self._seen.items())

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
            source = _source(entry)
            # A match counts if it has something that was not there before.
            if held.get(source) is not entry or self._pattern.reaches_beyond(
                line, self._seen[source]
            ):
                self._drop(held, self._next if entry.partial else entry.number + 1)
                if entry.partial:
                    self._keep(source, len(line))
                return entry
        self._drop(held, self._next)
        return None

    def _held(self, printed: list[LogEntry]) -> dict[_Source, LogEntry]:
        """Return those lines in which something was found before."""
        held: dict[_Source, LogEntry] = {}
        if self._seen:
            for entry in printed:
                if (source := _source(entry)) in self._seen:
                    held.setdefault(source, entry)
        return held

    def _drop(self, held: dict[_Source, LogEntry], first: int) -> None:
        """Forget what has an end by now, if the search goes on after it, at *first*."""
        for source, entry in held.items():
            if not entry.partial and entry.number < first:
                del self._seen[source]

    def _keep(self, source: _Source, size: int) -> None:
        """Take note of what the search that goes on has to skip."""
        self._seen.pop(source, None)
        self._seen[source] = size
        if len(self._seen) > _OPEN:
            del self._seen[next(iter(self._seen))]


def _source(entry: LogEntry) -> _Source:
    return entry.process, entry.stream


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
