"""Calls as clients write them, and what tools answer."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from brummer.errors import BrummerError, PluginError
from brummer.mcp import schema
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.tools.adapt import renamed
from brummer.model.tool import Call, Tool, failure
from tests.mcp.tools.conftest import Told, told

PARAMETERS = schema.arguments(
    process=schema.text("which", ""), limit=schema.whole("how many", 3)
)


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def called(
    workers: ThreadPoolExecutor,
    run: Callable[..., object],
    arguments: Mapping[str, object] | None = None,
    mode: str = "auto",
) -> Told:
    """Call a tool that does *run*."""

    async def call() -> Told:
        catalogue = Catalogue()
        tool = Tool(
            name="light",
            title="Light",
            description="Lights.",
            run=run,
            parameters=PARAMETERS,
            adapt=renamed(processId="process"),
        )
        catalogue.add(tools=[tool])
        engine = Engine(
            catalogue, workers.submit, name="b", version="1", instructions="Try."
        )
        async with Client(engine.server, mode=mode) as client:
            found = told(await client.call_tool("light", dict(arguments or {})))
        engine.close()
        return found

    return asyncio.run(call())


def seen(_: Call, process: str, limit: int) -> object:
    return {"process": process, "limit": limit}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, {"process": "", "limit": 3}),
        ({"process": "web", "limit": 5}, {"process": "web", "limit": 5}),
        ({"processId": "web", "limit": "5"}, {"process": "web", "limit": 5}),
    ],
)
def test_arguments_are_understood_as_they_are_meant(
    workers: ThreadPoolExecutor, given: Any, meant: Any, mode: str
) -> None:
    assert called(workers, seen, given, mode).data == meant


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"limit": -1}, "limit: -1 is less than the minimum of 0"),
        ({"limit": "many"}, "limit: 'many' is not of type 'integer'"),
        ({"what": 1}, "unknown argument 'what'; there are: process, limit"),
        ({"process": "a", "processId": "b"}, "unknown argument 'processId'"),
    ],
)
def test_what_is_wrong_with_them_is_an_answer(
    workers: ThreadPoolExecutor, given: Any, problem: str
) -> None:
    found = called(workers, seen, given)

    assert found.failed
    assert found.text.startswith("light was not called:\n")
    assert problem in found.text


def raises(error: Exception) -> Callable[..., object]:
    def run(_: Call, **__: object) -> object:
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (raises(BrummerError("no oil; fill it up")), "no oil; fill it up"),
        (raises(ZeroDivisionError("by 0")), "light failed: ZeroDivisionError: by 0"),
        (raises(PluginError("lantern", "hangs")), "light failed: "),
        (lambda _, **__: failure("not now"), "not now"),
        (lambda _, **__: {"a": object()}, "it answered what cannot be sent"),
    ],
)
def test_what_goes_wrong_is_an_answer_that_says_what(
    workers: ThreadPoolExecutor, run: Callable[..., object], text: str
) -> None:
    found = called(workers, run)

    assert found.failed
    assert text in found.text


def test_texts_and_tables_are_answers_as_well(workers: ThreadPoolExecutor) -> None:
    assert called(workers, lambda _, **__: "red").text == "red"
    assert called(workers, lambda _, **__: [1, 2]).text == "[1,2]"
    assert called(workers, lambda _, **__: {"a": float("nan")}).text == '{"a":null}'


def test_a_tool_that_is_none_is_no_call(workers: ThreadPoolExecutor) -> None:
    async def call() -> None:
        engine = Engine(
            Catalogue(), workers.submit, name="b", version="1", instructions="Try."
        )
        async with Client(engine.server) as client:
            with pytest.raises(MCPError, match="there is no tool 'nothing'"):
                await client.call_tool("nothing", {})
        engine.close()

    asyncio.run(call())
