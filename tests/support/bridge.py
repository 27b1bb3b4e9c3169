"""HTTP in front of a server on standard input and output, for clients that know a URL.

Each client with a session gets a process of its own, as a client that starts one would;
those without sessions share one.  The SDK speaks HTTP on one side and through pipes on
the other, and messages pass between as they are.  What a pipe does not tell is which
request a message belongs to, that has none in it: here it is the latest.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import anyio
import mcp_types as wire
import uvicorn
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http import StreamableHTTPServerTransport
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.dispatcher import DispatchContext
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp.shared.subscriptions import SUBSCRIPTION_ID_META_KEY
from mcp.shared.transport_context import TransportContext
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_MODERN_VERSION
from pydantic import TypeAdapter
from starlette.responses import JSONResponse

from brummer.mcp.asgi import Receive, Scope, Send
from brummer.mcp.door import bound
from brummer.mcp.gate import Gate, Rule

Context = ServerRequestContext[Any, Any]

_NOTIFICATION: TypeAdapter[wire.ServerNotification] = TypeAdapter(
    wire.ServerNotification
)
_ASKING: Mapping[str, object] = {
    "_meta": {
        wire.PROTOCOL_VERSION_META_KEY: LATEST_MODERN_VERSION,
        wire.CLIENT_CAPABILITIES_META_KEY: {},
    }
}

#: Tools that there are when there is more than a hub has itself.
SOME = 2

_TASKS = ("tasks/get", "tasks/update", "tasks/cancel")


class Session:
    """One client with a session, and its process."""

    def __init__(self) -> None:
        self.transport = StreamableHTTPServerTransport(mcp_session_id=uuid4().hex)
        self.ready = asyncio.Event()
        #: Requests under way, the latest last, by the tokens of their progress.
        self._open: dict[object, object] = {}

    async def run(self, command: StdioServerParameters) -> None:
        async with (
            self.transport.connect() as (from_client, to_client),
            stdio_client(command) as (from_server, to_server),
            anyio.create_task_group() as group,
        ):
            self.ready.set()
            group.start_soon(self._forth, from_client, to_server)
            async for message in from_server:
                if isinstance(message, SessionMessage):
                    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                        await to_client.send(self._placed(message))
            group.cancel_scope.cancel()

    async def _forth(self, source: Any, target: Any) -> None:
        async for message in source:
            if isinstance(message, SessionMessage):
                asked = message.message
                if isinstance(asked, wire.JSONRPCRequest):
                    meta = (asked.params or {}).get("_meta") or {}
                    self._open[asked.id] = meta.get("progressToken")
                await target.send(SessionMessage(asked))

    def _placed(self, message: SessionMessage) -> SessionMessage:
        """Return *message* with the request that it belongs to."""
        said = message.message
        if isinstance(said, wire.JSONRPCResponse | wire.JSONRPCError):
            self._open.pop(said.id, None)
            return message
        related: Any = None
        if isinstance(said, wire.JSONRPCRequest) or not _is_for_all(said.method):
            token = (said.params or {}).get("progressToken")
            found = [id_ for id_, known in self._open.items() if known == token]
            related = (found if token is not None else list(self._open) or [None])[-1]
        return SessionMessage(said, ServerMessageMetadata(related_request_id=related))


def _is_for_all(method: str) -> bool:
    return method.endswith(("list_changed", "resources/updated"))


class Shared:
    """The process for all clients without sessions."""

    def __init__(self) -> None:
        self.server: Server[dict[str, Any]] = Server(
            "bridge", get_tool_input_schema=self._schema
        )
        self.server.middleware.append(self._pass_on)
        self.ready = asyncio.Event()
        self._hub: JSONRPCDispatcher[TransportContext] | None = None
        self._open: dict[str, Context] = {}
        self._schemas: dict[str, Mapping[str, Any]] = {}
        self._count = 0

    def _schema(self, name: str) -> Mapping[str, Any] | None:
        return self._schemas.get(name)

    async def run(self, command: StdioServerParameters) -> None:
        async with (
            stdio_client(command) as (read, write),
            anyio.create_task_group() as group,
        ):
            self._hub = JSONRPCDispatcher(read, write)
            await group.start(self._hub.run, self._asked, self._told)
            # The instance may take its time to begin; the hub's own tool is there.
            while len(self._schemas) < SOME:
                self._learn(await self._hub.send_raw_request("tools/list", _ASKING))
            self.ready.set()
            await asyncio.Event().wait()

    async def _pass_on(
        self, ctx: ServerRequestContext[dict[str, Any], Any], call_next: CallNext
    ) -> HandlerResult:
        del call_next
        assert self._hub is not None
        context: Context = ctx
        _check(context)
        if context.request_id is None:
            return None
        self._count += 1
        number = f"request-{self._count}"
        self._open[number] = context
        try:
            found = await self._hub.send_raw_request(
                context.method, context.params, {"request_id": number}
            )
        finally:
            del self._open[number]
        if context.method == "tools/list":
            self._learn(found)
        return found

    def _learn(self, tools: Mapping[str, Any]) -> None:
        """Keep what of the arguments has to be in the header."""
        self._schemas |= {t["name"]: t["inputSchema"] for t in tools["tools"]}

    async def _asked(self, *_: object) -> dict[str, Any]:
        raise MCPError(wire.METHOD_NOT_FOUND, "nobody is asked in this version")

    async def _told(
        self,
        _: DispatchContext[TransportContext],
        method: str,
        params: Mapping[str, Any] | None,
    ) -> None:
        said = dict(params or {})
        context = self._of(said)
        if context is None:
            return
        if SUBSCRIPTION_ID_META_KEY in (said.get("_meta") or {}):
            said["_meta"] = {SUBSCRIPTION_ID_META_KEY: context.request_id}
        told = _NOTIFICATION.validate_python({"method": method, "params": said})
        await context.session.send_notification(told, context.request_id)

    def _of(self, said: Mapping[str, Any]) -> Context | None:
        """Return the request that a notification belongs to."""
        number = (said.get("_meta") or {}).get(SUBSCRIPTION_ID_META_KEY)
        if number is not None:
            return self._open.get(number)
        token = said.get("progressToken")
        for context in reversed(self._open.values()):
            meta = (context.params or {}).get("_meta") or {}
            if context.method != "subscriptions/listen" and token in {
                None,
                meta.get("progressToken"),
            }:
                return context
        return None


def _check(context: Context) -> None:
    """Refuse what is wrong in HTTP alone, and the SDK lets pass."""
    if context.method == "initialize":
        raise MCPError(wire.METHOD_NOT_FOUND, "Method not found")
    if context.method in _TASKS and context.request is not None:
        name = (context.request.headers.get("mcp-name") or "").strip()
        if name != (context.params or {}).get("taskId"):
            raise MCPError(wire.HEADER_MISMATCH, "Mcp-Name is not params.taskId")


class Bridge:
    """An ASGI application that hands everything to processes of *command*."""

    def __init__(self, command: StdioServerParameters) -> None:
        self._command = command
        self._shared = Shared()
        self._manager = StreamableHTTPSessionManager(self._shared.server)
        self._sessions: dict[str, Session] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._tasks.append(asyncio.ensure_future(self._shared.run(self._command)))
        try:
            async with self._manager.run():
                await asyncio.wait_for(self._shared.ready.wait(), 20)
                yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = dict(scope["headers"])
        version = fields.get(b"mcp-protocol-version", b"").decode()
        if version and version not in HANDSHAKE_PROTOCOL_VERSIONS:
            await self._manager.handle_request(scope, receive, send)
            return
        id_ = fields.get(b"mcp-session-id", b"").decode()
        if id_ and id_ not in self._sessions:
            gone = JSONResponse({"error": "Session not found"}, status_code=404)
            await gone(scope, receive, send)
            return
        session = self._sessions.get(id_) or await self._begun()
        await session.transport.handle_request(scope, receive, send)
        if session.transport.is_terminated:
            self._sessions.pop(id_, None)

    async def _begun(self) -> Session:
        session = Session()
        task = asyncio.ensure_future(session.run(self._command))
        self._tasks.append(task)
        await asyncio.wait_for(session.ready.wait(), 20)
        id_ = session.transport.mcp_session_id
        assert id_ is not None
        self._sessions[id_] = session
        return session


@contextmanager
def bridged(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Serve processes of a command; yield the URL."""
    command = StdioServerParameters(
        command=words[0], args=list(words[1:]), env=dict(environment)
    )
    listener = bound(0)
    port = listener.getsockname()[1]
    ready, ended = Event(), Event()
    thread = Thread(
        target=lambda: asyncio.run(_serve(command, listener, ready, ended)),
        name="bridge",
    )
    thread.start()
    try:
        assert ready.wait(30)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        ended.set()
        thread.join(30)
        assert not thread.is_alive()


async def _serve(
    command: StdioServerParameters, listener: socket.socket, ready: Event, ended: Event
) -> None:
    bridge = Bridge(command)
    rule = Rule(path="/mcp", port=listener.getsockname()[1], token="")
    gate = Gate(bridge, rule, lambda _: None)
    server = uvicorn.Server(
        uvicorn.Config(
            gate,
            log_config=None,
            lifespan="off",
            ws="none",
            http="h11",
            timeout_graceful_shutdown=1,
        )
    )
    async with bridge.running():
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        ready.set()
        await asyncio.to_thread(ended.wait)
        server.should_exit = True
    await serving
