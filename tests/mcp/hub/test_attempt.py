"""Tests of waiting for the link to an instance."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from brummer.mcp.catalogue import Part
from brummer.mcp.hub.attempt import link_to
from brummer.mcp.hub.client import Client
from brummer.mcp.hub.instance import Hearing, InstanceLink
from brummer.mcp.hub.link import Address, Peer, PeerState
from brummer.mcp.hub.sighting import Sighting

#: Longer than a test may take: nobody waits for it.
LONG = 1_000.0

SHOP = Sighting(
    id="shop-1", name="shop", directory=Path("/shop"), pid=1, port=7, token=""
)


class Table:
    """Knows one instance, and says of it what it is told to."""

    def __init__(self, state: PeerState, retries: int = 0) -> None:
        self._peer: Peer | None = Peer(
            label="shop", sighting=SHOP, state=state, retries=retries
        )
        self.nudged = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def snapshot(self) -> Mapping[str, Peer]:
        return {} if self._peer is None else {SHOP.id: self._peer}

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    @property
    def is_listened_to(self) -> bool:
        return bool(self._listeners)

    def nudge(self, id_: str) -> None:
        assert id_ == SHOP.id
        self.nudged.set()

    async def settled(self) -> None:
        return

    def enter(self, state: PeerState, link: InstanceLink | None = None) -> None:
        assert self._peer is not None
        self._put(replace(self._peer, state=state, link=link))

    def forget(self) -> None:
        self._put(None)

    def _put(self, peer: Peer | None) -> None:
        self._peer = peer
        for changed in tuple(self._listeners):
            changed()


def opened() -> InstanceLink:
    def ignored(_: str, __: Part | str) -> None:
        pytest.fail("nothing is told")

    hearing = Hearing(
        changed=ignored, touched=ignored, wanted=lambda _: (), label=lambda _: ""
    )
    address = Address(instance=SHOP.id, url="http://127.0.0.1:7/mcp", token="")
    return InstanceLink(address, Client(), hearing)


def test_a_link_that_is_there_is_taken() -> None:
    async def main() -> None:
        table, link = Table(PeerState.ACTIVE), opened()
        table.enter(PeerState.ACTIVE, link)

        assert await link_to(SHOP.id, table, LONG) is link
        assert not table.nudged.is_set()

    asyncio.run(main())


def test_one_that_is_dead_is_tried_again_and_not_waited_for() -> None:
    async def main() -> None:
        table = Table(PeerState.DEAD, retries=5)

        assert await link_to(SHOP.id, table, LONG) is None
        assert table.nudged.is_set()

    asyncio.run(main())


@pytest.mark.parametrize("before", [PeerState.DISCOVERED, PeerState.RETRYING])
def test_the_attempt_that_comes_next_is_waited_for(before: PeerState) -> None:
    async def main() -> None:
        table, link = Table(before), opened()
        waiting = asyncio.ensure_future(link_to(SHOP.id, table, LONG))
        await table.nudged.wait()
        table.enter(PeerState.CONNECTING)
        table.enter(PeerState.ACTIVE, link)

        assert await waiting is link
        assert not table.is_listened_to

    asyncio.run(main())


@pytest.mark.parametrize("after", [PeerState.RETRYING, PeerState.DEAD])
def test_when_that_has_failed_nobody_waits_for_another(after: PeerState) -> None:
    async def main() -> None:
        table = Table(PeerState.RETRYING)
        waiting = asyncio.ensure_future(link_to(SHOP.id, table, LONG))
        await table.nudged.wait()
        # The first is over before anybody has looked.
        table.enter(PeerState.CONNECTING)
        table.enter(after)
        table.enter(PeerState.CONNECTING)

        assert await waiting is None
        assert not table.is_listened_to

    asyncio.run(main())


def test_one_that_is_forgotten_is_not_waited_for() -> None:
    async def main() -> None:
        table = Table(PeerState.CONNECTING)
        waiting = asyncio.ensure_future(link_to(SHOP.id, table, LONG))
        await table.nudged.wait()
        table.forget()

        assert await waiting is None

    asyncio.run(main())


@pytest.mark.parametrize("retries", [0, 1])
def test_nobody_waits_for_longer_than_said(retries: int) -> None:
    async def main() -> None:
        table = Table(PeerState.CONNECTING, retries)

        assert await link_to(SHOP.id, table, 0.0) is None
        assert not table.is_listened_to

    asyncio.run(main())


def test_one_that_has_failed_before_is_waited_for_a_shorter_time() -> None:
    async def main() -> None:
        table = Table(PeerState.CONNECTING, retries=1)

        async with asyncio.timeout(LONG / 50):
            assert await link_to(SHOP.id, table, LONG) is None

    asyncio.run(main())
