"""Where agents and people meet: what agents do, and what people hand to them."""

from collections.abc import Callable
from typing import Final

from brummer.core.clock import Clock
from brummer.mcp.activity import ActivityBook, Record
from brummer.mcp.handover import Handover
from brummer.mcp.queue import MessageQueue
from brummer.mcp.slowly import Slowly
from brummer.model.agent import AgentServer, AgentTable


class Reception:
    """The parts that are there whether or not an agent is.

    *wake* is called when there is something new for those who look, or for those who
    wait for messages; *noted* with each call that ended and each refusal.

    Threads: the book is written by the server's loop; all else may be used by any.
    """

    def __init__(
        self,
        clock: Clock,
        wake: Callable[[], object],
        noted: Callable[[Record], object],
    ) -> None:
        self.messages: Final = MessageQueue(clock, wake)
        self.handover: Final = Handover(self.messages, clock, wake)
        # Agents call more often than anybody looks.
        self.book: Final = ActivityBook(clock, Slowly(wake), noted)

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
