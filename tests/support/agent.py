"""An agent that is written with the official client in Python."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2
from mcp.client.client import Client
from mcp.client.session import MessageHandlerFnT
from mcp.client.streamable_http import streamable_http_client

#: Seconds that one answer may take on a busy machine.
LIMIT = 60.0


class Told(NamedTuple):
    """What a tool answered: in words, and as data."""

    text: str
    data: Any
    failed: bool


class Agent:
    """Calls tools."""

    def __init__(self, client: Client) -> None:
        self.client = client
        #: How far calls said that they were.
        self.progress: list[float] = []

    async def _note(
        self, progress: float, total: float | None, message: str | None
    ) -> None:
        del total, message
        self.progress.append(progress)

    async def ask(self, tool: str, /, **arguments: object) -> Told:
        """Call a tool, whatever it answers."""
        found = await self.client.call_tool(
            tool, dict(arguments), progress_callback=self._note
        )
        texts = (getattr(part, "text", "") for part in found.content)
        return Told("\n".join(texts), found.structured_content, bool(found.is_error))

    async def call(self, tool: str, /, **arguments: object) -> Told:
        """Call a tool that answers."""
        told = await self.ask(tool, **arguments)
        assert not told.failed, told.text
        return told

    async def until(self, tool: str, /, **arguments: object) -> Told:
        """Call a tool that waits, until what it waits for has come."""
        for _ in range(20):
            told = await self.call(tool, **arguments, wait_s=20)
            if told.data["reached"]:
                return told
        raise AssertionError(f"{tool} {arguments}: never")


@asynccontextmanager
async def new_agent(
    server: tuple[int, str], mode: str, hear: MessageHandlerFnT | None = None
) -> AsyncIterator[Agent]:
    """Connect to the server of *port* with *token*, in one of the client's modes.

    *hear* is told what it says by itself.
    """
    port, token = server
    header: Mapping[str, str] = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=header, timeout=LIMIT) as http,
        Client(
            streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http),
            mode=mode,
            message_handler=hear,
        ) as client,
    ):
        yield Agent(client)
