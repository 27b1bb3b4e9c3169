"""A world with a hub in it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from random import Random

from brummer.mcp.hub.keeper import Connect
from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.peers import Peers
from brummer.mcp.hub.race import end
from brummer.mcp.hub.timing import Timing
from tests.mcp.hub.world import World

TIMING = Timing(jitter=0.0, interval=10.0)


class Town:
    """A world with a hub in it."""

    def __init__(self, connect: Connect | None, random: Random | None) -> None:
        self.world = World()
        #: How far the clock on the wall is ahead of the loop's time.
        self.ahead = 1_000_000.0
        self.peers = Peers(
            self.world,
            connect or self.world.connect,
            timing=TIMING,
            random=random or Random(1),
            wall=lambda: now() + self.ahead,
        )
        self.changes = 0
        self.task: asyncio.Task[None] | None = None

    def run(self) -> None:
        self.task = asyncio.create_task(self.peers.run())

    def __getitem__(self, label: str) -> Peer:
        return {peer.label: peer for peer in self.peers.snapshot().values()}[label]

    @property
    def states(self) -> dict[str, PeerState]:
        return {peer.label: peer.state for peer in self.peers.snapshot().values()}

    def count(self) -> None:
        self.changes += 1


def now() -> float:
    return asyncio.get_running_loop().time()


@contextlib.asynccontextmanager
async def town(
    connect: Connect | None = None, *, random: Random | None = None
) -> AsyncIterator[Town]:
    """Lend a town in which the hub does not run yet."""
    town = Town(connect, random)
    try:
        yield town
    finally:
        if town.task is not None:
            await end(town.task)
    assert not town.world.links


async def a_moment() -> None:
    await asyncio.sleep(0.01)
