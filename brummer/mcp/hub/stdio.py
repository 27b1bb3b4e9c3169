"""The hub on standard input and output."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

import anyio
from mcp.server.stdio import stdio_server

from brummer.mcp.hub.link import Opener, PeerTable
from brummer.mcp.hub.roster import Compact
from brummer.mcp.hub.server import Hub
from brummer.mcp.hub.wires import Wires

#: Seconds in which instances are told that nobody waits any more, before links end.
_FAREWELL: Final = 0.1

#: What asks for the end, where the system has it.
_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)
)


class Table(PeerTable, Protocol):
    """What knows the instances, as long as it runs."""

    async def run(self) -> None:
        """Keep links to instances, until cancelled; then leave them."""


def serve(wires: Wires, table: Callable[[Opener], Table], compact: Compact) -> int:
    """Serve the client behind *wires* until it leaves; return the exit code."""
    try:
        asyncio.run(_serve(wires, table, compact))
    except* (BrokenPipeError, ConnectionResetError):
        # It left while it was being told something.
        pass
    finally:
        wires.close()
    return wires.code


async def _serve(
    wires: Wires, table: Callable[[Opener], Table], compact: Compact
) -> None:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, wires.shut, 128 + number)
    made: list[Table] = []

    def make(opener: Opener) -> Table:
        made.append(table(opener))
        return made[0]

    hub = Hub(make, compact)
    keeping = asyncio.ensure_future(made[0].run())
    wires.start(
        partial(_soon, loop, partial(loop.call_later, _FAREWELL, keeping.cancel))
    )
    try:
        streams = (anyio.wrap_file(wires.input), anyio.wrap_file(wires.output))
        async with stdio_server(*streams) as (read, write):
            try:
                await hub.server.run(read, write, hub.options)
            finally:
                # Who cannot be written to need not be read either.
                wires.shut()
    finally:
        hub.close()
        keeping.cancel()
        await asyncio.wait({keeping})


def _soon(loop: asyncio.AbstractEventLoop, step: Callable[[], object]) -> None:
    # The loop may be closed: then all is over.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(step)
