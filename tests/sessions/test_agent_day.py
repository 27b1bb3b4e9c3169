"""A working day of an agent that is written with the official client in Python."""

import asyncio
import urllib.request
from pathlib import Path

import pytest

from tests.support.agent import Agent, new_agent
from tests.support.day import ERROR, FAILED, PLACE, Day, new_day
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ERAS = {"legacy": "2025-11-25", "auto": "2026-07-28"}


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        text: bytes = answer.read()
    return text.decode()


async def lived(agent: Agent, day: Day) -> None:
    """Find the server, break it, mend it, and run the tests; as an agent would."""
    tools = {tool.name: tool for tool in (await agent.client.list_tools()).tools}
    assert {"ensure_running", "wait_for", "errors_list", "logs_search"} <= set(tools)
    assert "ensure_running" in (agent.client.instructions or "")
    scripts = await agent.call("scripts_list")
    assert [script["name"] for script in scripts.data["scripts"]] == ["web", "test"]

    url = await started(agent)
    assert page(url) == "2 rye for 6"
    await broken(agent, day)
    mended = await agent.until("ensure_running", name="web")
    assert page(mended.data["url"]) == "2 rye for 6"
    assert (await agent.call("errors_list", process="web")).data["errors"] == []
    await failing(agent)


async def started(agent: Agent) -> str:
    """Have the server run, and return where it answers."""
    first = await agent.until("ensure_running", name="web")
    again = await agent.until("ensure_running", name="web")
    assert (first.data["started"], again.data["started"]) == (True, False)
    assert first.data["process"] == again.data["process"] == "web-1"
    return str(first.data["url"])


async def broken(agent: Agent, day: Day) -> None:
    """Make a mistake, read about it, and make it good."""
    day.break_it()
    await agent.until("wait_for", process="web", what="error")
    (error, *_) = (await agent.call("errors_list", process="web")).data["errors"]
    assert (error["type"], Path(error["file"]).name) == (ERROR, PLACE[0])
    assert error["line"] == PLACE[1]
    detail = await agent.call("errors_get", error=error["id"])
    assert "PRICE" in detail.text
    day.mend()


async def failing(agent: Agent) -> None:
    """Run the tests, and read which of them failed."""
    run = await agent.call("scripts_run", name="test")
    await agent.until("wait_for", process=run.data["process"], what="exit")
    status = await agent.call("scripts_status", name=run.data["process"])
    assert status.data["exit_code"] == 1
    found = await agent.call("errors_list", process=run.data["process"])
    detail = await agent.call("errors_get", error=found.data["errors"][0]["id"])
    assert "assert 30 == 27" in detail.text
    lines = await agent.call("logs_search", query="FAILED")
    assert FAILED in lines.text


@pytest.mark.parametrize("mode", ERAS)
def test_a_working_day(site: Site, mode: str) -> None:
    day = new_day(site)

    async def live() -> str:
        async with new_agent(site.server(), mode) as agent:
            await lived(agent, day)
            return agent.client.protocol_version

    with site.brum("--no-tui", "-p", "0"):
        site.wait_for_instance()
        version = asyncio.run(live())

    assert version == ERAS[mode]


@pytest.mark.parametrize("mode", ERAS)
def test_who_asks_for_what_there_is_not_is_told_what_there_is(
    site: Site, mode: str
) -> None:
    new_day(site)

    async def live() -> str:
        async with new_agent(site.server(), mode) as agent:
            told = await agent.ask("ensure_running", name="wbe")
            assert told.failed
            return told.text

    with site.brum("--no-tui", "-p", "0"):
        site.wait_for_instance()
        text = asyncio.run(live())

    assert "web" in text
