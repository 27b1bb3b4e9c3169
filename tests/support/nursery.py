"""Processes that pass for instances, each a fork of one that has imported all.

A line ``NAME TOKEN`` of standard input starts one; ``NAME PID PORT`` on standard output
says that it is there.  At the end of the input all are killed.
"""

import asyncio
import hmac
import os
import signal
import socket
import sys

import mcp_types as wire
import uvicorn
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from brummer.mcp.door import bound


class Infant:
    """A server with one tool, which says who it is, after a while if wanted."""

    def __init__(self, name: str, token: str) -> None:
        self._name = name
        self._authorization = f"Bearer {token}".encode()
        who = wire.Tool(name="who", input_schema={"type": "object"})

        async def tools(*_: object) -> wire.ListToolsResult:
            return wire.ListToolsResult(tools=[who])

        self._manager = StreamableHTTPSessionManager(
            Server(
                name,
                on_list_tools=tools,
                on_call_tool=self._called,
                on_subscriptions_listen=ListenHandler(InMemorySubscriptionBus()),
            )
        )

    async def _called(
        self, _: object, params: wire.CallToolRequestParams
    ) -> wire.CallToolResult:
        await asyncio.sleep(float((params.arguments or {}).get("after", 0)))
        return wire.CallToolResult(content=[wire.TextContent(text=self._name)])

    async def serve(self, listener: socket.socket) -> None:
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_config=None,
            lifespan="off",
            ws="none",
            http="h11",
        )
        async with self._manager.run():
            await uvicorn.Server(config).serve(sockets=[listener])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = dict(scope["headers"]).get(b"authorization", b"")
        if hmac.compare_digest(shown, self._authorization):
            await self._manager.handle_request(scope, receive, send)
        else:
            await Response("no", 401)(scope, receive, send)


def live(name: str, token: str) -> None:
    """Be an instance, until killed."""
    listener = bound(0)
    print(name, os.getpid(), listener.getsockname()[1], flush=True)
    asyncio.run(Infant(name, token).serve(listener))


def main() -> None:
    # Nobody waits for those that end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for line in sys.stdin:
        name, token = line.split()
        child = os.fork()
        if not child:
            sys.stdin.close()
            live(name, token)
            os._exit(0)
        children.append(child)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
