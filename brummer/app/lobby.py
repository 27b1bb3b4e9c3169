"""Where agents and people meet, made when the first of them comes."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple, Protocol

from brummer.app.aside import Aside
from brummer.core.clock import Clock
from brummer.mcp.renewal import Renewal
from brummer.model.agent import AgentServer, AgentTable

#: The file of calls and refusals, in the folder of what is kept about a project.
AUDIT: Final = "mcp-audit.jsonl"

#: Seconds for which agents are expected where one came, or where all are to come.
_LATELY: Final = 7 * 24 * 3600


class Means(NamedTuple):
    """What the lobby works with.

    *wake* is called when there is something new, *report* with a sentence about an
    audit that does not work; *audit* is its file, ``None`` for no audit.  Each call
    changes that, and *trace* is changed when agents are to come to all programs.
    """

    clock: Clock
    wake: Callable[[], object]
    aside: Aside
    report: Callable[[str], object]
    audit: Path | None
    trace: Path | None = None


class Meeting(Protocol):
    """What of it is looked at: a :class:`~brummer.mcp.reception.Reception`."""

    @property
    def version(self) -> int:
        """A number that grows with each change."""

    def table(self, server: AgentServer | None) -> AgentTable:
        """Return all that there is to see."""


class Lobby:
    """Makes the reception when somebody comes or looks: most programs see no agent.

    Threads: any.  The lock is for two who come first at the same time.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        #: Has plugins asked again what they offer.
        self.renewal: Final = Renewal(means.aside)
        self._making: Final = Lock()
        #: Both written under the lock, once.
        self._meeting: Meeting | None = None
        self._close_audit: Callable[[], object] = _nothing
        #: Both written before anybody can come: the server, or why there is none.
        self.server: AgentServer | None = None
        self.absence = ""

    def expects_agents(self) -> bool:
        """Return whether one worked in this project lately, or they come to all."""
        signs = filter(None, (self._means.audit, self._means.trace))
        return any(map(self._is_recent, signs))

    def _is_recent(self, sign: Path) -> bool:
        """Whether a file was changed lately."""
        try:
            changed = sign.stat().st_mtime
        except OSError:
            return False
        return self._means.clock.now() - changed < _LATELY

    @property
    def version(self) -> int:
        """A number that grows with each change."""
        meeting = self._meeting
        return meeting.version if meeting is not None else 0

    def table(self) -> AgentTable:
        """Return all that there is to see."""
        return self.meeting().table(self.server)._replace(absence=self.absence)

    def meeting(self) -> Meeting:
        """Return the reception."""
        with self._making:
            if self._meeting is None:
                self._meeting = self._made()
            return self._meeting

    def _made(self) -> Meeting:
        from brummer.mcp.reception import Reception

        means = self._means
        if means.audit is None:
            return Reception(means.clock, means.wake, None)
        from brummer.mcp.audit import Audit

        audit = Audit(means.audit, means.aside, means.report)
        self._close_audit = audit.close
        return Reception(means.clock, means.wake, audit)

    def close(self) -> None:
        """Write what is not yet in the audit; nobody comes any more."""
        self._close_audit()


def _nothing(*_: object) -> None:
    """Do nothing."""
