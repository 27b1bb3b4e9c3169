"""The MCP server of a running program.

The socket is there from the beginning, so that its port can be told; everything else
is imported and made when the first client comes, or before where one is expected.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

import brummer
from brummer.app.lobby import Lobby
from brummer.app.project import Project
from brummer.core.clock import Clock
from brummer.core.guard import cause
from brummer.core.instance import Instance
from brummer.core.precedence import Precedence
from brummer.errors import BrummerError
from brummer.mcp.door import PATH, Door, Served, bound
from brummer.mcp.token import kept_token
from brummer.model.agent import AgentServer, TokenKind
from brummer.plugin.host import PluginHost

#: The file of what all runs of a user share.
SHARED: Final = "mcp-token"

#: Runs a function on a worker.
Aside = Callable[[Callable[[], object]], Future[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents:
    """What agents are offered by one program, and the server that does it.

    *report* shows a sentence about what does not work.

    Threads: :meth:`open` is called once, by any; the server makes the rest on its own.
    """

    project: Project
    instance: Instance
    host: PluginHost
    aside: Aside
    report: Callable[[str], object]
    clock: Clock
    lobby: Lobby
    #: That of the screen over what answers agents.
    precedence: Precedence = field(default_factory=Precedence)

    def open(self, token: str) -> tuple[Door, str] | None:
        """Listen, and serve whoever shows the token, which is returned as well.

        That is *token*, or the one that all runs of the user share.  ``None`` if no
        server is wanted, or there can be none.
        """
        settings = self.project.settings
        if settings.no_mcp:
            self.lobby.absence = "no_mcp is set"
            return None
        try:
            if settings.mcp.shared_token:
                token = kept_token(self.project.places.state / SHARED)
            listener = bound(settings.mcp_port)
        except (OSError, BrummerError) as error:
            self.lobby.absence = cause(error)
            self.report(f"no MCP server: {cause(error)}")
            return None
        self.lobby.server = AgentServer(
            url=f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}",
            token=TokenKind.SHARED if settings.mcp.shared_token else TokenKind.RUN,
            read_only=settings.mcp.read_only,
        )
        door = Door(
            listener,
            lambda: self._made(token),
            self.report,
            expected=self.lobby.expects_agents,
        )
        return door, token

    def _made(self, token: str) -> Served:
        """Return the server; called on its thread for who comes or is expected."""
        from brummer.mcp.catalogue import Catalogue
        from brummer.mcp.gate import logged
        from brummer.mcp.host import Company, Host, Identity, Limits
        from brummer.mcp.offering import Choice, Extras, Subject, offer
        from brummer.mcp.reception import Reception
        from brummer.mcp.tools.about import instructions
        from brummer.mcp.wording import Wording
        from brummer.plugin.offer import offers

        settings = self.project.settings
        catalogue, more = Catalogue(), offers(self.host)
        reception = self.lobby.meeting()
        assert isinstance(reception, Reception)
        subject = Subject(
            self.instance,
            self.clock,
            self._settings,
            reception.messages,
            reception.handover,
            self.aside,
        )
        mcp = settings.mcp
        choice = Choice(frozenset(mcp.groups), mcp.read_only, mcp.compact)
        extras = Extras(catalogue, choice, self.report)
        wording = Wording(extras.told)
        identity = Identity(
            name="brummer",
            version=str(brummer.__version__),
            instructions=lambda: instructions(wording),
            token=token,
        )

        def begin() -> Callable[[], None]:
            end = offer(catalogue, subject, choice, wording)
            extras.put(more)
            self.lobby.renewal.open(
                lambda: extras.put(offers(self.host)), catalogue.interest.touch
            )
            return end

        company = Company(
            aside=self.aside,
            begin=begin,
            refused=logged,
            observer=reception.book,
            precedence=self.precedence,
        )
        limits = Limits(
            sessions=settings.mcp.max_sessions,
            body=settings.mcp.max_body,
            idle=settings.mcp_manager.session_timeout_ms / 1000,
            origins=settings.mcp.origins,
        )
        return Host(catalogue, identity, company, limits)

    def _settings(self) -> list[dict[str, str]]:
        """Return each setting with its value and where it was set."""
        # Imported when somebody asks: it is for people who look at settings.
        from brummer.config.explain import rows

        return [
            {"key": row.key, "value": row.value, "origin": row.origin}
            for row in rows(self.project.loaded, self.project.folder)
        ]
