"""The HTTP server."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from brummer.core.threads import Role, on
from brummer.mcp.calling import Aside
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.gate import Application, Gate, Receive, Refusal, Rule, Scope, Send

#: Where the server answers.
PATH: Final = "/mcp"


#: Seconds that streams are given to end in good order.
_FAREWELL: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the server says of itself; who has no *token* is let in without."""

    name: str
    version: str
    instructions: str
    token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much clients may take, and which web pages may be clients.

    *body* is in bytes, *idle* the seconds after which a session ends that nobody uses.
    """

    sessions: int = 256
    body: int = 4 * 1024 * 1024
    idle: float = 300.0
    origins: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who has to do with the server; all but *aside* are called on its thread.

    *aside* runs a function of a tool on a worker.  *begin* is called before the first
    client is served, and what it returns when the last has gone.  *refused* is told
    whom it did not let in.
    """

    aside: Aside
    begin: Callable[[], Callable[[], None]]
    refused: Callable[[Refusal], object]


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
        #: Requests under way; the loop's.
        self._under_way: set[asyncio.Task[Any]] = set()

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
        engine = Engine(
            self._catalogue,
            self._company.aside,
            name=identity.name,
            version=identity.version,
            instructions=identity.instructions,
        )
        manager = StreamableHTTPSessionManager(
            engine.server,
            session_idle_timeout=limits.idle,
            max_sessions=limits.sessions,
            max_request_body_size=limits.body,
        )
        rule = Rule(
            path=PATH,
            port=listener.getsockname()[1],
            token=identity.token,
            origins=limits.origins,
        )
        gate = Gate(self._noted(manager.handle_request), rule, self._company.refused)
        server = uvicorn.Server(_configuration(gate))
        end = self._company.begin()
        async with manager.run():
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            self._loop = asyncio.get_running_loop()
            if self._is_ending:
                self._ended.set()
            waiting = asyncio.create_task(self._ended.wait())
            await asyncio.wait({serving, waiting}, return_when="FIRST_COMPLETED")
            waiting.cancel()
            server.should_exit = True
            end()
            engine.close()
            await asyncio.sleep(_FAREWELL)
        # The streams of sessions ended with the manager; what is left is calls.
        for task in tuple(self._under_way):
            task.cancel()
        await serving

    def _noted(self, application: Application) -> Application:
        """Return *application* with its requests on record, to be ended by us."""

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._under_way.add(task)
            try:
                await application(scope, receive, send)
            finally:
                self._under_way.discard(task)

        return noted


def _configuration(gate: Gate) -> uvicorn.Config:
    return uvicorn.Config(
        gate,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        http="h11",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
