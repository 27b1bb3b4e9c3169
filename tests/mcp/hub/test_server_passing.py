"""Tests of resources, prompts and tasks through the hub, in both eras."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import mcp_types as wire
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourceUpdated

from tests.mcp.hub.estate import PATIENCE, Estate, Mode, eventually

BOTH = pytest.mark.parametrize("mode", ["legacy", "auto"])


@pytest.fixture
def estate() -> Iterator[Estate]:
    estate = Estate()
    yield estate
    estate.close()


async def fails(client: Client, name: str) -> bool:
    return (await client.call_tool(name)).is_error


async def answers(client: Client, name: str) -> bool:
    return not (await client.call_tool(name)).is_error


@BOTH
def test_resources_are_read_where_their_address_says(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.client(mode) as client:
            found = await client.read_resource("hub://api/house://door")
            linked = await client.call_tool("api__where")
            templates = (await client.list_resource_templates()).resource_templates

            (contents,) = found.contents
            assert isinstance(contents, wire.TextResourceContents)
            assert contents.text == "of api"
            assert str(contents.uri) == "hub://api/house://door"
            (link,) = linked.content
            assert isinstance(link, wire.ResourceLink)
            assert str(link.uri) == "hub://api/house://door"
            assert "hub://api/test://template/{id}/data" in {
                template.uri_template for template in templates
            }
            with pytest.raises(MCPError, match="no instance"):
                await client.read_resource("hub://web/house://door")

    asyncio.run(main())


@BOTH
def test_prompts_and_completions_go_to_their_instance(
    estate: Estate, mode: Mode
) -> None:
    estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.client(mode) as client:
            name = "api__test_prompt_with_arguments"
            prompt = await client.get_prompt(name, {"arg1": "x", "arg2": "y"})
            completed = await client.complete(
                wire.PromptReference(name=name), {"name": "arg1", "value": ""}
            )

            assert "x" in str(prompt.messages[0].content)
            assert completed.completion.values
            with pytest.raises(MCPError, match="call it api__"):
                await client.get_prompt("test_simple_prompt")

    asyncio.run(main())


def test_a_client_with_a_session_hears_of_a_resource(estate: Estate) -> None:
    estate.start("api")
    house = estate.start("shop")
    told: asyncio.Queue[str] = asyncio.Queue()

    async def heard(message: Any) -> None:
        if isinstance(message, wire.ResourceUpdatedNotification):
            await told.put(str(message.params.uri))

    async def main() -> None:
        async with estate.client("legacy", message_handler=heard) as client:
            await client.subscribe_resource("hub://shop/house://door")
            house.touch()

            async with asyncio.timeout(PATIENCE):
                assert await told.get() == "hub://shop/house://door"
            with pytest.raises(MCPError, match="no resource"):
                await client.subscribe_resource("hub://web/house://door")
            await client.unsubscribe_resource("hub://shop/house://door")

    with pytest.warns(match="subscribe is removed"):
        asyncio.run(main())


def test_a_client_without_a_session_hears_of_a_resource_also_after_a_restart(
    estate: Estate,
) -> None:
    house = estate.start("shop")
    estate.start("api")
    uri = "hub://shop/house://door"

    async def main() -> None:
        async with (
            estate.client("auto") as client,
            client.listen(resource_subscriptions=[uri]) as events,
        ):
            house.touch()
            async with asyncio.timeout(PATIENCE):
                first = await anext(aiter(events))
            await estate.end(house)
            await eventually(lambda: fails(client, "shop__who"))
            estate.remove(house)
            again = estate.start("shop")
            await eventually(lambda: answers(client, "shop__who"))
            async with asyncio.timeout(PATIENCE):
                # It may have changed meanwhile; and then it does change.
                back = await anext(aiter(events))
                again.touch()
                changed = await anext(aiter(events))

            assert [first, back, changed] == [ResourceUpdated(uri=uri)] * 3

    asyncio.run(main())


def test_a_thousand_resources_are_listened_to_at_once(estate: Estate) -> None:
    for name in ("shop", "api", "web"):
        estate.start(name)
    # What they mean is not clear: for each, all three have to be looked at.
    uris = [f"test://template/{number}/data" for number in range(1_000)]
    wanted = {"resourceSubscriptions": [*uris[1:], "hub://shop/house://door"]}

    async def main() -> None:
        async with estate.raw() as raw:

            async def is_heard() -> bool:
                return any("acknowledged" in method for method, _ in raw.told)

            listening = asyncio.ensure_future(
                raw.ask("subscriptions/listen", notifications=wanted)
            )
            await eventually(is_heard)
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    asyncio.run(main())


def test_tasks_are_asked_about_where_they_run(estate: Estate) -> None:
    estate.start("shop")
    estate.start("api")

    async def main() -> None:
        async with estate.raw() as raw:
            begun = await raw.ask(
                "tools/call", name="api__slow_compute", arguments={"seconds": 0}
            )
            id_ = begun["taskId"]

            async def completed() -> bool:
                found = await raw.ask("tasks/get", taskId=id_)
                return bool(found["status"] == "completed")

            await eventually(completed)

            assert begun["resultType"] == "task"
            await raw.ask("tasks/cancel", taskId=id_)
            with pytest.raises(MCPError, match="no such task"):
                await raw.ask("tasks/get", taskId="task_of_nobody")

    asyncio.run(main())
