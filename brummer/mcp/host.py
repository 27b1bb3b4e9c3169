"""The HTTP server."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from uvicorn.server import ServerState

from brummer.core.precedence import Precedence
from brummer.core.threads import Role, on
from brummer.mcp.activity import Observer, Unobserved
from brummer.mcp.brevity import Brevity
from brummer.mcp.calling import Aside
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.connection import Connection, Manners
from brummer.mcp.door import PATH
from brummer.mcp.engine import Engine
from brummer.mcp.gate import Gate, Refusal, Rule
from brummer.mcp.observing import Observing
from brummer.mcp.turnstile import Turnstile

#: Seconds that streams are given to end in good order.
_FAREWELL: Final = 0.1

#: Seconds for which a connection is kept without a request: longer than clients keep
#: theirs, or one would now and then use a connection at the moment of its end.
_KEPT: Final = 65

#: Steps of the loop from accepting a connection to its being one of ours.
_STEPS: Final = 3

#: Connections that may wait for us to look.
_BACKLOG: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the server says of itself; without a *token* everybody is let in.

    *instructions* is called once, when all is there that is offered at first.
    """

    name: str
    version: str
    instructions: Callable[[], str]
    token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much clients may take, and which web pages may be clients.

    *body* is in bytes, *idle* the seconds after which a session ends that nobody uses.
    """

    sessions: int = 256
    manners: Manners = field(default_factory=Manners)
    body: int = 4 * 1024 * 1024
    idle: float = 300.0
    origins: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who has to do with the server; all but *aside* are called on its thread.

    *aside* runs a function of a tool on a worker.  *begin* is called before the first
    client is served, and what it returns when the last has gone.  *refused* is told
    whom it did not let in; *observer* sees that too, and all that is asked.  A screen
    has *precedence*.
    """

    aside: Aside
    begin: Callable[[], Callable[[], None]]
    refused: Callable[[Refusal], object]
    precedence: Precedence
    observer: Observer = field(default_factory=Unobserved)


class Host:
    """Serves a catalogue over HTTP.

    Threads: :meth:`serve` belongs to the thread of the server, in whose loop all else
    happens; :meth:`end` is safe from any.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        identity: Identity,
        company: Company,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._catalogue = catalogue
        self._identity = identity
        self._company = company
        #: Set by whoever asks for the end.
        self._is_ending = False
        #: Written by the server's thread.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def serve(self, listener: socket.socket) -> None:
        """Serve *listener* until the end is asked for."""
        assert on(Role.MCP)
        asyncio.run(self._serve(listener))

    def end(self) -> None:
        """Ask for the end: clients are told good-bye."""
        self._is_ending = True
        # Without a loop yet, the server finds the flag when it has one.
        if (loop := self._loop) is not None:
            # It may have ended by itself.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self, listener: socket.socket) -> None:
        identity, limits = self._identity, self._limits
        end = self._company.begin()
        engine = Engine(
            self._catalogue,
            self._company.aside,
            name=identity.name,
            version=identity.version,
            instructions=identity.instructions(),
        )
        # The outermost: what is wrong with a request is seen as well.
        engine.server.middleware.insert(0, Observing(self._company.observer))
        whole, parts = self._managers(engine)
        served = Brevity(self._catalogue, whole.handle_request, parts.handle_request)
        rule = Rule(
            path=PATH,
            port=listener.getsockname()[1],
            token=identity.token,
            origins=limits.origins,
            body=limits.body,
        )
        turnstile = Turnstile(served, self._company.precedence)
        gate = Gate(turnstile, rule, self._refuse)
        config = _configuration(gate)
        state = ServerState()
        async with parts.run(), whole.run():
            await self._accept(
                listener,
                lambda: Connection(config, state, limits.manners, self._tell),
            )
            turnstile.close()
            end()
            engine.close()
            await _over(state)
        # The streams of sessions end with the manager; what is left then is calls.
        await _over(state)
        await _ended(state)

    async def _accept(
        self, listener: socket.socket, connection: Callable[[], Connection]
    ) -> None:
        """Accept connections until the end is asked for."""
        loop = asyncio.get_running_loop()
        # Not uvicorn's own server, which wakes up ten times a second.
        server = await loop.create_server(connection, sock=listener, backlog=_BACKLOG)
        self._loop = loop
        if self._is_ending:
            self._ended.set()
        await self._ended.wait()
        # asyncio drops whoever is just being accepted when the server closes, and
        # leaves the connection open.
        loop.remove_reader(listener)
        for _ in range(_STEPS):
            await asyncio.sleep(0)
        server.close()

    def _managers(
        self, engine: Engine
    ) -> tuple[StreamableHTTPSessionManager, StreamableHTTPSessionManager]:
        """Return what answers in one piece, which has no sessions, and all else."""
        limits = self._limits
        return StreamableHTTPSessionManager(
            engine.server,
            json_response=True,
            stateless=True,
            max_request_body_size=limits.body,
        ), StreamableHTTPSessionManager(
            engine.server,
            session_idle_timeout=limits.idle,
            max_sessions=limits.sessions,
            max_request_body_size=limits.body,
        )

    def _refuse(self, refusal: Refusal) -> None:
        self._company.refused(refusal)
        self._company.observer.refuse(refusal.peer, refusal.status, refusal.reason)

    def _tell(self, status: int, reason: str, peer: str) -> None:
        self._refuse(Refusal(status=status, reason=reason, peer=peer))


async def _over(state: ServerState) -> None:
    """Return when nobody is being answered, or it takes too long."""
    if state.tasks:
        await asyncio.wait(state.tasks, timeout=_FAREWELL)


async def _ended(state: ServerState) -> None:
    """End every connection; who is still being answered is told that it is the end."""
    for task in tuple(state.tasks):
        task.cancel()
    await _over(state)
    # Each goes when it has sent what is left, those of the deaf as they are.
    for connection in tuple(state.connections):
        connection.shutdown()
    await asyncio.sleep(0)
    for connection in tuple(state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)


def _configuration(gate: Gate) -> uvicorn.Config:
    config = uvicorn.Config(
        gate,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        http="httptools",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEPT,
    )
    config.load()
    return config
