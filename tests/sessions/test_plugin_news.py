"""Clients are told what a plugin changes, in both eras of the protocol."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agent import Agent, new_agent
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

#: A resource of the plugin, in which there is something new now and then.
WATCHED = "test://watched-resource"

#: Tools that change something, and what is told of it in each era.
CHANGES = {
    "test_trigger_tool_change": ("ToolListChanged", "ToolsListChanged"),
    "test_trigger_prompt_change": ("PromptListChanged", "PromptsListChanged"),
    "test_trigger_resource_update": ("ResourceUpdated", "ResourceUpdated"),
}

#: What there is after that.
PASSING = {"test_passing", "test_passing_prompt"}

#: Seconds until somebody must have been told.
LIMIT = 20


@pytest.fixture
def server(site: Site) -> Iterator[tuple[int, str]]:
    """Return port and token of a program with that plugin."""
    plugin = Path(__file__).parent.parent / "mcp" / "conformance_plugin.py"
    shutil.copy(plugin, site.folder)
    with site.brum("--no-tui", "-p", "0", "-P", f"./{plugin.name}"):
        site.wait_for_instance()
        yield site.server()


async def change(agent: Agent) -> None:
    """Change everything."""
    for tool in CHANGES:
        await agent.call(tool)


async def passing(agent: Agent) -> set[str]:
    """Return what there is only sometimes, of tools and of prompts."""
    tools = (await agent.client.list_tools()).tools
    prompts = (await agent.client.list_prompts()).prompts
    names = {*(tool.name for tool in tools), *(prompt.name for prompt in prompts)}
    return {name for name in names if name.startswith("test_passing")}


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
def test_a_client_with_a_session_is_told(server: tuple[int, str]) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hear(message: object) -> None:
        heard.put_nowait(type(message).__name__.removesuffix("Notification"))

    async def live() -> None:
        async with new_agent(server, "legacy", hear) as agent:
            assert await passing(agent) == set()
            await agent.client.subscribe_resource(WATCHED)
            await change(agent)
            assert await left(heard, {old for old, _ in CHANGES.values()}) == set()
            assert await passing(agent) == PASSING

    asyncio.run(live())


def test_a_client_without_is_told_what_it_listens_to(server: tuple[int, str]) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def live() -> None:
        async with (
            new_agent(server, "auto") as agent,
            agent.client.listen(
                tools_list_changed=True,
                prompts_list_changed=True,
                resource_subscriptions=[WATCHED],
            ) as news,
        ):

            async def listen() -> None:
                async for event in news:
                    heard.put_nowait(type(event).__name__)

            listening = asyncio.create_task(listen())
            await change(agent)
            assert await left(heard, {new for _, new in CHANGES.values()}) == set()
            assert await passing(agent) == PASSING
            listening.cancel()

    asyncio.run(live())


async def left(heard: "asyncio.Queue[str]", wanted: set[str]) -> set[str]:
    """Return what of *wanted* is not heard in time."""
    missing = set(wanted)
    try:
        async with asyncio.timeout(LIMIT):
            while missing:
                missing.discard(await heard.get())
    except TimeoutError:
        pass
    return missing
