"""The SDK's low-level server with an empty tool, and nothing else; run as a module."""

import asyncio
import json
from typing import Any

import mcp_types as wire
import uvicorn
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from brummer.mcp.door import bound


async def _call(
    _: ServerRequestContext[Any, Any], __: wire.CallToolRequestParams
) -> wire.CallToolResult:
    return wire.CallToolResult(content=[wire.TextContent(text="done")])


async def main() -> None:
    """Serve until somebody ends the program; the first line printed says where."""
    server = Server("bare", version="1", on_call_tool=_call)
    manager = StreamableHTTPSessionManager(server)
    listener = bound(0)
    config = uvicorn.Config(
        manager.handle_request,
        interface="asgi3",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        # What comes with the SDK.
        http="h11",
    )
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    async with manager.run():
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main())
