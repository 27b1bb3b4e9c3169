"""Printing what is stored, where there is no screen."""

import errno
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from brummer.logs.inbox import Inbox
from brummer.logs.layout import laid_out
from brummer.logs.sink import Sink
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

#: Bytes that may wait to be printed.
_BYTES: Final = 4 * 1024 * 1024
#: Segments; small ones cost more than their bytes.
_SEGMENTS: Final = 10_000
#: How many are laid out for one write.
_BATCH: Final = 256
#: Errors that may pass: the disk is full.  Any other means that nobody is there.
_PASSING: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

_WAKE: Final = None


class _Sheet(NamedTuple):
    """Some *lines*, laid out, that are still to be written to *sink*."""

    sink: Sink
    data: memoryview
    lines: int


class Printer:
    """Prints segments: stdout's to *out*, all others to *err*.

    *name* tells what a process is called.  *failed* is called once for each of
    the two when it cannot be written to; from then on its lines are counted as
    :attr:`lost`, and the other one's are still printed.

    Threads: the log thread calls :meth:`put`, which waits while a few megabytes
    wait to be printed; so a terminal that takes no more stops the children and
    fills no memory.  The main thread calls :meth:`pump` again and again, and has
    its time for other things in between, stuck terminal or not.  Any thread may
    call :meth:`wake`; :meth:`abort` is safe even from a signal handler.
    """

    def __init__(
        self,
        out: Sink,
        err: Sink,
        *,
        name: Callable[[ProcessId], str],
        failed: Callable[[OSError], object],
    ) -> None:
        self._out = out
        self._err = err
        self._name = name
        self._failed = failed
        self._inbox: Inbox[Segment | None] = Inbox(_SEGMENTS, _size, size_limit=_BYTES)
        #: Set by :meth:`abort`, read by the main thread.  Not an event: its lock
        #: could be held by the very code that a signal interrupted.
        self._is_aborted = False
        # The main thread's.
        self._pending: deque[_Sheet] = deque()
        self._told: set[Sink] = set()
        self._dead: set[Sink] = set()
        self._lost = 0
        self._is_deserted = False
        self._printed = 0

    @property
    def is_behind(self) -> bool:
        """Whether anything waits to be printed."""
        return bool(self._pending) or self._inbox.depth > 0

    @property
    def printed(self) -> int:
        """How many bytes have been printed; it stands still while nobody reads."""
        return self._printed

    @property
    def is_deserted(self) -> bool:
        """Whether somebody who read what is printed has left, as ``head`` does."""
        return self._is_deserted

    @property
    def lost(self) -> int:
        """How many lines could not be printed."""
        return self._lost

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait to be printed."""
        return self._inbox.waiting_bytes

    def put(self, segments: Sequence[Segment]) -> None:
        """Queue *segments*, waiting while there is no room."""
        for segment in segments:
            self._inbox.put(segment)

    def wake(self) -> None:
        """Let :meth:`pump` return, if it waits."""
        self._inbox.urge(_WAKE)

    def abort(self) -> None:
        """Print no more.

        The next :meth:`pump` drops what is left and lets everyone go who waits.
        """
        self._is_aborted = True

    def pump(self, timeout: float) -> bool:
        """Print what is there, waiting up to *timeout* seconds.

        It waits for something to print if there is nothing, and else for room
        to print it.  Returns whether there was anything; a wake-up counts.
        """
        items: list[Segment | None] = []
        if not self._pending:
            items = self._inbox.take(_BATCH, timeout)
        if self._is_aborted:
            items += self._inbox.refuse()
        segments = [item for item in items if item is not None]
        for sink, group in groupby(segments, self._sink):
            self._pending.append(self._sheet(sink, list(group)))
        had_any = bool(items or self._pending)
        self._print(timeout)
        return had_any

    def close(self) -> None:
        """Take no more, drop what is left, and let go of the descriptors."""
        self._is_aborted = True
        self.pump(0)
        self._out.close()
        self._err.close()

    def _sink(self, segment: Segment) -> Sink:
        """Return where *segment* goes."""
        return self._out if segment.stream is Stream.OUT else self._err

    def _sheet(self, sink: Sink, segments: list[Segment]) -> _Sheet:
        """Return *segments* as they are printed in one go."""
        lines = sum(segment.lines for segment in segments)
        if self._is_aborted or sink in self._dead:
            return _Sheet(sink, memoryview(b""), lines)
        data = b"".join(
            segment.data
            if sink.is_void
            else laid_out(segment, self._name(segment.process), sink.clean)
            for segment in segments
        )
        return _Sheet(sink, memoryview(data), lines)

    def _print(self, timeout: float) -> None:
        """Print what is pending, until there is no room for *timeout* seconds."""
        while self._pending:
            sheet = self._pending.popleft()
            if self._is_aborted or sheet.sink in self._dead:
                self._lost += sheet.lines
                continue
            try:
                written = sheet.sink.write(sheet.data, timeout)
            except OSError as error:
                self._lost += sheet.lines
                self._bury(sheet.sink, error)
                continue
            self._printed += written
            if written < len(sheet.data):
                rest = sheet.data[written:]
                self._pending.appendleft(sheet._replace(data=rest))
                return

    def _bury(self, sink: Sink, error: OSError) -> None:
        """Tell once that *sink* cannot be written to."""
        if error.errno not in _PASSING:
            self._dead.add(sink)
        if error.errno == errno.EPIPE:
            self._is_deserted = True
        if sink not in self._told:
            self._told.add(sink)
            self._failed(error)


def _size(segment: Segment | None) -> int:
    """Return how many bytes *segment* holds."""
    return len(segment.data) if segment is not None else 0
