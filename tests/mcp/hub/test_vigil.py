"""Tests of making sure that an instance lives while it is asked, in virtual time."""

import asyncio

from brummer.mcp.hub.link import PeerState
from brummer.mcp.hub.peers import Peers
from brummer.mcp.hub.race import happens
from brummer.mcp.hub.timing import Timing
from brummer.mcp.hub.vigil import Vigil
from tests.mcp.hub.town import now, town
from tests.mcp.hub.world import FakeInstance, World
from tests.support.virtual import run


async def asked(peers: Peers, instance: FakeInstance, seconds: float) -> bool:
    """Return whether a call of so many *seconds* comes to its end."""
    link, lost = peers.snapshot()[instance.id].link, asyncio.Event()
    assert link is not None

    def look() -> None:
        if peers.snapshot()[instance.id].link is not link:
            lost.set()

    stop = peers.listen(look)
    with Vigil(link, lambda: peers.nudge(instance.id)):
        is_lost = await happens(lost, seconds)
    stop()
    return not is_lost


def test_a_call_of_one_that_is_suspended_is_over_within_twelve_seconds() -> None:
    async def history() -> None:
        world = World()
        shop = world.start("/work/shop", 7777)
        # As the hub has it: a sign of life each half minute.
        peers = Peers(world, world.connect, timing=Timing(jitter=0.0))
        running = asyncio.create_task(peers.run())
        await peers.settled()
        await asyncio.sleep(5.0)
        world.suspend(shop)
        begun = now()

        assert not await asked(peers, shop, 600.0)
        assert now() - begun <= 12.5
        peer = peers.snapshot()[shop.id]
        assert peer.state is PeerState.RETRYING
        assert peer.problem == "it gave no sign of life 3 times"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run(history())


def test_a_long_call_of_one_that_lives_is_never_cut() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await there.peers.settled()

            assert await asked(there.peers, shop, 3600.0)
            assert there.states == {"shop": PeerState.ACTIVE}
            assert len(there.world.attempts) == 1

    run(history())


def test_one_that_is_suspended_for_a_while_keeps_its_calls() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await there.peers.settled()
            call = asyncio.create_task(asked(there.peers, shop, 60.0))
            there.world.suspend(shop)
            await asyncio.sleep(9.0)
            there.world.resume(shop)

            assert await call
            assert len(there.world.attempts) == 1

    run(history())


class Heard:
    """Something that was last heard of at a moment."""

    heard = 0.0


def test_nobody_is_nudged_for_what_is_answered_soon_or_tells_how_far_it_is() -> None:
    async def history() -> None:
        link, nudges = Heard(), list[float]()
        with Vigil(link, lambda: nudges.append(now())):
            for _ in range(10):
                await asyncio.sleep(1.5)
                link.heard = now()
        await asyncio.sleep(60.0)

        assert nudges == []

    run(history())


def test_who_says_nothing_is_nudged_until_the_call_is_over() -> None:
    async def history() -> None:
        nudges = list[float]()
        await asyncio.sleep(100.0)
        with Vigil(Heard(), lambda: nudges.append(now())):
            await asyncio.sleep(7.0)
        await asyncio.sleep(60.0)

        assert nudges == [102.0, 104.0, 106.0]

    run(history())
