"""Tests of remembering instances that have ended."""

from dataclasses import replace
from pathlib import Path

from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.past import MOST, SPAN, Past
from brummer.mcp.hub.peers import MAX_PEERS
from brummer.mcp.hub.sighting import Sighting
from tests.mcp.hub.town import a_moment, town
from tests.support.virtual import run


def peer(name: str) -> Peer:
    sighting = Sighting(
        id=f"{name}-1",
        name=name,
        directory=Path("/work", name),
        pid=1,
        port=7777,
        token="",
    )
    return Peer(label=name, sighting=sighting, state=PeerState.RETRYING, retries=2)


def past(*names: str) -> Past:
    made = Past()
    for name in names:
        made.add(peer(name), 100.0)
    return made


def test_one_that_is_gone_is_remembered_as_dead() -> None:
    (found,) = past("shop").peers.values()

    assert (found.label, found.state, found.since) == ("shop", PeerState.DEAD, 100.0)
    assert (found.problem, found.retries) == ("it has ended", 0)
    assert not found.sighting.is_alive


def test_one_that_was_dead_before_is_dead_since_then() -> None:
    made = Past()
    made.add(replace(peer("shop"), state=PeerState.DEAD, since=50.0), 100.0)

    assert made.peers["shop-1"].since == 50.0


def test_it_is_forgotten_after_a_while() -> None:
    made = past("shop")

    assert not made.forget([], 100.0 + SPAN - 1)
    assert made.forget([], 100.0 + SPAN)
    assert not made.peers


def test_who_comes_back_or_has_a_successor_is_forgotten() -> None:
    made = past("shop", "api", "web")
    back = peer("shop").sighting
    successor = replace(peer("api").sighting, id="api-2")

    assert made.forget([back, successor], 101.0)
    assert list(made.peers) == ["web-1"]


def test_of_very_many_the_last_are_remembered() -> None:
    made = past(*(f"shop{number}" for number in range(MOST + 2)))

    assert len(made.peers) == MOST
    assert "shop1-1" not in made.peers
    assert "shop2-1" in made.peers


def test_one_that_comes_back_after_it_has_quit_has_its_name() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            there.world.kill(shop)
            there.world.delete(shop)
            await a_moment()
            back = there.world.start("/work/shop", 7777)
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}
            assert there["shop"].id == back.id

    run(history())


def test_those_that_have_quit_take_no_room_of_others() -> None:
    async def history() -> None:
        async with town() as there:
            there.run()
            for number in range(2 * MAX_PEERS):
                shop = there.world.start(f"/work/shop{number}", 7000 + number)
                await a_moment()
                there.world.kill(shop)
                there.world.delete(shop)
                await a_moment()
            for number in range(MAX_PEERS):
                there.world.start(f"/work/web{number}", 8000 + number)
            await a_moment()

            found = list(there.states.values())
            assert found.count(PeerState.ACTIVE) == MAX_PEERS
            assert found.count(PeerState.DEAD) == MOST

    run(history())
