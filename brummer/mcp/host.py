"""The HTTP server, on a thread of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from brummer.core.guard import attempt, cause
from brummer.core.threads import Role, on, spawn
from brummer.mcp.calling import Aside
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.gate import Application, Gate, Receive, Refusal, Scope, Send

#: Where the server answers.
PATH: Final = "/mcp"

#: Bytes of a request, sessions at once, and seconds after which an idle one ends.
MAX_BODY: Final = 4 * 1024 * 1024
MAX_SESSIONS: Final = 256
_IDLE: Final = 30 * 60.0

#: Seconds that streams are given to end in good order, and the whole server.
_FAREWELL: Final = 0.1
_ENDING: Final = 2.0
#: Seconds until the server is expected to be there.
_STARTING: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the server says of itself; who has no *token* is let in without."""

    name: str
    version: str
    instructions: str
    token: str = field(repr=False, default="")


def bound(port: int, *, tries: int = 100) -> socket.socket:
    """Return a socket on loopback, at *port* or the next one that is free.

    0 is any port.

    :raises OSError: if none of *tries* ports is free.
    """
    problem: OSError | None = None
    for number in range(port, min(port + tries, 65536)) if port else (0,):
        # With the protocol left out, asyncio would not turn off Nagle's algorithm,
        # and each answer would wait for an acknowledgement of 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(128)
        except OSError as error:
            listener.close()
            problem = error
        else:
            return listener
    raise problem or OSError(f"there is no port {port}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who has to do with the server; all but *aside* are called on its thread.

    *aside* runs a function of a tool on a worker.  *begin* is called before the first
    client comes, and what it returns when the last has gone.  *failed* is told what
    ended the server before its time, *refused* whom it did not let in.
    """

    aside: Aside
    begin: Callable[[], Callable[[], None]]
    failed: Callable[[str], object]
    refused: Callable[[Refusal], object]


class Host:
    """Serves a catalogue over HTTP.

    Threads: built, started and closed by one thread; all else happens on the server's
    own, in one loop.
    """

    def __init__(
        self, catalogue: Catalogue, identity: Identity, company: Company
    ) -> None:
        self._catalogue = catalogue
        self._identity = identity
        self._company = company
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        #: Written by the server's thread before it is ready.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        #: Requests under way; the loop's.
        self._under_way: set[asyncio.Task[Any]] = set()
        self.port = 0

    def start(self, listener: socket.socket) -> bool:
        """Serve *listener* from a thread; return whether that has begun."""
        self.port = listener.getsockname()[1]
        self._thread = spawn(Role.MCP, lambda: self._run(listener))
        return self._ready.wait(_STARTING) and self._loop is not None

    def close(self) -> None:
        """Say good-bye to clients, and end the thread."""
        loop, ended, thread = self._loop, self._ended, self._thread
        if loop is not None and ended is not None:
            # It may have ended by itself.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(ended.set)
        if thread is not None:
            thread.join(_ENDING)

    def _run(self, listener: socket.socket) -> None:
        assert on(Role.MCP)
        _, error = attempt(lambda: asyncio.run(self._serve(listener)))
        if error is not None:
            self._company.failed(f"the MCP server ended: {cause(error)}")
        listener.close()
        self._ready.set()

    async def _serve(self, listener: socket.socket) -> None:
        identity = self._identity
        ended = asyncio.Event()
        engine = Engine(
            self._catalogue,
            self._company.aside,
            name=identity.name,
            version=identity.version,
            instructions=identity.instructions,
        )
        manager = StreamableHTTPSessionManager(
            engine.server,
            session_idle_timeout=_IDLE,
            max_sessions=MAX_SESSIONS,
            max_request_body_size=MAX_BODY,
        )
        gate = Gate(
            self._noted(manager.handle_request),
            path=PATH,
            port=self.port,
            token=identity.token,
            refused=self._company.refused,
        )
        server = uvicorn.Server(_configuration(gate))
        end = self._company.begin()
        async with manager.run():
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            self._loop, self._ended = asyncio.get_running_loop(), ended
            self._ready.set()
            waiting = asyncio.create_task(ended.wait())
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
