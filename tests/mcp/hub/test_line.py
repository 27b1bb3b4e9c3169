"""Tests of one connection to an instance."""

import asyncio
from collections.abc import Mapping
from threading import Event
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED

from brummer.core.guard import cause
from brummer.mcp.door import bound
from brummer.mcp.hub.line import Line, LineError, Opening, envelope
from brummer.mcp.hub.link import Address
from brummer.model.tool import Call, Tool
from tests.mcp.conftest import Server
from tests.mcp.hub.estate import PATIENCE

HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Other:
    """What the instance says by itself."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def asked(self, method: str, _: Mapping[str, Any]) -> dict[str, Any]:
        raise AssertionError(method)

    def tell(self, method: str, _: Mapping[str, Any]) -> None:
        self.told.append(method)


def line(server: Server, hello: Mapping[str, Any] | None, token: str = "") -> Line:
    other = Other()
    address = Address(instance="i", url=server.url, token=token or server.token)
    return Line(address, Opening(hello=hello, asked=other.asked, told=other.tell))


def test_without_a_session_the_instance_says_what_it_can(server: Server) -> None:
    async def main() -> None:
        open_line = line(server, None)

        found = await open_line.open()

        assert "tools" in found["capabilities"]
        assert (open_line.is_modern, open_line.is_open) == (True, True)
        tools = await open_line.ask("tools/list", envelope())
        assert "who" not in tools
        await open_line.close()
        assert not open_line.is_open

    asyncio.run(main())


def test_a_session_speaks_the_version_that_was_agreed_on(server: Server) -> None:
    async def main() -> None:
        open_line = line(server, HELLO)

        found = await open_line.open()

        assert found["protocolVersion"] == open_line.version == "2025-06-18"
        called = await open_line.ask(
            "tools/call", {"name": "test_simple_text", "arguments": {}}
        )
        assert "resultType" not in called
        await open_line.close()

    asyncio.run(main())


@pytest.mark.parametrize("hello", [None, HELLO])
def test_a_token_that_is_not_accepted_is_told(
    server: Server, hello: Mapping[str, Any] | None
) -> None:
    async def main() -> None:
        refused = line(server, hello, token="another")

        with pytest.raises(LineError, match="does not accept the token"):
            await refused.open()
        await refused.close()

    asyncio.run(main())


def test_where_nobody_listens_that_is_told() -> None:
    async def main() -> None:
        with bound(0) as listener:
            port = listener.getsockname()[1]
        other = Other()
        address = Address(instance="i", url=f"http://127.0.0.1:{port}/mcp", token="")
        opening = Opening(hello=None, asked=other.asked, told=other.tell)
        nobody = Line(address, opening)

        with pytest.raises(LineError, match=r"(?i)connect") as caught:
            await nobody.open()
        # Who waits for it reads the sentence, and no name of a class.
        assert cause(caught.value) == str(caught.value)
        await nobody.gone()
        await nobody.close()

    asyncio.run(main())


def test_what_waits_for_an_answer_is_told_of_the_end(server: Server) -> None:
    async def main() -> None:
        open_line = line(server, None)
        await open_line.open()
        listening = asyncio.ensure_future(
            open_line.ask("subscriptions/listen", envelope({"notifications": {}}))
        )
        await asyncio.sleep(0)

        await open_line.close()

        with pytest.raises(MCPError, match="closed"):
            await listening
        with pytest.raises(MCPError):
            await open_line.ask("tools/list", envelope())

    asyncio.run(main())


@pytest.mark.parametrize("hello", [None, HELLO])
def test_a_call_that_the_instance_ends_under_is_no_answer_of_its_own(
    server: Server, hello: Mapping[str, Any] | None
) -> None:
    begun = Event()

    async def hold(_: Call) -> None:
        begun.set()
        await asyncio.get_running_loop().create_future()

    tool = Tool(name="hold", title="Hold", description="Holds.", run=hold, brief=True)
    server.catalogue.add(tools=[tool])

    async def main() -> None:
        open_line = line(server, hello)
        await open_line.open()
        params = {"name": "hold", "arguments": {}}
        asked = open_line.ask("tools/call", params if hello else envelope(params))
        calling = asyncio.ensure_future(asked)
        assert await asyncio.to_thread(begun.wait, PATIENCE)

        await asyncio.to_thread(server.close)

        with pytest.raises(MCPError) as caught:
            await calling
        assert caught.value.code == CONNECTION_CLOSED
        await open_line.close()

    asyncio.run(main())


def test_before_it_is_open_nothing_is_asked(server: Server) -> None:
    async def main() -> None:
        closed = line(server, None)

        with pytest.raises(MCPError, match="no connection"):
            await closed.ask("tools/list", envelope())
        await closed.tell("notifications/roots/list_changed")
        await closed.close()

    asyncio.run(main())


def test_an_argument_that_the_transport_repeats_is_repeated(server: Server) -> None:
    tools = server.catalogue.offer.tools
    name, schema = next(
        (name, tool.parameters)
        for name, tool in tools.items()
        if "x-mcp-header" in str(tool.parameters)
    )
    properties: Any = schema["properties"]
    argument = next(key for key, of in properties.items() if "x-mcp-header" in of)

    async def main() -> None:
        open_line = line(server, None)
        await open_line.open()
        call = envelope({"name": name, "arguments": {argument: "Grüße"}})

        found = await open_line.ask("tools/call", call, schema=schema)
        with pytest.raises(MCPError):
            await open_line.ask("tools/call", call)

        assert not found.get("isError")
        await open_line.close()

    asyncio.run(main())


def test_an_answer_is_a_sign_of_life(server: Server) -> None:
    async def main() -> None:
        open_line = line(server, None)
        before = open_line.heard
        await open_line.open()

        assert open_line.heard > before
        await open_line.close()

    asyncio.run(main())


def test_who_it_is_for_is_added_to_what_a_request_says_of_itself() -> None:
    found = envelope({"name": "x", "_meta": {"progressToken": 1}})

    assert found["name"] == "x"
    assert found["_meta"]["progressToken"] == 1
    assert found["_meta"]["io.modelcontextprotocol/protocolVersion"] == "2026-07-28"
