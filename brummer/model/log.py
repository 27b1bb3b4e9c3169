"""What processes print."""

from enum import StrEnum
from typing import NamedTuple

from brummer.model.process import ProcessId


class Stream(StrEnum):
    """Where output came from; NOTE is Brummer's own word about a process."""

    OUT = "stdout"
    ERR = "stderr"
    NOTE = "note"


class Segment(NamedTuple):
    """The bytes of one read: whole lines, or the unterminated last one.

    *time* is when the bytes were read, in seconds since the epoch.  *lines*
    counts the lines in *data*; an unterminated last line counts as one.  It ends
    a stream, or is a piece of a line that is too long for memory.
    """

    process: ProcessId
    stream: Stream
    time: float
    data: bytes
    lines: int


class LogEntry(NamedTuple):
    """One line, made when someone looks at it.

    *number* counts the lines of the log it was asked from (one process, or
    all of them merged) from 0.  *data* is the line as the child wrote it,
    without its line feed; escape sequences and invalid UTF-8 are still in it.
    *partial* is true for a line that has no end yet.
    """

    number: int
    process: ProcessId
    stream: Stream
    time: float
    data: bytes
    partial: bool = False

    @property
    def text(self) -> str:
        """The line as text; bytes that are not UTF-8 become U+FFFD."""
        return self.data.decode("utf-8", "replace")


class LogExtent(NamedTuple):
    """Which lines there are: numbers *first* to *end* - 1, and a *version*.

    *version* changes whenever anything visible does.  *first* grows when old
    lines are dropped; *end* counts every line there ever was, and those that
    have no end yet: they stand last, and move on when another line ends first.
    """

    version: int
    first: int
    end: int


class LogWindow(NamedTuple):
    """Some consecutive lines, and the extent of the log they were cut from."""

    extent: LogExtent
    entries: tuple[LogEntry, ...]
