"""Everything that can happen to instances, at random, for hours of virtual time."""

import asyncio
from random import Random

import pytest

from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.peers import Peers
from brummer.mcp.hub.timing import Timing
from tests.mcp.hub.world import FakeInstance, FakeLink, World
from tests.support.virtual import run

INSTANCES = 10
STEPS = 300
TIMING = Timing(interval=10.0)


class Mischief:
    """Does things to instances that the hub does not expect."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self._ports = list(range(7777, 7777 + 2 * INSTANCES))
        self.instances = [
            world.start(f"/work/shop{number}", self._free())
            for number in range(INSTANCES)
        ]

    def play(self) -> None:
        """Do something to somebody."""
        number = self._random.randrange(INSTANCES)
        instance = self.instances[number]
        if instance.ended.is_set():
            self.instances[number] = self._restarted(instance)
            return
        self._random.choice(
            (
                self._world.kill,
                self._replace,
                self._world.suspend,
                self._world.resume,
                self._world.delete,
                self._damage,
                self._world.cut,
                lambda instance: self._world.move(instance, self._free()),
                self._swap,
            )
        )(instance)

    def make_good(self) -> None:
        """Let everybody live and run."""
        for number, instance in enumerate(self.instances):
            self._world.resume(instance)
            if instance.ended.is_set():
                self.instances[number] = self._restarted(instance)

    def _restarted(self, instance: FakeInstance) -> FakeInstance:
        return self._world.start(str(instance.directory), self._free())

    def _replace(self, instance: FakeInstance) -> None:
        """Have another instance take its port over at once."""
        self._world.kill(instance)
        number = self.instances.index(instance)
        self.instances[number] = self._world.start(
            str(instance.directory), instance.port
        )

    def _damage(self, instance: FakeInstance) -> None:
        self._world.put(f"{instance.id}.json", "not an instance file: '{'")

    def _swap(self, instance: FakeInstance) -> None:
        """Have two instances change ports, and one of them say so first."""
        other = self._random.choice(self.instances)
        if other.ended.is_set():
            return
        instance.port, other.port = other.port, instance.port
        self._world.cut(other)
        self._world.write(instance)

    def _free(self) -> int:
        return self._random.choice(
            [port for port in self._ports if self._world.at(port) is None]
        )


def wrong(peers: Peers) -> list[Peer]:
    """Return who is published with a link that leads to somebody else, or nowhere."""
    return [peer for peer in peers.snapshot().values() if not _is_right(peer)]


def _is_right(peer: Peer) -> bool:
    link = peer.link
    if link is None:
        return peer.state is not PeerState.ACTIVE
    return (
        isinstance(link, FakeLink)
        and peer.state is PeerState.ACTIVE
        and link.instance.id == peer.id
        and link.way == peer.sighting.way
        and link.is_open
    )


async def run_faults(seed: int) -> None:
    random = Random(seed)
    world = World()
    mischief = Mischief(world, random)
    peers = Peers(world, world.connect, timing=TIMING, random=random)
    found: list[Peer] = []
    peers.listen(lambda: found.extend(wrong(peers)))
    running = asyncio.create_task(peers.run())
    for _ in range(STEPS):
        mischief.play()
        await asyncio.sleep(random.expovariate(1 / 5.0))
        labels = [peer.label for peer in peers.snapshot().values()]
        assert len(labels) == len(set(labels))

    mischief.make_good()
    await asyncio.sleep(2 * TIMING.interval)

    states = {peer.id: peer.state for peer in peers.snapshot().values()}
    problems = {peer.id: peer.problem for peer in peers.snapshot().values()}
    wanted = {instance.id: PeerState.ACTIVE for instance in mischief.instances}
    assert states == wanted, problems
    assert not found
    # One that was killed while its file was away is not known to be dead at once.
    names = {peer.label.split("_")[0] for peer in peers.snapshot().values()}
    assert names == {f"shop{number}" for number in range(INSTANCES)}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not world.links


@pytest.mark.parametrize("seed", range(4))
def test_no_link_leads_astray_and_all_are_back_within_two_intervals(seed: int) -> None:
    run(run_faults(seed))
