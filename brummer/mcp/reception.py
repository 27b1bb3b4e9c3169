"""Where agents and people meet: what agents do, and what people hand to them."""

from collections.abc import Callable
from typing import Final, Protocol

from brummer.core.clock import Clock
from brummer.mcp.activity import ActivityBook, Record
from brummer.mcp.handover import Handover
from brummer.mcp.queue import MessageQueue
from brummer.mcp.slowly import Slowly
from brummer.model.agent import AgentServer, AgentTable


class Keeper(Protocol):
    """Keeps records: an :class:`~brummer.mcp.audit.Audit`."""

    def put(self, record: Record) -> None:
        """Keep *record*."""

    def flush(self) -> None:
        """Begin to write what was kept."""


class Reception:
    """The parts that are there whether or not an agent is.

    *wake* is called when there is something new for those who look, or for those who
    wait for messages; *audit* keeps each call that ended and each refusal, if there is
    to be one.

    Threads: the book is written by the server's loop; all else may be used by any.
    """

    def __init__(
        self,
        clock: Clock,
        wake: Callable[[], object],
        audit: Keeper | None,
    ) -> None:
        self._audit = audit
        # A worker for many lines: to wake one costs more than to write some.
        self._flush: Final = Slowly(audit.flush if audit is not None else wake)
        self.messages: Final = MessageQueue(clock, wake)
        self.handover: Final = Handover(self.messages, clock, wake)
        # Agents call more often than anybody looks.
        self.book: Final = ActivityBook(clock, Slowly(wake), self._note)

    def _note(self, record: Record) -> None:
        if self._audit is not None:
            self._audit.put(record)
            self._flush()

    @property
    def version(self) -> int:
        """A number that grows with each change."""
        return self.book.version + self.handover.version

    def table(self, server: AgentServer | None) -> AgentTable:
        """Return all that there is to see."""
        return AgentTable(
            server=server,
            activity=self.book.activity,
            handed=self.handover.handed(),
        )
