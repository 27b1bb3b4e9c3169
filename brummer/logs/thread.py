"""The way into the log: everything that is printed or noted comes through here."""

from brummer.config.settings import LogStoreSettings
from brummer.core.clock import Clock
from brummer.logs.lane import DirectLane, Lane, QueueLane, Traffic
from brummer.logs.writer import End, LogWriter, Output, Shed, Typed
from brummer.model.finding import Finding
from brummer.model.log import Stream
from brummer.model.process import ProcessId


class LogThread:
    """Moves output from the pipes into the store, in the order it came.

    Threads: all methods are safe from any thread, none from a signal handler.
    The log thread is the only one that writes; with ``fallback_mode`` there is
    none, and the callers take turns.
    """

    def __init__(
        self, writer: LogWriter, settings: LogStoreSettings, clock: Clock
    ) -> None:
        self._clock = clock
        self._lane: Lane = (
            DirectLane(writer)
            if settings.fallback_mode
            else QueueLane(writer, settings, clock)
        )

    def put(self, process: ProcessId, stream: Stream, data: bytes, time: float) -> None:
        """Hand over what one read returned, waiting while the queue is full.

        Waiting is meant: it stops reading the pipe, which stops a child that
        writes faster than we store.  *time* is seconds since the epoch.
        """
        self._lane.put(Output(process, stream, data, time))

    def note(self, process: ProcessId, text: str) -> None:
        """Put a line of our own (or several) into the log of *process*.

        Waits for nobody: notes are few and small, and come from the supervisor,
        which must go on stopping processes when nobody reads what we print.
        """
        data = text.removesuffix("\n").encode("utf-8", "replace") + b"\n"
        self._lane.urge(Output(process, Stream.NOTE, data, self._clock.now()))

    def typed(self, process: ProcessId, data: bytes, *, hidden: bool) -> None:
        """Put what somebody types into *process* into its log; waits for nobody.

        If it is *hidden*, or the process asks for a password, the log says only
        that there was something.
        """
        self._lane.urge(Typed(process, data, self._clock.now(), hidden))

    def end(self, process: ProcessId) -> None:
        """Say that all streams of *process* are at their end.

        Its unterminated last lines are stored; then the outlet *drained* is
        called.
        """
        self._lane.put(End(process))

    def report(self, finding: Finding) -> None:
        """Keep *finding*, from someone who is no detector."""
        self._lane.put(finding)

    def shed(self) -> None:
        """Drop the older half of the log, because memory runs short.

        Waits for nobody: whoever watches the memory watches more than that.
        """
        self._lane.urge(Shed())

    def finish(self) -> None:
        """Begin the end, and return at once.

        Everything that was put is still stored, and shown.  Whoever prints must
        go on printing until :meth:`join` says that the end has come.
        """
        self._lane.finish()

    def join(self, timeout: float | None = None) -> bool:
        """Wait up to *timeout* seconds for the end; return whether it came."""
        return self._lane.join(timeout)

    def close(self) -> None:
        """Store what was put, then end."""
        self.finish()
        self.join()

    def traffic(self) -> Traffic:
        """Return how much is on its way, and how often somebody had to wait."""
        return self._lane.traffic()
