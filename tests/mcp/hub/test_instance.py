"""Tests of the link to one instance."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import mcp_types as wire
import pytest
import uvicorn
from mcp.server import lowlevel
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from brummer.mcp.catalogue import Part
from brummer.mcp.door import bound
from brummer.mcp.hub.client import Client
from brummer.mcp.hub.instance import Hearing, InstanceLink, Request, opener
from brummer.mcp.hub.line import LineError, envelope
from brummer.mcp.hub.link import Address
from tests.mcp.conftest import Server
from tests.mcp.hub.estate import PATIENCE, House, eventually
from tests.mcp.hub.test_line import HELLO


class Heard:
    """What an instance has told."""

    def __init__(self) -> None:
        self.changes: asyncio.Queue[tuple[str, Part]] = asyncio.Queue()
        self.touched: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.wanted: list[str] = []

    @property
    def hearing(self) -> Hearing:
        return Hearing(
            changed=lambda id_, part: self.changes.put_nowait((id_, part)),
            touched=lambda id_, uri: self.touched.put_nowait((id_, uri)),
            wanted=lambda _: self.wanted,
            label=lambda _: "",
        )


class Foreign:
    """A server that is none of ours, behind something that turns requests away."""

    def __init__(self, *, is_old: bool = False) -> None:
        self._is_old = is_old
        #: Sessions that it knew, and those that it knows no more.
        self._known: set[bytes] = set()
        self._forgotten: set[bytes] = set()
        self.refused = 0
        #: Methods of HTTP, in the order in which they came.
        self.methods: list[str] = []
        #: Cleared to keep sessions from being begun.
        self.may_begin = asyncio.Event()
        self.may_begin.set()
        #: Levels that it was told, and whether it takes any now.
        self.levels: list[str] = []
        self.may_take_levels = asyncio.Event()
        self.may_take_levels.set()
        self.refuses_levels = False
        #: Whether it begins no session.
        self.is_full = False
        #: Set when it was told that roots have changed.
        self.roots = asyncio.Event()
        tool = wire.Tool(name="greet", input_schema={"type": "object"})

        async def tools(*_: object) -> wire.ListToolsResult:
            return wire.ListToolsResult(tools=[tool])

        async def greet(*_: object) -> wire.CallToolResult:
            return wire.CallToolResult(content=[wire.TextContent(text="hello")])

        server = lowlevel.Server[Any](
            "foreign", on_list_tools=tools, on_call_tool=greet
        )
        server.add_request_handler(
            "logging/setLevel", wire.SetLevelRequestParams, self._level
        )
        server.add_notification_handler(
            "notifications/roots/list_changed", wire.NotificationParams, self._root
        )
        self._manager = StreamableHTTPSessionManager(server)

    async def _level(
        self, _: Any, params: wire.SetLevelRequestParams
    ) -> wire.EmptyResult:
        if self.refuses_levels:
            raise MCPError(wire.METHOD_NOT_FOUND, "no levels")
        await self.may_take_levels.wait()
        self.levels.append(params.level)
        return wire.EmptyResult()

    async def _root(self, *_: object) -> None:
        self.roots.set()

    def forget(self) -> None:
        """Know no session any more."""
        self._forgotten |= self._known

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        listener = bound(0)
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_config=None,
            lifespan="off",
            ws="none",
            http="h11",
        )
        http = uvicorn.Server(config)
        async with self._manager.run():
            task = asyncio.ensure_future(http.serve(sockets=[listener]))
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
            http.should_exit = True
        await task
        listener.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = dict(scope["headers"])
        self.methods.append(scope["method"])
        session = fields.get(b"mcp-session-id", b"")
        is_modern = fields.get(b"mcp-protocol-version") == b"2026-07-28"
        if session:
            self._known.add(session)
        if session in self._forgotten or (self._is_old and is_modern):
            self.refused += 1
            await Response("no", 404 if session else 400)(scope, receive, send)
            return
        if not is_modern and not session and self.is_full:
            await Response("full", 503)(scope, receive, send)
            return
        if not is_modern and not session:
            await self.may_begin.wait()
        await self._manager.handle_request(scope, receive, send)


@asynccontextmanager
async def linked(
    server: Server, client: Client | None = None, heard: Heard | None = None
) -> AsyncIterator[InstanceLink]:
    address = Address(instance="shop-1", url=server.url, token=server.token)
    hearing = (heard or Heard()).hearing
    async with opener(client or Client(), hearing)(address) as link:
        assert isinstance(link, InstanceLink)
        yield link


def call(name: str, *, is_modern: bool, **arguments: object) -> Request:
    params: Any = {"name": name, "arguments": arguments}
    return Request(
        method="tools/call",
        params=envelope(params) if is_modern else params,
        is_modern=is_modern,
    )


def test_it_knows_what_is_offered_when_it_is_open(server: Server) -> None:
    async def main() -> None:
        async with linked(server) as link:
            assert "test_simple_text" in link.offer.tools
            assert "test_simple_prompt" in link.offer.prompts
            assert "test://static-text" in link.offer.resources
            assert "test://template/{id}/data" in link.offer.templates
            before = link.heard
            await link.ping()
            assert link.heard >= before

    asyncio.run(main())


def test_what_changes_is_read_before_it_is_told(server: Server) -> None:
    heard = Heard()

    async def main() -> None:
        async with linked(server, heard=heard) as link:
            server.catalogue.remove_tools(["test_simple_text"])
            async with asyncio.timeout(PATIENCE):
                change = await heard.changes.get()

            assert change == ("shop-1", Part.TOOLS)
            assert "test_simple_text" not in link.offer.tools
            assert "test_image_content" in link.offer.tools

    asyncio.run(main())


def test_resources_that_are_wanted_from_the_beginning_are_heard_of(
    server: Server,
) -> None:
    heard = Heard()
    heard.wanted.append("test://static-text")

    async def main() -> None:
        async with linked(server, heard=heard):
            server.catalogue.interest.touch("test://static-text")
            async with asyncio.timeout(PATIENCE):
                touched = await heard.touched.get()

            assert touched == ("shop-1", "test://static-text")

    asyncio.run(main())


def test_the_end_of_the_instance_ends_it(server: Server) -> None:
    async def main() -> None:
        async with linked(server) as link:
            await asyncio.to_thread(server.close)

            async with asyncio.timeout(PATIENCE):
                await link.gone()
            with pytest.raises(MCPError):
                await link.ping()

    asyncio.run(main())


def test_a_client_with_a_session_is_another_than_the_hub(server: Server) -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        async with linked(server, client) as link:
            found = await link.ask(call("test_simple_text", is_modern=False))
            client.level = "error"
            await link.level()
            await link.tell("notifications/roots/list_changed", {})

            assert "resultType" not in found
            modern = await link.ask(call("test_simple_text", is_modern=True))
            assert modern["resultType"] == "complete"

    asyncio.run(main())


def test_a_session_that_the_instance_forgot_is_begun_anew() -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                await link.ask(call("greet", is_modern=False))
                foreign.forget()

                found = await link.ask(call("greet", is_modern=False))

                assert found["content"] == [{"type": "text", "text": "hello"}]
                assert foreign.refused > 0

    asyncio.run(main())


def test_what_the_client_says_to_all_reaches_its_session_also_a_later_one() -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                await link.ask(call("greet", is_modern=False))
                client.level = "error"
                await link.level()
                await link.tell("notifications/roots/list_changed", {})
                async with asyncio.timeout(PATIENCE):
                    await foreign.roots.wait()
                assert foreign.levels == ["error"]
                foreign.forget()
                await link.ask(call("greet", is_modern=False))

                assert foreign.levels == ["error", "error"]

    asyncio.run(main())


def test_an_instance_that_takes_no_level_is_asked_all_the_same() -> None:
    client = Client()
    client.hello, client.level = HELLO, "error"

    async def main() -> None:
        foreign = Foreign()
        foreign.refuses_levels = True
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)

                found = await link.ask(call("greet", is_modern=False))

                assert found["content"] == [{"type": "text", "text": "hello"}]

    asyncio.run(main())


def test_a_session_is_ended_with_the_link() -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                await link.ask(call("greet", is_modern=False))

            assert foreign.methods.count("DELETE") == 1

    asyncio.run(main())


def test_a_session_that_was_given_up_half_begun_is_used_by_nobody() -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                foreign.may_begin.clear()
                first = asyncio.ensure_future(link.ask(call("greet", is_modern=False)))
                seen = len(foreign.methods)
                await eventually(lambda: more_than(foreign, seen))
                first.cancel()
                foreign.may_begin.set()

                found = await link.ask(call("greet", is_modern=False))

                assert found["content"] == [{"type": "text", "text": "hello"}]

    asyncio.run(main())


async def more_than(foreign: Foreign, requests: int) -> bool:
    return len(foreign.methods) > requests


def test_no_session_is_begun_once_the_link_is_closed() -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(client, Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                foreign.may_begin.clear()
                seen = len(foreign.methods)
                calls = [
                    asyncio.ensure_future(link.ask(call("greet", is_modern=False)))
                    for _ in range(3)
                ]
                await eventually(lambda: more_than(foreign, seen))
            foreign.may_begin.set()
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.gather(*calls, return_exceptions=True)

            assert [type(each) for each in found] == [LineError] * 3

    asyncio.run(main())


def test_calls_at_once_share_the_session(server: Server) -> None:
    client = Client()
    client.hello = HELLO

    async def main() -> None:
        async with linked(server, client) as link:
            found = await asyncio.gather(
                *(link.ask(call("test_simple_text", is_modern=False)) for _ in range(9))
            )

            assert len(found) == 9

    asyncio.run(main())


def test_an_instance_that_knows_sessions_only_is_spoken_to_in_one() -> None:
    async def main() -> None:
        foreign = Foreign(is_old=True)
        async with foreign.serving() as url:
            address = Address(instance="i", url=url, token="")
            async with opener(Client(), Heard().hearing)(address) as link:
                assert isinstance(link, InstanceLink)
                await link.ping()
                found = await link.ask(call("greet", is_modern=True))

                assert list(link.offer.tools) == ["greet"]
                assert found["content"] == [{"type": "text", "text": "hello"}]

        assert foreign.refused > 0

    asyncio.run(main())


def test_one_that_cannot_be_reached_is_not_entered() -> None:
    with bound(0) as listener:
        port = listener.getsockname()[1]
    address = Address(instance="i", url=f"http://127.0.0.1:{port}/mcp", token="t")

    async def main() -> None:
        with pytest.raises(LineError):
            async with opener(Client(), Heard().hearing)(address):
                pytest.fail("nobody is there")

    asyncio.run(main())


def test_progress_goes_to_the_call_that_it_is_of() -> None:
    house = House("shop", 1)
    told: dict[int, list[float]] = {}

    async def one(link: InstanceLink, number: int) -> None:
        told[number] = []
        request = call("test_tool_with_progress", is_modern=True)
        await link.ask(
            Request(
                method=request.method,
                params=request.params,
                is_modern=True,
                progress=lambda params: told[number].append(params["progress"]),
            )
        )

    async def main() -> None:
        async with linked(house.server) as link:
            await asyncio.gather(*(one(link, number) for number in range(4)))

    try:
        asyncio.run(main())
    finally:
        house.server.close()
    assert told == {number: [0, 50, 100] for number in range(4)}
