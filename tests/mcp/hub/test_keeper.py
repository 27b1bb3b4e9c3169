"""Tests of keeping the link to one instance: histories in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest

from brummer.mcp.hub.keeper import Connect, Keeper, Manner
from brummer.mcp.hub.link import Link, Peer, PeerState
from brummer.mcp.hub.race import end
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.timing import Timing
from tests.mcp.hub.world import FakeInstance, FakeLink, World
from tests.support.virtual import run

TIMING = Timing(jitter=0.0, interval=10.0)


class Stage:
    """One instance with its keeper, and what was published of it."""

    def __init__(self, connect: Connect | None = None) -> None:
        self.world = World()
        self.shop = self.world.start("/work/shop", 7777)
        self.peer = Peer(label="shop", sighting=self.shop.sighting())
        self.states: list[tuple[float, PeerState]] = []
        #: What was published with a link that leads elsewhere.
        self.astray: list[Peer] = []
        manner = Manner(
            connect=connect or self.world.connect, timing=TIMING, random=Random(1)
        )
        self.keeper = Keeper(self.peer, manner, self._publish)
        self.task = asyncio.create_task(self.keeper.run())

    def _publish(self, _: Keeper, peer: Peer) -> None:
        if isinstance(peer.link, FakeLink) and peer.link.way != peer.sighting.way:
            self.astray.append(peer)
        if peer.state is not self.peer.state:
            self.states.append((round(now(), 2), peer.state))
        self.peer = peer

    def see(self, instance: FakeInstance) -> None:
        self.keeper.see(instance.sighting(now()))

    def stands(self, state: PeerState) -> bool:
        return self.peer.state is state


def now() -> float:
    return asyncio.get_running_loop().time()


@contextlib.asynccontextmanager
async def stage(connect: Connect | None = None) -> AsyncIterator[Stage]:
    stage = Stage(connect)
    try:
        yield stage
    finally:
        await end(stage.task)
    assert not stage.world.links
    assert not stage.astray


async def connected(stage: Stage) -> None:
    await asyncio.sleep(0.01)
    assert stage.stands(PeerState.ACTIVE)


def test_a_link_is_opened_at_once_and_kept() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            assert isinstance(shop.peer.link, FakeLink)
            await asyncio.sleep(3600.0)

            assert shop.states == [
                (0.0, PeerState.CONNECTING),
                (0.0, PeerState.ACTIVE),
            ]
            assert shop.peer.problem == ""

    run(history())


def test_a_link_that_breaks_is_opened_again_after_a_second() -> None:
    async def history() -> None:
        async with stage() as shop:
            await asyncio.sleep(100.0)
            shop.world.cut(shop.shop)
            await asyncio.sleep(0.01)

            assert shop.stands(PeerState.RETRYING)
            assert shop.peer.link is None
            assert shop.peer.problem == "it ended the connection"
            await asyncio.sleep(1.0)
            assert shop.states[2:] == [
                (100.0, PeerState.RETRYING),
                (101.0, PeerState.CONNECTING),
                (101.0, PeerState.ACTIVE),
            ]

    run(history())


def test_attempts_come_more_and_more_seldom_until_it_is_given_up_for_dead() -> None:
    async def history() -> None:
        async with stage() as shop:
            shop.shop.token = "another"
            await asyncio.sleep(0.01)
            shop.world.cut(shop.shop)
            await asyncio.sleep(200.0)

            # The loss of the first link counts as a failure: it had not been proved.
            attempts = [round(time) for time in shop.world.attempts]
            assert attempts == [0, 1, 3, 7, 15, 75, 135, 195]
            assert shop.states[-1] == (195.0, PeerState.DEAD)
            assert shop.peer.retries == 8
            assert "401" in shop.peer.problem

    run(history())


def test_the_dead_come_to_life_when_their_file_is_written() -> None:
    async def history() -> None:
        async with stage() as shop:
            token, shop.shop.token = shop.shop.token, "another"
            await asyncio.sleep(0.01)
            shop.world.cut(shop.shop)
            await asyncio.sleep(30.0)
            assert shop.stands(PeerState.DEAD)
            shop.shop.token = token

            shop.see(shop.shop)

            await connected(shop)
            # Only one that lasts is a success.
            assert shop.peer.retries == 5
            await asyncio.sleep(20.0)
            shop.world.cut(shop.shop)
            await asyncio.sleep(0.01)
            assert shop.peer.retries == 1

    run(history())


def test_who_is_asked_for_is_tried_at_once() -> None:
    async def history() -> None:
        async with stage() as shop:
            token, shop.shop.token = shop.shop.token, "another"
            await asyncio.sleep(0.01)
            shop.world.cut(shop.shop)
            await asyncio.sleep(30.0)
            shop.shop.token = token

            shop.keeper.nudge()

            await connected(shop)

    run(history())


def test_who_is_asked_for_while_it_is_tried_is_not_tried_twice() -> None:
    async def history() -> None:
        async with stage() as shop:
            shop.world.suspend(shop.shop)
            await asyncio.sleep(5.0)
            shop.keeper.nudge()
            await asyncio.sleep(5.5)

            assert len(shop.world.attempts) == 1

    run(history())


def test_a_link_that_breaks_whenever_it_is_opened_is_a_failure() -> None:
    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with shop.world.connect(sighting) as link:
                link.broken.set()
                yield link

        async with stage(connect) as shop:
            await asyncio.sleep(30.0)

            assert shop.stands(PeerState.DEAD)
            assert len(shop.world.attempts) == TIMING.failures

    run(history())


def test_one_that_does_not_answer_is_given_up_after_ten_seconds() -> None:
    async def history() -> None:
        async with stage() as shop:
            shop.world.suspend(shop.shop)
            await asyncio.sleep(10.5)

            assert shop.stands(PeerState.RETRYING)
            assert shop.peer.problem == "it did not answer within 10 s"
            shop.world.resume(shop.shop)
            await asyncio.sleep(1.0)
            assert shop.stands(PeerState.ACTIVE)

    run(history())


def test_where_it_has_moved_to_is_known_before_anybody_can_ask() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            shop.shop.port = 7778

            shop.see(shop.shop)

            assert shop.peer.link is None
            assert shop.peer.problem == "it has moved to port 7778"
            await connected(shop)
            assert shop.peer.sighting.port == 7778
            # Moving is no failure.
            assert shop.peer.retries == 0
            assert len(shop.world.links) == 1

    run(history())


def test_failures_before_a_link_that_lasted_are_forgotten_when_it_moves() -> None:
    async def history() -> None:
        async with stage() as shop:
            token, shop.shop.token = shop.shop.token, "another"
            await asyncio.sleep(0.01)
            shop.world.cut(shop.shop)
            await asyncio.sleep(2.0)
            shop.shop.token = token
            shop.see(shop.shop)
            await connected(shop)
            assert shop.peer.retries
            await asyncio.sleep(TIMING.interval)

            shop.shop.port = 7778
            shop.see(shop.shop)
            await connected(shop)

            assert shop.peer.retries == 0

    run(history())


def test_one_that_moves_while_it_is_called_is_called_at_the_new_place() -> None:
    async def history() -> None:
        async with stage() as shop:
            shop.world.suspend(shop.shop)
            await asyncio.sleep(5.0)
            other = shop.world.start("/work/shop", 7778)
            seen = shop.shop.sighting()
            shop.keeper.see(replace(seen, port=other.port, token=other.token))

            await connected(shop)

            assert isinstance(shop.peer.link, FakeLink)
            assert shop.peer.link.instance is other

    run(history())


def test_one_that_moves_in_the_very_moment_of_opening_gets_no_link() -> None:
    links: list[Link] = []

    async def history() -> None:
        opened = asyncio.Event()

        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with shop.world.connect(sighting) as link:
                if not opened.is_set():
                    opened.set()
                    shop.shop.port = 7778
                    shop.see(shop.shop)
                yield link

        async with stage(connect) as shop:
            await connected(shop)
            assert isinstance(shop.peer.link, FakeLink)
            links.append(shop.peer.link)
            assert shop.peer.link.way[1] == 7778

    run(history())
    assert len(links) == 1


def test_one_whose_process_has_ended_is_dead_and_not_tried() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            shop.world.kill(shop.shop)
            shop.see(shop.shop)
            assert shop.peer.link is None
            await asyncio.sleep(1000.0)

            assert shop.stands(PeerState.DEAD)
            assert shop.peer.problem == "its process has ended"
            assert len(shop.world.attempts) == 1

    run(history())


def test_one_without_a_server_is_waited_for() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            shop.shop.port = 0
            shop.see(shop.shop)
            await asyncio.sleep(1000.0)

            assert shop.stands(PeerState.DISCOVERED)
            assert shop.peer.problem == "it runs no MCP server"
            shop.shop.port = 7777
            shop.see(shop.shop)
            await connected(shop)

    run(history())


def test_a_link_outlives_the_file_and_not_the_other_way_round() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            shop.keeper.see(None)
            await asyncio.sleep(100.0)
            assert shop.stands(PeerState.ACTIVE)

            shop.world.cut(shop.shop)
            await asyncio.sleep(0.01)

            assert shop.task.done()
            assert shop.peer.link is None

    run(history())


def test_a_file_that_comes_back_finds_the_link_as_it_was() -> None:
    async def history() -> None:
        async with stage() as shop:
            await connected(shop)
            shop.keeper.see(None)
            await asyncio.sleep(2.0)
            shop.see(shop.shop)
            await asyncio.sleep(2.0)

            assert len(shop.world.attempts) == 1
            shop.world.cut(shop.shop)
            await asyncio.sleep(2.0)
            assert shop.stands(PeerState.ACTIVE)

    run(history())


def test_one_that_does_not_let_go_is_left_all_the_same() -> None:
    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with shop.world.connect(sighting) as link:
                yield link
                await asyncio.sleep(1000.0)

        async with stage(connect) as shop:
            await asyncio.sleep(20.0)
            shop.world.cut(shop.shop)
            await asyncio.sleep(0.01)
            # Nobody is sent there while it is being left.
            assert shop.peer.link is None
            await asyncio.sleep(TIMING.leaving + TIMING.first)

            assert shop.stands(PeerState.ACTIVE)
            assert shop.states[-3][1] is PeerState.RETRYING

            begun = now()
            await end(shop.task)
            assert now() - begun <= TIMING.leaving

    run(history())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("no route"), "OSError: no route"),
        (ExceptionGroup("x", [ExceptionGroup("y", [OSError("z")])]), "OSError: z"),
        (TimeoutError(), "it did not answer within 10 s"),
        (TimeoutError(110, "timed out"), "TimeoutError: [Errno 110] timed out"),
        (asyncio.CancelledError(), "the connection broke"),
    ],
)
def test_why_a_link_could_not_be_opened_is_told_in_a_line(
    error: BaseException, told: str
) -> None:
    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with shop.world.connect(sighting) as link:
                if shop.world.links:
                    raise error
                yield link

        async with stage(connect) as shop:
            await asyncio.sleep(0.01)

            assert shop.stands(PeerState.RETRYING)
            assert shop.peer.problem == told

    run(history())


def test_what_breaks_a_link_from_within_is_told() -> None:
    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with (
                asyncio.TaskGroup() as group,
                shop.world.connect(sighting) as link,
            ):
                group.create_task(fail())
                yield link

        async def fail() -> None:
            await asyncio.sleep(5.0)
            raise OSError("the stream ended")

        async with stage(connect) as shop:
            await asyncio.sleep(5.01)

            assert shop.stands(PeerState.RETRYING)
            assert shop.peer.link is None
            assert shop.peer.problem == "OSError: the stream ended"

    run(history())
