"""Printing what is stored, where there is no screen."""

import errno
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

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


class Printer:
    """Prints segments: stdout's to *out*, all others to *err*.

    *name* tells what a process is called.  *failed* is called once for each of
    the two when it cannot be written to; from then on its lines are counted as
    :attr:`lost`, and the other one's are still printed.

    Threads: the log thread calls :meth:`put`, which waits while a few megabytes
    wait to be printed; so a terminal that takes no more stops the children and
    fills no memory.  The main thread calls :meth:`pump` again and again.  Any
    thread may call :meth:`wake`; :meth:`abort` is safe even from a signal
    handler.
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
        self._told: set[Sink] = set()
        self._dead: set[Sink] = set()
        self._lost = 0

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

        What is being written is given up, and whoever waits to print goes on,
        within a fraction of a second, if :meth:`pump` is called.
        """
        self._is_aborted = True

    def pump(self, timeout: float) -> bool:
        """Print what is there, waiting for it up to *timeout* seconds.

        Returns whether there was anything; a wake-up counts.
        """
        items = self._inbox.take(_BATCH, timeout)
        if self._is_aborted:
            items += self._inbox.refuse()
        segments = [item for item in items if item is not None]
        for sink, group in groupby(segments, self._sink):
            self._print(sink, list(group))
        return bool(items)

    def close(self) -> None:
        """Take no more, drop what is left, and let go of the descriptors."""
        self._is_aborted = True
        self.pump(0)
        self._out.close()
        self._err.close()

    def _sink(self, segment: Segment) -> Sink:
        """Return where *segment* goes."""
        return self._out if segment.stream is Stream.OUT else self._err

    def _print(self, sink: Sink, segments: list[Segment]) -> None:
        """Print *segments* in one write."""
        if sink not in self._dead and not self._is_aborted:
            try:
                data = b"".join(self._laid_out(sink, segments))
                if sink.write(data, lambda: self._is_aborted):
                    return
            except OSError as error:
                self._bury(sink, error)
        self._lost += sum(segment.lines for segment in segments)

    def _laid_out(self, sink: Sink, segments: list[Segment]) -> Iterator[bytes]:
        """Yield *segments* as they are printed."""
        for segment in segments:
            yield laid_out(segment, self._name(segment.process), sink.clean)

    def _bury(self, sink: Sink, error: OSError) -> None:
        """Tell once that *sink* cannot be written to."""
        if error.errno not in _PASSING:
            self._dead.add(sink)
        if sink not in self._told:
            self._told.add(sink)
            self._failed(error)


def _size(segment: Segment | None) -> int:
    """Return how many bytes *segment* holds."""
    return len(segment.data) if segment is not None else 0
