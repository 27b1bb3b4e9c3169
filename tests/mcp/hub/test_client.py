"""Tests of what the client is told without having asked."""

import asyncio
from functools import partial

import pytest
from mcp.shared.exceptions import MCPError

from brummer.mcp.hub.client import WAITING, Client


def test_it_is_told_in_order_and_before_what_comes_after() -> None:
    told: list[int] = []

    async def note(number: int) -> None:
        # Those after it do not overtake one that takes its time.
        await asyncio.sleep(0)
        told.append(number)

    async def main() -> None:
        client = Client()
        running = asyncio.ensure_future(client.run())
        for number in range(5):
            client.put(partial(note, number))
        await client.flush()

        assert told == list(range(5))
        await client.flush()
        running.cancel()

    asyncio.run(main())


def test_one_that_cannot_be_told_does_not_keep_others_from_it() -> None:
    told: list[str] = []

    async def fail() -> None:
        raise MCPError(-32000, "gone")

    async def note() -> None:
        told.append("told")

    async def main() -> None:
        client = Client()
        running = asyncio.ensure_future(client.run())
        client.put(fail)
        client.put(note)
        await client.flush()
        running.cancel()

        assert told == ["told"]

    asyncio.run(main())


def test_what_nobody_reads_is_dropped_and_counted() -> None:
    async def note() -> None:
        raise AssertionError

    async def main() -> None:
        client = Client()
        for _ in range(WAITING + 7):
            client.put(note)

        assert client.dropped == 7

    asyncio.run(main())


def test_before_anybody_has_come_nobody_is_asked() -> None:
    async def main() -> None:
        client = Client()

        assert await client.ask("ping", {}) == {}
        with pytest.raises(MCPError, match="elicitation/create"):
            await client.ask("elicitation/create", {"message": ""})
        client.tell("notifications/message", {"level": "info", "data": 1})
        assert client.dropped == 0

    asyncio.run(main())
