"""A person at a real screen, and an agent that waits for what is handed to it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.agent import Told, new_agent
from tests.support.site import BRUM, Site
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

#: Prints an error and stays.
FAILING = """\
import time, traceback

try:
    {}["price"]
except KeyError:
    traceback.print_exc()
time.sleep(600)
"""


@pytest.fixture
def shop(site: Site) -> Iterator[Site]:
    site.write("cart.py", FAILING)
    site.scripts(cart="python3 cart.py")
    yield site
    site.sweep()


def received(site: Site) -> Told:
    """Wait as an agent, and return what it is handed."""

    async def wait() -> Told:
        async with new_agent(site.server(), "auto") as agent:
            return await agent.call("queue_receive", channel="handover", wait_s=50)

    return asyncio.run(wait())


def at_work(pool: ThreadPoolExecutor, site: Site, terminal: Terminal) -> "Future[Told]":
    """Let an agent wait, and return when the screen says so."""
    future = pool.submit(received, site)
    terminal.press("6")
    terminal.wait_for("waits for what you hand over", limit=60)
    return future


def payload(told: Told) -> Any:
    (message,) = told.data["messages"]
    return message["payload"]


def test_an_agent_that_waits_gets_the_error_that_is_selected(shop: Site) -> None:
    argv = [*BRUM, "-p", "0", "cart"]
    with (
        Terminal(argv, env=shop.environment, cwd=shop.folder) as terminal,
        ThreadPoolExecutor(1) as pool,
    ):
        terminal.wait_for("1 new", limit=60)
        terminal.press("6")
        terminal.wait_for("Nobody has come yet.")
        told = at_work(pool, shop, terminal)

        terminal.press("4")
        terminal.wait_for("[4Errors]")
        terminal.press(">", "it is free")
        terminal.wait_for("with a note: it is free")
        terminal.press("enter")
        terminal.wait_for("taken by", limit=60)
        found = told.result(60)
        terminal.press("6")
        terminal.wait_for("handed over, taken by")

    assert payload(found)["title"] == "KeyError: 'price'"
    assert payload(found)["note"] == "it is free"
    assert "their note: it is free" in found.text
    assert "cart.py" in payload(found)["text"]


def test_what_nobody_waits_for_is_kept_for_who_comes(shop: Site) -> None:
    argv = [*BRUM, "-p", "0", "cart"]
    with Terminal(argv, env=shop.environment, cwd=shop.folder) as terminal:
        terminal.wait_for("1 new", limit=60)
        terminal.press("3", "g", "v", "j", ">")
        terminal.wait_for("2 lines for an agent")
        terminal.press("enter")
        terminal.wait_for("no agent waits; kept for the next one")

        found = received(shop)

    assert "Traceback (most recent call last):" in payload(found)["text"]
    assert payload(found)["to"] - payload(found)["from"] == 2
