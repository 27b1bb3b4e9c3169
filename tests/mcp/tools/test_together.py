"""Many calls at once, and calls that are called off."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from brummer.app.application import Application
from brummer.model.tool import Tool
from tests.app.conftest import Bench, bench
from tests.mcp.tools.conftest import Agent, Desk, Told
from tests.mcp.tools.test_wait import WAITS
from tests.support.instance import FakeInstance

__all__ = ["bench"]


@pytest.fixture
def application(bench: Bench) -> Application:
    scripts = "web: echo http://localhost:3000/; sleep 3633\nbad: echo no; exit 3\n"
    (bench.folder / "Procfile").write_text(scripts)
    return bench.application("process_manager.grace=1")


@pytest.fixture
def real(application: Application) -> Iterator[Desk]:
    desk = Desk(application.instance)
    yield desk
    desk.workers.shutdown()


def texts_of(tool: Tool) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each text that *tool* takes, far too long, with what else it needs."""
    properties: Any = tool.parameters["properties"]
    needed: Any = tool.parameters.get("required", [])
    short = {
        name: {"string": "web", "object": {}}.get(properties[name]["type"], 0)
        for name in needed
    }
    more = {"wait_s": 0} if "wait_s" in properties else {}
    for name, schema in properties.items():
        if schema["type"] == "string":
            yield name, {**short, **more, name: "x" * 100_000}


def test_no_error_repeats_all_that_was_sent(real: Desk) -> None:
    tools = real.tools().values()

    async def run(agent: Agent) -> dict[str, int]:
        found = {}
        for tool in tools:
            for name, arguments in texts_of(tool):
                told = await agent.ask(tool.name, **arguments)
                found[f"{tool.name} {name}"] = told.text.count("x") * told.failed
        return found

    found = real.work(run)

    assert len(found) > 15
    assert {name: count for name, count in found.items() if count > 150} == {}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_fifty_who_ask_at_once_get_one_process(real: Desk, mode: str) -> None:
    async def run(agent: Agent) -> list[Told]:
        names = ["web", "procfile:web"] * 25
        return await asyncio.gather(
            *(agent.call("ensure_running", name=name) for name in names)
        )

    found = real.work(run, mode=mode)

    assert {one.data["process"] for one in found} == {"web-1"}
    assert [one.data["started"] for one in found].count(True) == 1
    assert all(one.data["reached"] for one in found)
    assert list(real.instance.processes()) == ["web-1"]


def test_agents_and_people_who_ask_at_once_get_one_process(
    application: Application, real: Desk
) -> None:
    ran = application.instance.run

    async def run(agent: Agent) -> list[Told]:
        calls = [agent.call("scripts_run", name="web", wait_s=0) for _ in range(20)]
        others = [ran("script.ensure", script="web") for _ in range(20)]
        found = await asyncio.gather(*calls)
        await asyncio.gather(*map(asyncio.wrap_future, others))
        return found

    real.work(run)

    assert list(application.instance.processes()) == ["web-1"]


def test_one_call_runs_a_program_and_has_its_end(real: Desk) -> None:
    found = real.call("scripts_run", name="echo one; echo two >&2; exit 7", wait_s=20)

    assert found.data["exit_code"] == 7
    assert sorted(found.data["last_lines"]) == ["one", "two"]


def test_a_server_that_ends_at_once_is_an_error_with_its_words(real: Desk) -> None:
    found = real.call("ensure_running", name="bad")

    assert found.failed
    assert "exit code 3" in found.text
    assert found.data["last_lines"] == ["no"]


def test_what_cannot_be_started_is_told(real: Desk) -> None:
    found = real.call("scripts_run", name="wep")

    assert found.failed
    assert "did you mean web?" in found.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(("tool", "arguments"), WAITS)
def test_what_nobody_waits_for_any_more_is_not_looked_for(
    instance: FakeInstance,
    desk: Desk,
    mode: str,
    tool: str,
    arguments: dict[str, object],
) -> None:
    instance.add_process("web", ready=False)

    async def run(agent: Agent) -> None:
        call = asyncio.ensure_future(agent.ask(tool, **arguments))
        await turns()
        assert not call.done()
        call.cancel()
        await asyncio.wait({call})
        # Without a change that wakes it, long before it gives up by itself.
        await asyncio.wait_for(desk.catalogue.idle.wait(), 10)

    desk.work(run, mode=mode)


def test_a_search_that_is_called_off_is_not_gone_on_with(
    instance: FakeInstance, desk: Desk
) -> None:
    searching: Future[object] = Future()
    instance.answers["logs.search"] = searching

    async def run(agent: Agent) -> None:
        call = asyncio.ensure_future(agent.ask("logs_search", query="x"))
        await turns()
        call.cancel()
        await asyncio.wait({call})
        await turns()

    desk.work(run)

    assert searching.cancelled()


async def turns() -> None:
    """Let everything that can go on do so."""
    for _ in range(60):
        await asyncio.sleep(0)
