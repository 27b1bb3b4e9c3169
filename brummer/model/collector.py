"""Findings that take more than one line: what a detector and the log agree on."""

from collections.abc import Callable
from enum import Enum
from typing import Protocol

from brummer.model.finding import Finding
from brummer.model.log import LogEntry

#: Returns up to so many lines of the same stream that came before a line, oldest
#: first; never more than 50.
Before = Callable[[int], tuple[LogEntry, ...]]


class Claim(Enum):
    """What a :class:`Collector` says of a line that it is shown."""

    #: It belongs to the finding; the same detector does not look at it anew.
    MINE = "mine"
    #: It does, and nothing can come after it.
    LAST = "last"
    #: It does not belong, but more may come.
    OTHER = "other"
    #: It does not belong, and the finding ended before it.
    OVER = "over"


class Collector(Protocol):
    """Takes the lines of one finding as they come.

    It is shown the lines that follow in the same stream of the same process,
    whatever they hold, until it says that it has all, 200 lines or 256 KiB have
    come, nothing has come for 0.3 s, or the process has ended.  Then
    :meth:`finish` is called, once.

    Threads: both methods run on the log thread.
    """

    def take(self, entry: LogEntry, /) -> Claim:
        """Say what *entry* is, and keep of it what is needed."""

    def finish(self) -> tuple[Finding, ...]:
        """Return what was found; empty if it was nothing after all."""


class Gatherer(Protocol):
    """A detector of things that take several lines.

    Like a :class:`~brummer.model.finding.Detector` it names literals, and sees
    only lines that hold one of them.

    Threads: :meth:`begin` runs on the log thread, so it must neither wait nor
    keep more than a little state per process.
    """

    @property
    def name(self) -> str:
        """A short name for the health table."""

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        """Lower-case literals; a line without any of them is not looked at."""

    def begin(self, entry: LogEntry, before: Before) -> tuple[Finding | Collector, ...]:
        """Return what *entry* tells, and a collector for what it begins.

        *before* looks back.
        """


class Lookout(Protocol):
    """A detector of lines without an end, at which a process has come to rest.

    It may be a :class:`~brummer.model.finding.Detector` or a :class:`Gatherer` as
    well.

    Threads: :meth:`pause` runs on the log thread, so it must not wait.
    """

    @property
    def name(self) -> str:
        """A short name for the health table."""

    @property
    def prefilter(self) -> tuple[bytes, ...]:
        """Literals of whole lines at whose end it looks as well; may be empty."""

    def pause(self, entry: LogEntry, before: Before) -> tuple[Finding, ...]:
        """Return what it means that nothing has come after *entry* for a while.

        What it returns is resolved when the line ends, or is another one at the
        next rest.  *before* looks back.
        """
