"""Tests of hearing of changes."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from brummer.mcp.catalogue import Part
from brummer.mcp.hub.line import Line, Opening
from brummer.mcp.hub.link import Address
from brummer.mcp.hub.listening import Listening
from tests.mcp.conftest import Server
from tests.mcp.hub.estate import PATIENCE
from tests.mcp.hub.test_line import HELLO

URI = "test://static-text"


class Ear:
    """A line, what is heard on it, and whether it was lost."""

    def __init__(self, server: Server, hello: Mapping[str, Any] | None) -> None:
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.is_lost = asyncio.Event()
        address = Address(instance="i", url=server.url, token=server.token)
        opening = Opening(hello=hello, asked=self._asked, told=self._told)
        self.line = Line(address, opening)
        self.listening = Listening(self.line, self.is_lost.set)

    async def _asked(self, method: str, _: Mapping[str, Any]) -> dict[str, Any]:
        raise AssertionError(method)

    def _told(self, method: str, params: Mapping[str, Any]) -> None:
        if method.endswith("acknowledged"):
            self.listening.acknowledged(params)
        else:
            self.heard.put_nowait((method, params.get("uri")))

    async def next(self) -> tuple[str, Any]:
        async with asyncio.timeout(PATIENCE):
            return await self.heard.get()


@pytest.mark.parametrize("hello", [None, HELLO])
def test_what_is_wanted_is_heard(
    server: Server, hello: Mapping[str, Any] | None
) -> None:
    async def main() -> None:
        ear = Ear(server, hello)
        await ear.line.open()

        await ear.listening.want([URI])
        server.catalogue.interest.touch(URI)

        assert await ear.next() == ("notifications/resources/updated", URI)
        await ear.line.close()

    asyncio.run(main())


def test_lists_are_always_heard_of(server: Server) -> None:
    async def main() -> None:
        ear = Ear(server, None)
        await ear.line.open()
        await ear.listening.want([])

        server.catalogue.remove_tools(["test_simple_text"])

        assert await ear.next() == (f"notifications/{Part.TOOLS}/list_changed", None)
        await ear.line.close()

    asyncio.run(main())


def test_wanting_something_else_loses_nothing(server: Server) -> None:
    async def main() -> None:
        ear = Ear(server, None)
        await ear.line.open()
        await ear.listening.want([])

        await ear.listening.want([URI])
        await ear.listening.want([URI])
        server.catalogue.interest.touch(URI)

        assert await ear.next() == ("notifications/resources/updated", URI)
        assert not ear.is_lost.is_set()
        await ear.line.close()

    asyncio.run(main())


@pytest.mark.parametrize("hello", [None, HELLO])
def test_what_is_wanted_no_more_the_instance_need_not_watch(
    server: Server, hello: Mapping[str, Any] | None
) -> None:
    async def main() -> None:
        ear = Ear(server, hello)
        await ear.line.open()
        await ear.listening.want([URI])
        before = server.catalogue.interest.wanted

        await ear.listening.want([])

        assert before == {URI}
        async with asyncio.timeout(PATIENCE):
            while server.catalogue.interest.wanted:
                await asyncio.to_thread(lambda: None)
        await ear.line.close()

    asyncio.run(main())


def test_the_end_of_the_instance_is_heard_at_once(server: Server) -> None:
    async def main() -> None:
        ear = Ear(server, None)
        await ear.line.open()
        await ear.listening.want([])

        await asyncio.to_thread(server.close)

        async with asyncio.timeout(PATIENCE):
            await ear.is_lost.wait()
        await ear.line.close()

    asyncio.run(main())


def test_an_instance_that_is_gone_refuses(server: Server) -> None:
    async def main() -> None:
        ear = Ear(server, None)
        await ear.line.open()
        await ear.line.close()

        with pytest.raises(MCPError):
            await ear.listening.want([])

    asyncio.run(main())
