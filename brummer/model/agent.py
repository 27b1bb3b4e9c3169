"""Who calls the MCP server, what for, and what people hand to them.

Tuples with names, as they are made for each call, and imported at each start.
"""

from enum import StrEnum
from typing import Final, NamedTuple

#: Bytes that are counted as one token; what is said of tokens is an estimate.
BYTES_PER_TOKEN: Final = 4

#: The channel in which agents wait for what people hand to them.
HANDOVER: Final = "handover"


class Outcome(StrEnum):
    """What came of a call."""

    #: It goes on.
    RUNNING = "running"
    OK = "ok"
    #: Answered with a question; the client calls again with the reply.
    ASKED = "asked"
    #: Answered with a task, which goes on.
    BEGUN = "begun"
    FAILED = "failed"
    #: It was not let in, or wanted what it may not have.
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def is_bad(self) -> bool:
        """Whether it is worth a look."""
        return self in {Outcome.FAILED, Outcome.REFUSED}


class Era(StrEnum):
    """Which versions of the protocol a client speaks: those with sessions or not."""

    SESSION = "session"
    REQUEST = "request"


class TokenKind(StrEnum):
    """What a client has to show."""

    #: One that is made for each run.
    RUN = "of this run"
    #: The one in the file of all runs.
    SHARED = "shared by all runs"


class AgentClient(NamedTuple):
    """All that called under one name and version.

    *name* and *version* are what the client says of itself, whatever that is worth.
    Times are in seconds since the epoch; *errors* counts calls that failed or were
    refused; *sessions* those it ever began.
    """

    name: str
    version: str
    era: Era
    first_seen: float
    last_seen: float
    calls: int = 0
    errors: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    sessions: int = 0


class AgentCall(NamedTuple):
    """One call of a tool, or the reading of a resource or prompt.

    *number* counts calls and refusals from 1.  *arguments* is JSON, shortened and
    without secrets.  *milliseconds* is 0 while it goes on; *reason* is said of what
    failed.  *waits_for* is the channel in which it waits for a message.
    """

    number: int
    time: float
    client: str
    tool: str
    arguments: str
    outcome: Outcome = Outcome.RUNNING
    milliseconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    reason: str = ""
    waits_for: str = ""


class AgentRefusal(NamedTuple):
    """Somebody who was not let in, with a status of HTTP."""

    number: int
    time: float
    peer: str
    status: int
    reason: str


class Activity(NamedTuple):
    """What agents did until one moment; lists have the newest last.

    *calls* are those that ended, as far as they are kept; *running* those that did
    not.  *total*, *failed* and *refused* count all there ever were; *forgotten*
    clients are not kept any more.
    """

    clients: tuple[AgentClient, ...] = ()
    calls: tuple[AgentCall, ...] = ()
    running: tuple[AgentCall, ...] = ()
    refusals: tuple[AgentRefusal, ...] = ()
    statuses: tuple[tuple[int, int], ...] = ()
    total: int = 0
    failed: int = 0
    refused: int = 0
    forgotten: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who waits for what people hand over, each name once."""
        names = (c.client for c in self.running if c.waits_for == HANDOVER)
        return tuple(dict.fromkeys(names))


class Handed(NamedTuple):
    """Something that a person handed to agents, and who took it.

    *number* is that of its message in the channel :data:`HANDOVER`.
    """

    number: int
    time: float
    expires: float
    title: str
    taken_by: tuple[str, ...] = ()


class AgentServer(NamedTuple):
    """Where agents are served, and what they have to show there."""

    url: str
    token: TokenKind
    read_only: bool = False


class AgentTable(NamedTuple):
    """All about agents; *server* is ``None`` if there is none, *absence* says why."""

    server: AgentServer | None = None
    absence: str = ""
    activity: Activity = Activity()
    handed: tuple[Handed, ...] = ()
