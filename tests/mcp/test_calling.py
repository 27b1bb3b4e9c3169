"""Calls as clients write them, and what tools answer."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Literal

import mcp_types as wire
import pytest
from mcp.client.client import Client
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim
from mcp.shared.exceptions import MCPError
from pydantic import Field
from typing_extensions import override

from brummer.errors import BrummerError, PluginError
from brummer.mcp import schema
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.task import EXTENSION
from brummer.mcp.tools.adapt import renamed
from brummer.model.tool import Call, LongRun, Question, Tool, failure
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
    (found,) = all_called(workers, run, [arguments or {}], mode)
    return found


def all_called(
    workers: ThreadPoolExecutor,
    run: Callable[..., object],
    arguments: Iterable[Mapping[str, object]],
    mode: str = "auto",
) -> list[Told]:
    """Call it several times, one after the other."""

    async def call() -> list[Told]:
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
            found = [
                told(await client.call_tool("light", dict(given)))
                for given in arguments
            ]
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
            with pytest.raises(MCPError, match="no tool 'nothing'; tools/list has"):
                await client.call_tool("nothing", {})
        engine.close()

    asyncio.run(call())


class Begun(wire.Result):
    """What is answered when a call becomes a task."""

    result_type: Literal["task"]
    task_id: str


class Detail(wire.Result):
    """How far a task is, as far as that was asked."""

    status: str = "working"
    input_requests: dict[str, Any] = Field(default_factory=dict)
    result: dict[str, Any] = Field(default_factory=dict)


class TaskRequest(wire.Request[dict[str, Any], str]):
    """A question about a task, or a word to it."""

    method: str
    params: dict[str, Any]
    name_param: ClassVar[str | None] = "taskId"


class WithTasks(ClientExtension):
    """Sees tasks to their ends, and agrees to whatever they ask."""

    identifier = EXTENSION

    def __init__(self, begun: Callable[[], object]) -> None:
        self._begun = begun

    @override
    def claims(self) -> list[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=Begun, resolve=self._resolve)]

    async def _resolve(self, begun: Begun, about: ClaimContext) -> wire.CallToolResult:
        self._begun()
        told = Detail()
        while told.status in {"working", "input_required"}:
            replies = {
                key: {"action": "accept", "content": {"sure": True}}
                for key in told.input_requests
            }
            if replies:
                await self._ask(about, begun, "tasks/update", inputResponses=replies)
            told = await self._ask(about, begun, "tasks/get")
        assert told.status == "completed", told
        return wire.CallToolResult.model_validate(told.result)

    async def _ask(
        self, about: ClaimContext, begun: Begun, method: str, **more: object
    ) -> Detail:
        request = TaskRequest(method=method, params={"taskId": begun.task_id, **more})
        return await about.session.send_request(request, Detail)


def test_a_task_that_asks_late_is_answered_all_the_same(
    workers: ThreadPoolExecutor,
) -> None:
    async def call() -> Told:
        is_task = asyncio.Event()

        async def run(call: Call) -> str:
            await is_task.wait()
            form = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
            question = Question(
                parameters={"message": "Sure?", "requestedSchema": form}
            )
            replies = await asyncio.wrap_future(call.ask({"sure": question}))
            return str(replies["sure"]["action"])

        tool = Tool(
            name="burn",
            title="Burn",
            description="Burns.",
            run=run,
            long_run=LongRun.OPTIONAL,
            asks_first=True,
        )
        catalogue = Catalogue()
        catalogue.add(tools=[tool])
        engine = Engine(
            catalogue, workers.submit, name="b", version="1", instructions="Try."
        )
        with_tasks = WithTasks(is_task.set)
        async with Client(
            engine.server, elicitation_callback=declined, extensions=[with_tasks]
        ) as client:
            found = told(await client.call_tool("burn", {}))
        engine.close()
        return found

    assert asyncio.run(call()).text == "accept"


async def declined(context: Any, params: Any) -> wire.ElicitResult:
    """Say no: it is the task that is to be answered, not the call."""
    del context, params
    return wire.ElicitResult(action="decline")


def test_arguments_that_were_in_order_say_nothing_of_others(
    workers: ThreadPoolExecutor,
) -> None:
    given: list[dict[str, object]] = [
        {"limit": 1},
        {"limit": 1},
        {"limit": True},
        {"limit": 1},
        {"limit": -1},
        {},
        {"limit": 1, "what": 1},
    ]

    found = all_called(workers, seen, given)

    assert [one.failed for one in found] == [
        False,
        False,
        True,
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("script_run", "there is no tool 'script_run'; did you mean scripts_run?"),
        ("scripts-list", "there is no tool 'scripts-list'; did you mean scripts_list?"),
        (
            "x" * 5_000,
            f"there is no tool '{'x' * 80}'...; tools/list has those that are",
        ),
        ("queue_sned", "the tool 'queue_sned' is not offered: it has a bad name"),
    ],
)
def test_of_a_tool_that_is_none_it_is_said_what_may_be_meant(
    workers: ThreadPoolExecutor, name: str, text: str
) -> None:
    async def call() -> None:
        catalogue = Catalogue()
        catalogue.withheld["queue_sned"] = "it has a bad name"
        catalogue.add(tools=[plain("scripts_run"), plain("scripts_list")])
        engine = Engine(
            catalogue, workers.submit, name="b", version="1", instructions="Try."
        )
        async with Client(engine.server) as client:
            with pytest.raises(MCPError) as told:
                await client.call_tool(name, {})

            assert (told.value.code, str(told.value)) == (wire.INVALID_PARAMS, text)
        engine.close()

    asyncio.run(call())


def plain(name: str) -> Tool:
    return Tool(name=name, title="T", description="Does it.", run=lambda _: "done")
