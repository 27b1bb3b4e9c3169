"""Tests of the hub as the SDK's client sees it, in both eras."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import mcp_types as wire
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from brummer.mcp.hub.roster import Compact
from brummer.mcp.hub.sighting import Sighting
from tests.mcp.hub.estate import PATIENCE, Estate, Mode, eventually, happened, text
from tests.mcp.hub.test_instance import Foreign

BOTH = pytest.mark.parametrize("mode", ["legacy", "auto"])


@pytest.fixture
def estate() -> Iterator[Estate]:
    estate = Estate()
    yield estate
    estate.close()


async def names(client: Client) -> list[str]:
    return [tool.name for tool in (await client.list_tools()).tools]


async def listed(client: Client, name: str) -> bool:
    return name in await names(client)


async def unlisted(client: Client, name: str) -> bool:
    return name not in await names(client)


async def fails(client: Client, name: str) -> bool:
    return (await client.call_tool(name)).is_error


async def answers(client: Client, name: str) -> bool:
    return not (await client.call_tool(name)).is_error


@BOTH
def test_one_instance_is_seen_as_if_there_were_no_hub(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")

    async def main() -> None:
        async with estate.client(mode) as client:
            found = await names(client)
            prompts = await client.list_prompts()
            resources = await client.list_resources()

            assert {"who", "test_simple_text", "instances_list"} < set(found)
            assert text(await client.call_tool("who")) == "shop"
            assert text(await client.call_tool("shop__who")) == "shop"
            assert "test_simple_prompt" in {p.name for p in prompts.prompts}
            assert "house://door" in {str(r.uri) for r in resources.resources}

    asyncio.run(main())


@BOTH
def test_each_of_several_is_called_by_its_label(estate: Estate, mode: Mode) -> None:
    for name in ("shop", "api"):
        estate.start(name)

    async def main() -> None:
        async with estate.client(mode) as client:
            assert {"api__who", "shop__who"} < set(await names(client))
            assert text(await client.call_tool("api__who")) == "api"
            assert text(await client.call_tool("shop__who")) == "shop"
            assert text(await client.call_tool("who", {"instance": "api"})) == "api"
            unclear = await client.call_tool("who")
            assert unclear.is_error
            assert "instance='api'" in text(unclear)
            with pytest.raises(MCPError, match="no instance has a tool 'fly'"):
                await client.call_tool("fly")

    asyncio.run(main())


@BOTH
def test_a_tool_of_many_is_listed_once(estate: Estate, mode: Mode) -> None:
    for name in ("shop", "api", "web"):
        estate.start(name)

    async def main() -> None:
        async with estate.client(mode) as client:
            tools = {t.name: t for t in (await client.list_tools()).tools}
            instance = tools["who"].input_schema["properties"]["instance"]

            assert instance["enum"] == ["api", "shop", "web"]
            assert "api__who" not in tools
            assert text(await client.call_tool("who", {"instance": "web"})) == "web"
            assert text(await client.call_tool("web__who")) == "web"

    asyncio.run(main())


def test_whether_it_is_may_be_said(estate: Estate) -> None:
    for name in ("shop", "api", "web"):
        estate.start(name)

    async def main() -> None:
        async with estate.client("auto", Compact.NEVER) as client:
            assert {"api__who", "shop__who", "web__who"} < set(await names(client))

    asyncio.run(main())


@BOTH
def test_a_second_instance_is_told_and_both_names_go_on(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")
    told = asyncio.Event()

    async def heard(message: Any) -> None:
        if "ToolListChanged" in type(message).__name__:
            told.set()

    async def main() -> None:
        async with (
            AsyncExitStack() as stack,
            estate.client(mode, message_handler=heard) as client,
        ):
            await names(client)
            if mode == "auto":
                await stack.enter_async_context(client.listen(tools_list_changed=True))
            estate.start("api")
            async with asyncio.timeout(PATIENCE):
                await told.wait()
            await eventually(lambda: listed(client, "api__who"))

            assert text(await client.call_tool("shop__who")) == "shop"

    asyncio.run(main())


@BOTH
def test_what_is_learnt_stays_when_the_second_one_leaves(
    estate: Estate, mode: Mode
) -> None:
    api = estate.start("api")
    estate.start("shop")

    async def main() -> None:
        async with estate.client(mode) as client:
            await eventually(lambda: listed(client, "api__who"))
            await estate.end(api)
            await eventually(lambda: unlisted(client, "api__who"))

            assert "shop__who" in await names(client)
            assert text(await client.call_tool("shop__who")) == "shop"
            assert text(await client.call_tool("who")) == "shop"

    asyncio.run(main())


@BOTH
def test_progress_comes_in_order_and_before_the_answer(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")
    told: list[float] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append(progress)

    async def main() -> None:
        async with estate.client(mode) as client:
            await client.call_tool("test_tool_with_progress", progress_callback=heard)

            assert told == [0, 50, 100]

    asyncio.run(main())


@pytest.mark.parametrize(("others", "logger"), [([], None), (["api"], "shop")])
def test_messages_of_a_tool_come_before_its_answer_and_say_whose_they_are(
    estate: Estate, others: list[str], logger: str | None
) -> None:
    for name in ("shop", *others):
        estate.start(name)
    told: list[str | None] = []

    async def heard(message: wire.LoggingMessageNotificationParams) -> None:
        told.append(message.logger)

    async def main() -> None:
        async with estate.client("legacy", logging_callback=heard) as client:
            await client.call_tool("shop__test_tool_with_logging")

            assert told == [logger] * 3

    with pytest.warns(match="logging capability is deprecated"):
        asyncio.run(main())


@BOTH
def test_a_question_reaches_the_client_and_its_reply_the_tool(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")
    estate.start("api")

    async def asked(_: Any, params: wire.ElicitRequestParams) -> wire.ElicitResult:
        # The person is told which of them asks.
        assert params.message == "shop: Who?"
        return wire.ElicitResult(action="accept", content={"username": "ann"})

    async def main() -> None:
        async with estate.client(mode, elicitation_callback=asked) as client:
            found = await client.call_tool(
                "shop__test_elicitation", {"message": "Who?"}
            )

            assert "ann" in text(found)

    asyncio.run(main())


@BOTH
def test_a_client_that_cannot_be_asked_is_not(estate: Estate, mode: Mode) -> None:
    estate.start("shop")

    async def main() -> None:
        async with estate.client(mode) as client:
            try:
                found = text(
                    await client.call_tool("test_elicitation", {"message": ""})
                )
            except MCPError as error:
                found = str(error)

            assert "elicitation" in found

    asyncio.run(main())


@BOTH
def test_a_call_that_is_given_up_ends_in_the_instance(
    estate: Estate, mode: Mode
) -> None:
    house = estate.start("shop")

    async def main() -> None:
        async with estate.client(mode) as client:
            call = asyncio.ensure_future(client.call_tool("hold"))
            await happened(house.begun)

            call.cancel()

            await happened(house.cancelled)

    asyncio.run(main())


@BOTH
def test_a_call_is_answered_when_its_instance_ends(estate: Estate, mode: Mode) -> None:
    house = estate.start("shop")

    async def main() -> None:
        async with estate.client(mode) as client:
            call = asyncio.ensure_future(client.call_tool("hold"))
            await happened(house.begun)

            await estate.end(house)
            async with asyncio.timeout(PATIENCE):
                found = await call

            assert found.is_error
            assert "shop (/work/shop)" in text(found)
            assert "not known" in text(found)

    asyncio.run(main())


@BOTH
def test_an_instance_that_comes_back_elsewhere_is_found_by_its_name(
    estate: Estate, mode: Mode
) -> None:
    house = estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.client(mode) as client:
            assert text(await client.call_tool("shop__who")) == "shop"
            await estate.end(house)
            await eventually(lambda: fails(client, "shop__who"))
            estate.remove(house)
            estate.start("shop")
            await eventually(lambda: answers(client, "shop__who"))

            assert text(await client.call_tool("shop__who")) == "shop"
            assert text(await client.call_tool("api__who")) == "api"

    asyncio.run(main())


def test_an_instance_with_another_token_is_not_called(estate: Estate) -> None:
    house = estate.start("shop")
    estate.show(replace(house.sighting, token="another"))

    async def main() -> None:
        async with estate.client("auto") as client:
            found = await client.call_tool("who")
            listed = await client.call_tool("instances_list")

            assert found.is_error
            assert "instances_list tells" in text(found)
            assert "does not accept the token" in text(listed)

    asyncio.run(main())


def test_without_instances_there_is_one_tool_and_what_to_do(estate: Estate) -> None:
    async def main() -> None:
        async with estate.client("legacy") as client:
            assert await names(client) == ["instances_list"]
            assert "Start one" in text(await client.call_tool("instances_list"))
            assert "start brum" in text(await client.call_tool("who"))
            with pytest.raises(MCPError, match="start brum"):
                await client.read_resource("house://door")

    asyncio.run(main())


def test_a_level_is_taken_and_said_to_every_session(estate: Estate) -> None:
    estate.start("shop")

    async def main() -> None:
        async with estate.client("legacy") as client:
            await client.call_tool("who")
            await client.set_logging_level("error")
            await client.send_roots_list_changed()

            assert text(await client.call_tool("who")) == "shop"

    with pytest.warns(match="deprecated"):
        asyncio.run(main())


def odd(sighting: Sighting, url: str) -> Sighting:
    """Return where a foreign server is, like *sighting*."""
    port = int(url.split(":")[2].split("/", maxsplit=1)[0])
    place = Path("/work/odd")
    return replace(
        sighting, id="odd-1", name="odd", directory=place, pid=1, port=port, token=""
    )


def test_where_no_session_is_begun_it_is_said_that_nothing_was_done(
    estate: Estate,
) -> None:
    house = estate.start("shop")

    async def main() -> None:
        foreign = Foreign()
        foreign.is_full = True
        async with foreign.serving() as url:
            estate.show(odd(house.sighting, url))
            async with estate.client("legacy") as client:
                found = await client.call_tool("odd__greet")

                assert found.is_error
                assert "does not begin a session (full)" in text(found)
                assert "nothing was done" in text(found)

    asyncio.run(main())


def test_one_that_does_not_take_a_level_does_not_keep_the_client_waiting(
    estate: Estate,
) -> None:
    house = estate.start("shop")

    async def main() -> None:
        foreign = Foreign()
        async with foreign.serving() as url:
            estate.show(odd(house.sighting, url))
            async with estate.client("legacy") as client:
                assert text(await client.call_tool("odd__greet")) == "hello"
                foreign.may_take_levels.clear()
                async with asyncio.timeout(PATIENCE):
                    await client.set_logging_level("error")
                assert text(await client.call_tool("odd__greet")) == "hello"
                foreign.may_take_levels.set()
                await client.send_roots_list_changed()
                async with asyncio.timeout(PATIENCE):
                    await foreign.roots.wait()

                async def is_told() -> bool:
                    return "error" in foreign.levels

                await eventually(is_told)

    with pytest.warns(match="deprecated"):
        asyncio.run(main())


def test_fifty_calls_at_once_are_each_answered_by_whom_they_were_for(
    estate: Estate,
) -> None:
    for name in ("shop", "api"):
        estate.start(name)

    async def main() -> None:
        async with estate.client("auto") as client:
            wanted = ["shop", "api"] * 25
            found = await asyncio.gather(
                *(client.call_tool(f"{name}__who") for name in wanted)
            )

            assert [text(each) for each in found] == wanted

    asyncio.run(main())
