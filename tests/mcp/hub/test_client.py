"""Tests of what the client is told without having asked."""

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any

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


@pytest.mark.parametrize("error", [MCPError(-32000, "gone"), KeyError("progress")])
def test_one_that_cannot_be_told_does_not_keep_others_from_it(
    error: Exception,
) -> None:
    told: list[str] = []

    async def fail() -> None:
        raise error

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


class Session:
    """What a client is reached by."""

    client_params = None

    def __init__(self) -> None:
        self.told: list[str] = []

    async def send_notification(self, told: Any) -> None:
        self.told.append(told.method)


def test_what_an_instance_gives_up_is_not_given_up_under_the_same_number() -> None:
    session = Session()
    context: Any = SimpleNamespace(session=session)

    async def main() -> None:
        client = Client()
        client.meet(context)
        running = asyncio.ensure_future(client.run())
        client.tell("notifications/cancelled", {"requestId": 1})
        client.tell("notifications/resources/updated", {"uri": "a://b"})
        client.tell("notifications/tools/list_changed", {})
        client.tell("notifications/message", {"level": "info", "data": 1})
        await client.flush()
        running.cancel()

        assert session.told == ["notifications/message"]

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
