"""The way to an instance, on this machine or another."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from brummer.mcp.hub.keeper import Connect
from brummer.mcp.hub.link import Address, Link, Opener
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.ssh import tunnel


def reaching(opener: Opener, *, program: str = "ssh") -> Connect:
    """Return how to open a link with *opener* to an instance wherever it is."""
    return partial(_reach, opener, program)


@asynccontextmanager
async def _reach(
    opener: Opener, program: str, sighting: Sighting
) -> AsyncIterator[Link]:
    async with AsyncExitStack() as stack:
        socket = ""
        if sighting.ssh:
            way = tunnel(sighting.ssh, sighting.port, program=program)
            socket = await stack.enter_async_context(way)
        address = Address(
            instance=sighting.id,
            url=f"http://127.0.0.1:{sighting.port}/mcp",
            token=sighting.token,
            socket=socket,
        )
        yield await stack.enter_async_context(opener(address))
