"""Instances that a test starts and ends, and a hub with a client for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, Literal

from mcp.client.client import Client
from mcp.shared.dispatcher import DispatchContext
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher
from mcp.shared.memory import create_client_server_memory_streams
from mcp.shared.transport_context import TransportContext

from brummer.mcp.host import Limits
from brummer.mcp.hub.link import Opener
from brummer.mcp.hub.peers import Peers
from brummer.mcp.hub.reach import reaching
from brummer.mcp.hub.roster import Compact
from brummer.mcp.hub.server import Hub
from brummer.mcp.hub.sighting import Look, Sighting
from brummer.mcp.hub.timing import Timing
from brummer.model.offer import Source
from brummer.model.tool import READS, Answer, Call, Link, Resource, Tool, answer
from tests.mcp.conftest import Server

#: Quick enough for tests, and patient enough for a busy machine.
TIMING = Timing(first=0.05, cap=0.2, jitter=0.0, rest=0.5, look=0.2)

#: Seconds for what happens on another thread.
PATIENCE = 20.0

Mode = Literal["legacy", "auto"]


class House:
    """One instance: a real server, and what the hub is to see of it."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        #: What a call of ``hold`` came to.
        self.begun, self.cancelled = Event(), Event()
        #: Set to let a call of ``freeze`` go, during which nothing else is done.
        self.thawed = Event()
        self.server = Server(f"token-{name}-{number}", Limits())
        self.server.catalogue.add(
            tools=[
                _tool("who", self._who),
                _tool("hold", self._hold),
                _tool("where", self._where),
                _tool("freeze", self._freeze),
            ],
            sources=[
                Source(
                    uri="house://door",
                    name="door",
                    title="The door",
                    description="A door.",
                    mime_type="text/plain",
                    read=self._read,
                )
            ],
        )
        self.sighting = Sighting(
            id=f"{name}-{number}",
            name=name,
            directory=Path("/work", name),
            pid=100 + number,
            port=self.server.port,
            token=self.server.token,
        )

    def _who(self, _: Call) -> Answer:
        return answer(self.name)

    async def _hold(self, _: Call) -> Answer:
        self.begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return answer("let go")

    async def _freeze(self, _: Call) -> Answer:
        # In the loop: as one that is suspended, it answers nobody.
        self.begun.set()
        self.thawed.wait(PATIENCE)
        return answer("thawed")

    def _where(self, _: Call) -> Answer:
        return Answer(content=(Link(uri="house://door", name="door"),))

    def _read(self, uri: str) -> Resource:
        return Resource(uri=uri, mime_type="text/plain", content=f"of {self.name}")

    def touch(self) -> None:
        self.server.catalogue.interest.touch("house://door")


def _tool(name: str, run: Callable[[Call], object]) -> Tool:
    return Tool(
        name=name,
        title=name.title(),
        description=f"Says {name}.",
        run=run,
        parameters={"type": "object", "properties": {}},
        effect=READS,
    )


class Estate:
    """Several instances; what the hub looks at instead of a folder."""

    def __init__(self) -> None:
        self._sightings: dict[str, Sighting] = {}
        self._houses: list[House] = []
        self._changed: Callable[[], None] = lambda: None

    async def look(self) -> Look:
        return Look(sightings=tuple(self._sightings.values()))

    async def watch(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        await asyncio.get_running_loop().create_future()

    def start(self, name: str) -> House:
        """Start an instance."""
        house = House(name, len(self._houses))
        self._houses.append(house)
        self.show(house.sighting)
        return house

    def show(self, sighting: Sighting) -> None:
        """Let the hub see *sighting*."""
        self._sightings[sighting.id] = sighting
        self._changed()

    async def end(self, house: House) -> None:
        """End an instance; its file stays, as after a kill."""
        await asyncio.to_thread(house.server.close)
        self.show(replace(house.sighting, is_alive=False))

    def remove(self, house: House) -> None:
        """Remove the file of an instance."""
        del self._sightings[house.sighting.id]
        self._changed()

    def close(self) -> None:
        for house in self._houses:
            house.server.close()

    @asynccontextmanager
    async def hub(self, compact: Compact = Compact.AUTO) -> AsyncIterator[Any]:
        """Run a hub; yield the streams of its client."""
        made: list[Peers] = []

        def table(opener: Opener) -> Peers:
            made.append(Peers(self, reaching(opener), timing=TIMING))
            return made[0]

        hub = Hub(table, compact, patience=PATIENCE)
        keeping = asyncio.ensure_future(made[0].run())
        # However busy the machine is: what a test begins with is there.
        async with asyncio.timeout(PATIENCE):
            await made[0].settled()
        async with create_client_server_memory_streams() as (ours, theirs):
            serving = asyncio.ensure_future(hub.server.run(*theirs, hub.options))
            try:
                yield ours
            finally:
                hub.close()
                for task in (keeping, serving):
                    task.cancel()
                await asyncio.gather(keeping, serving, return_exceptions=True)

    @asynccontextmanager
    async def client(
        self, mode: Mode, compact: Compact = Compact.AUTO, **more: Any
    ) -> AsyncIterator[Client]:
        """Run a hub, and the SDK's client of it."""
        async with self.hub(compact) as streams:

            @asynccontextmanager
            async def transport() -> AsyncIterator[Any]:
                yield streams

            async with Client(transport(), mode=mode, **more) as client:
                yield client

    @asynccontextmanager
    async def raw(self) -> AsyncIterator["Raw"]:
        """Run a hub, and a client that sends what it is told to."""
        async with self.hub() as streams:
            raw = Raw(*streams)
            running = asyncio.ensure_future(raw.run())
            await raw.ready.wait()
            try:
                yield raw
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running


class Raw:
    """A client that knows no rules."""

    def __init__(self, read: Any, write: Any) -> None:
        self._dispatcher: JSONRPCDispatcher[TransportContext] = JSONRPCDispatcher(
            read, write
        )
        self.ready = asyncio.Event()
        self.told: list[tuple[str, Any]] = []

    def started(self, _: None = None) -> None:
        self.ready.set()

    async def run(self) -> None:
        await self._dispatcher.run(self._asked, self._told, task_status=self)

    async def _asked(self, *_: object) -> dict[str, Any]:
        raise MCPError(-32601, "nobody")

    async def _told(
        self, _: DispatchContext[TransportContext], method: str, params: Any
    ) -> None:
        self.told.append((method, params))

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a request of the version without sessions, as one that knows tasks."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {
                "extensions": {"io.modelcontextprotocol/tasks": {}},
                "elicitation": {"form": {}},
            },
        }
        whole = {**params, "_meta": {**meta, **params.get("_meta", {})}}
        return await self._dispatcher.send_raw_request(method, whole)


async def happened(event: Event) -> None:
    """Wait for what another thread sets."""
    assert await asyncio.to_thread(event.wait, PATIENCE)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what nobody announces."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await moment()


async def moment() -> None:
    """Let others do something."""
    await asyncio.sleep(0.05)


def text(result: Any) -> str:
    """Return the text of a result."""
    return "\n".join(part.text for part in result.content if part.type == "text")
