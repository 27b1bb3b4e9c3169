"""Tests of finding instances and keeping links to all: histories in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from typing_extensions import override

from brummer.mcp.hub.link import Link, PeerState
from brummer.mcp.hub.peers import MAX_PEERS
from brummer.mcp.hub.race import end
from brummer.mcp.hub.sighting import Sighting
from tests.mcp.hub.town import TIMING, a_moment, now, town
from tests.support.virtual import run


def test_all_that_there_are_are_connected_to_at_once() -> None:
    async def history() -> None:
        async with town() as there:
            for number in range(10):
                there.world.start(f"/work/shop{number}", 7777 + number)
            there.run()
            await a_moment()

            assert set(there.states.values()) == {PeerState.ACTIVE}
            assert len(there.states) == 10

    run(history())


def test_one_that_starts_later_is_found_when_its_file_is_written() -> None:
    async def history() -> None:
        async with town() as there:
            there.run()
            await asyncio.sleep(100.0)
            assert there.states == {}
            there.world.start("/work/shop", 7777)
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}

    run(history())


def test_one_that_quits_is_remembered_for_ten_minutes() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            there.world.kill(shop)
            there.world.delete(shop)
            await a_moment()
            assert there.states == {"shop": PeerState.DEAD}
            assert there["shop"].problem == "it has ended"
            assert not there.world.links
            await asyncio.sleep(599.0)
            assert there.states == {"shop": PeerState.DEAD}
            await asyncio.sleep(12.0)

            assert there.states == {}

    run(history())


def test_one_that_was_killed_stays_on_show_until_its_successor_comes() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            there.world.kill(shop)
            await a_moment()
            # The loss of the link is reason enough to look.
            assert there.states == {"shop": PeerState.DEAD}
            assert there["shop"].problem == "its process has ended"

            there.world.start("/work/shop", 7777)
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}
            assert there["shop"].id != shop.id

    run(history())


def test_a_successor_has_the_name_even_if_nothing_told_of_the_end() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            shop.ended.set()
            there.world.start("/work/shop", 7778)
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}
            assert there["shop"].sighting.port == 7778
            assert len(there.world.links) == 1

    run(history())


def test_who_takes_over_a_port_does_not_pass_for_who_had_it() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await asyncio.sleep(20.0)
            # Its file still says 7777, where another listens now.
            shop.port = 0
            there.world.cut(shop)
            bank = there.world.start("/work/bank", 7777)
            await asyncio.sleep(1.5)

            assert there["bank"].sighting.id == bank.id
            assert there.states["bank"] is PeerState.ACTIVE
            assert there.states["shop"] is not PeerState.ACTIVE

    run(history())


def test_a_deleted_file_does_no_harm_to_who_lives() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            there.world.delete(shop)
            await a_moment()
            assert there.states == {"shop": PeerState.ACTIVE}
            await asyncio.sleep(60.0)

            assert there.states == {"shop": PeerState.ACTIVE}
            assert len(there.world.attempts) == 1

    run(history())


def test_a_damaged_file_is_told_of_and_does_no_harm_to_others() -> None:
    async def history() -> None:
        async with town() as there:
            there.world.start("/work/shop", 7777)
            there.world.put("odd.json", "it is empty")
            there.run()
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}
            assert there.peers.problems == {"odd.json": "it is empty"}

    run(history())


def test_more_than_a_hub_can_keep_are_told_of_as_a_problem() -> None:
    async def history() -> None:
        async with town() as there:
            for number in range(MAX_PEERS + 2):
                there.world.start(f"/work/shop{number}", 7000 + number)
            there.run()
            await a_moment()

            assert len(there.states) == MAX_PEERS
            assert set(there.peers.problems.values()) == {
                "64 instances are known already"
            }
            assert len(there.peers.problems) == 2
            first = next(iter(there.world.instances.values()))
            there.world.kill(first)
            there.world.delete(first)
            await a_moment()

            assert len(there.peers.problems) == 1

    run(history())


def test_those_that_have_ended_leave_room_for_one_that_lives() -> None:
    async def history() -> None:
        async with town() as there:
            for number in range(MAX_PEERS + 2):
                ended = there.world.start(f"/work/old{number}", 7000 + number)
                there.world.kill(ended)
            there.run()
            await a_moment()
            there.world.start("/work/shop", 7777)
            there.world.start("/work/web", 7778)
            await a_moment()

            assert there["shop"].state is PeerState.ACTIVE
            assert there["web"].state is PeerState.ACTIVE
            assert len(there.states) == MAX_PEERS

    run(history())


def test_changes_are_told_and_what_is_no_change_is_not() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            forget = there.peers.listen(there.count)
            there.run()
            await a_moment()
            # Seen, connecting, connected.
            assert there.changes == 3
            there.world.write(shop)
            await asyncio.sleep(3600.0)
            assert there.changes == 3

            forget()
            there.world.cut(shop)
            await a_moment()

            assert there.changes == 3

    run(history())


def test_a_snapshot_never_changes() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            before = there.peers.snapshot()
            kept = dict(before)
            there.world.kill(shop)
            await a_moment()

            assert before == kept
            assert there.peers.snapshot() != before

    run(history())


def test_it_is_settled_when_each_of_the_first_look_has_a_link_or_a_problem() -> None:
    async def history() -> None:
        async with town() as there:
            there.world.start("/work/shop", 7777)
            slow = there.world.start("/work/slow", 7778)
            there.world.start("/work/none", 0)
            there.world.suspend(slow)
            there.run()
            await there.peers.settled()

            assert now() == 10.0
            assert there.states["shop"] is PeerState.ACTIVE
            assert there["none"].problem == "it runs no MCP server"
            assert there["slow"].problem == "it did not answer within 10 s"

    run(history())


def test_nobody_to_wait_for_is_settled_too() -> None:
    async def history() -> None:
        async with town() as there:
            there.run()
            await there.peers.settled()

            assert now() == 0.0

    run(history())


def test_who_is_forgotten_is_not_waited_for() -> None:
    async def history() -> None:
        async with town() as there:
            slow = there.world.start("/work/slow", 7778)
            there.world.suspend(slow)
            there.run()
            await a_moment()
            there.world.delete(slow)
            await there.peers.settled()

            assert now() < 1.0

    run(history())


def test_after_the_machine_slept_all_are_asked_at_once() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await asyncio.sleep(1.0)
            there.ahead += 3600.0
            await asyncio.sleep(1.5)

            assert shop.pings == 1

    run(history())


def test_one_that_ends_without_a_word_is_found_out_by_looking() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await a_moment()
            shop.ended.set()
            await asyncio.sleep(TIMING.look)

            assert there.states == {"shop": PeerState.DEAD}

    run(history())


def test_a_nudge_is_for_who_is_known() -> None:
    async def history() -> None:
        async with town() as there:
            shop = there.world.start("/work/shop", 7777)
            there.run()
            await asyncio.sleep(1.0)
            there.peers.nudge("nobody")
            there.peers.nudge(shop.id)
            await a_moment()

            assert shop.pings == 1

    run(history())


def test_a_link_that_opens_just_when_its_instance_is_forgotten_is_left() -> None:
    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            async with there.world.connect(sighting) as link:
                instance = there.world.instances[sighting.pid]
                if sighting.port == 7777:
                    there.world.kill(instance)
                    there.world.delete(instance)
                yield link

        async with town(connect) as there:
            there.world.start("/work/shop", 7777)
            there.world.start("/work/bank", 7778)
            there.run()
            await a_moment()

            assert there.states == {"bank": PeerState.ACTIVE, "shop": PeerState.DEAD}
            assert len(there.world.links) == 1

    run(history())


def test_a_listener_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def history() -> None:
        async with town() as there:
            there.world.start("/work/shop", 7777)
            there.peers.listen(fail)
            there.peers.listen(there.count)
            there.run()
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}
            assert there.changes == 3

    def fail() -> None:
        raise ValueError("no")

    run(history())
    assert set(caplog.messages) == {"a listener failed: ValueError: no"}


class Unlucky(Random):
    """A source of chance that fails, and once only."""

    has_failed = False

    @override
    def random(self) -> float:
        if not self.has_failed:
            self.has_failed = True
            raise ValueError("no")
        return super().random()


def test_a_keeper_that_fails_harms_no_other_and_is_replaced() -> None:
    async def history() -> None:
        async with town(random=Unlucky(1)) as there:
            there.world.start("/work/bank", 7777)
            shop = there.world.start("/work/shop", 7778)
            there.run()
            await a_moment()
            there.world.cut(shop)
            await a_moment()
            assert there["bank"].state is PeerState.ACTIVE
            assert there["shop"].state is PeerState.DEAD
            assert there["shop"].problem == "ValueError: no"
            await asyncio.sleep(TIMING.look)

            assert set(there.states.values()) == {PeerState.ACTIVE}

    run(history())


def test_ending_leaves_every_link() -> None:
    async def history() -> None:
        async with town() as there:
            for number in range(5):
                there.world.start(f"/work/shop{number}", 7777 + number)
            there.run()
            await a_moment()
            assert there.task is not None

            await end(there.task)

            assert there.world.links == []

    run(history())


def test_the_same_instance_in_another_folder_of_that_name_is_a_twin() -> None:
    async def history() -> None:
        async with town() as there:
            there.world.start("/b/shop", 7777)
            there.world.start("/a/shop", 7778)
            there.run()
            await a_moment()

            assert there["shop"].sighting.directory == Path("/a/shop")
            assert there["shop_2"].sighting.directory == Path("/b/shop")

    run(history())


def test_what_is_seen_of_another_machine_is_tried_as_well() -> None:
    seen: list[str] = []

    async def history() -> None:
        @contextlib.asynccontextmanager
        async def connect(sighting: Sighting) -> AsyncIterator[Link]:
            seen.append(sighting.ssh)
            async with there.world.connect(replace(sighting, ssh="")) as link:
                yield link

        async with town(connect) as there:
            shop = there.world.start("/work/shop", 7777)
            there.world.delete(shop)
            there.world.put("far.json", replace(shop.sighting(), ssh="me@far", pid=9))
            there.run()
            await a_moment()

            assert there.states == {"shop": PeerState.ACTIVE}

    run(history())
    assert seen == ["me@far"]
