"""Tests of what plugins offer to agents."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from brummer.core.threads import Role, on
from brummer.errors import BrummerError, PluginError
from brummer.model.offer import Argument, Chosen, Offers, Recipe, Source
from brummer.model.tool import Call, Question, Resource, Text, Tool, Unanswered, answer
from brummer.plugin.handle import FAILURES, SLOW, Surroundings
from brummer.plugin.host import PluginHost
from brummer.plugin.offer import DESCRIPTION, offers
from brummer.plugin.worker import AGENT_CALLS
from brummer.testing import FakeCall
from tests.support.plugin import Failures, HandClock, host_of, plugin
from tests.support.wait import LIMIT, wait_until

TOOL = Tool(name="light", title="Light", description="Lights.", run=str)


def read(uri: str) -> Resource:
    return Resource(uri=uri, mime_type="text/plain", content="red")


SOURCE = Source(
    uri="lantern://colour", name="colour", title="C", description="", read=read
)
RECIPE = Recipe(name="advice", title="Advice", description="", make=list)


def offered(
    *tools: object, around: Surroundings | None = None
) -> tuple[PluginHost, Offers]:
    host = host_of({"lantern": plugin(brummer_mcp_tools=lambda: tools)}, around)
    return host, offers(host)


def run(tool: Tool, call: Call | None = None, **arguments: object) -> Any:
    answering: Any = tool.run(call or FakeCall(), **arguments)
    return asyncio.run(answering)


# What is answered.


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"name": "Light"}, "named 'Light'"),
        ({"name": "light.on"}, "named 'light.on'"),
        ({"name": "x" * 49}, "named 'xxx"),
        ({"description": ""}, "0 characters"),
        ({"description": "x" * (DESCRIPTION + 1)}, "301 characters, not 1 to 300"),
        ({"parameters": {"type": "array"}}, "parameters are no schema of an object"),
        ({"result": {}}, "result are no schema of an object"),
        ({"parameters": {"type": "object", "x": {1}}}, "JSON cannot carry"),
        ({"parameters": {"type": "object", (1,): 2}}, "not a table of object"),
        ({"title": 5}, "title is 5"),
        ({"run": "light"}, "run is 'light'"),
    ],
)
def test_a_tool_that_cannot_be_offered_is_refused(
    wrong: Mapping[str, Any], problem: str
) -> None:
    host, found = offered(replace(TOOL, **wrong))

    assert found.tools == ()
    assert problem in host.report()[0].error


@pytest.mark.parametrize("uri", ["colour", "", "lantern://\x1b"])
def test_a_resource_needs_an_address(uri: str) -> None:
    source = replace(SOURCE, uri=uri)
    host = host_of({"lantern": plugin(brummer_mcp_resources=lambda: [source])})

    assert offers(host).sources == ()
    assert "not one like 'lantern://colour'" in host.report()[0].error


def test_a_prompt_needs_a_name_and_arguments_that_are_some() -> None:
    arguments: Any = (Argument(name="x", description=""), "y")
    recipes = [replace(RECIPE, name="a b"), replace(RECIPE, arguments=arguments)]

    for wrong in recipes:
        answered = iter([[wrong]])
        lantern = plugin(brummer_mcp_prompts=lambda it=answered: next(it))
        host = host_of({"lantern": lantern})

        assert offers(host).recipes == ()
        assert host.report()[0].error


def test_of_two_of_one_name_the_first_counts_and_the_other_is_told() -> None:
    failures = Failures()
    first, second = replace(TOOL, title="first"), replace(TOOL, title="second")
    host = host_of(
        {
            "b": plugin(brummer_mcp_tools=lambda: [second]),
            "a": plugin(brummer_mcp_tools=lambda: [first]),
        },
        Surroundings(report_failure=failures),
    )

    found = offers(host)

    assert [tool.title for tool in found.tools] == ["first"]
    assert failures.seen == [("b", "", "the name 'light' is taken")]


# How it is called.


def test_a_tool_runs_on_a_thread_of_the_plugin() -> None:
    def light(call: Call, colour: str) -> object:
        call.progress(1)
        return answer(colour, on(Role.PLUGIN))

    call = FakeCall()
    _, found = offered(replace(TOOL, run=light))

    assert run(found.tools[0], call, colour="red") == answer("red", data=True)
    assert call.steps == [(1, None, "")]


def test_an_async_tool_may_even_block() -> None:
    entered, go_on = threading.Event(), threading.Event()

    async def light(_: Call) -> str:
        entered.set()
        await asyncio.sleep(0)
        go_on.wait(LIMIT)
        return "lit"

    async def both(run: Callable[..., Any]) -> object:
        task = asyncio.ensure_future(run(FakeCall()))
        await asyncio.to_thread(entered.wait, LIMIT)
        # While it blocks, this loop goes on.
        go_on.set()
        return await task

    _, found = offered(replace(TOOL, run=light))

    assert asyncio.run(both(found.tools[0].run)) == "lit"


def test_an_async_tool_ends_when_nobody_waits_and_that_is_no_failure() -> None:
    entered = threading.Event()
    ended: list[BaseException] = []

    async def light(_: Call) -> None:
        entered.set()
        try:
            await asyncio.sleep(LIMIT)
        except asyncio.CancelledError as error:
            ended.append(error)
            raise

    host, found = offered(replace(TOOL, run=light))
    call = FakeCall()

    def cancel() -> None:
        entered.wait(LIMIT)
        call.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()

    with pytest.raises(BrummerError, match="nobody waits"):
        run(found.tools[0], call)

    canceller.join()
    assert ended
    assert host.report()[0].failures == 0


@pytest.mark.parametrize(("gone", "failures"), [(True, 0), (False, 1)])
def test_a_question_that_is_cancelled_with_its_call_is_no_failure(
    *, gone: bool, failures: int
) -> None:
    host, found = offered(replace(TOOL, run=raising(CancelledError())))
    call = FakeCall()
    if gone:
        call.cancel()

    with pytest.raises(BrummerError, match="nobody waits" if gone else "Cancelled"):
        run(found.tools[0], call)

    assert host.report()[0].failures == failures


def test_a_tool_that_cancels_itself_has_failed() -> None:
    async def light(_: Call) -> None:
        raise asyncio.CancelledError

    host, found = offered(replace(TOOL, run=light))

    with pytest.raises(PluginError, match="CancelledError"):
        run(found.tools[0])

    assert host.report()[0].failures == 1


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def light(_: Call) -> NoReturn:
        raise error

    return light


@pytest.mark.parametrize("error", [ValueError("no oil"), SystemExit(3)])
def test_a_tool_that_fails_is_counted_and_at_last_switched_off(
    error: BaseException,
) -> None:
    host, found = offered(replace(TOOL, run=raising(error)))

    for _ in range(FAILURES):
        with pytest.raises(PluginError, match="agent tool light raised"):
            run(found.tools[0])

    with pytest.raises(PluginError, match="switched off"):
        run(found.tools[0])
    assert host.report()[0].hooks_off == ("agent tool light",)


def test_a_sentence_for_the_agent_is_passed_on_and_not_counted() -> None:
    host, found = offered(replace(TOOL, run=raising(BrummerError("no oil"))))

    with pytest.raises(BrummerError, match=r"^no oil$"):
        run(found.tools[0])

    assert host.report()[0].failures == 0


def test_a_question_that_begins_the_call_again_is_no_failure() -> None:
    questions = {"name": Question()}
    host, found = offered(replace(TOOL, run=raising(Unanswered(questions))))

    with pytest.raises(Unanswered) as raised:
        run(found.tools[0])

    assert raised.value.questions == questions
    assert host.report()[0].failures == 0


@contextmanager
def hanging(count: int) -> Iterator[tuple[PluginHost, Tool, HandClock]]:
    """Run a plugin of which so many calls hang, until the block is left."""
    go_on, clock = threading.Event(), HandClock()
    entered: list[None] = []

    def light(_: Call) -> str:
        entered.append(None)
        go_on.wait(LIMIT)
        return "lit"

    host, found = offered(
        replace(TOOL, run=light), TOOL_TWO, around=Surroundings(clock=clock)
    )
    callers = [
        threading.Thread(target=run, args=(found.tools[0],)) for _ in range(count)
    ]
    try:
        for caller in callers:
            caller.start()
        wait_until(lambda: len(entered) == count)
        yield host, found.tools[1], clock
    finally:
        go_on.set()
        for caller in callers:
            caller.join(LIMIT)


TOOL_TWO = replace(TOOL, name="other", run=lambda _: "done")


def test_a_call_that_hangs_leaves_others_alone() -> None:
    with hanging(AGENT_CALLS - 1) as (host, tool, clock):
        clock.time += SLOW + 1

        assert run(tool) == "done"
        assert host.commands() == ()


def test_where_too_many_hang_the_next_is_refused_and_told_why() -> None:
    with hanging(AGENT_CALLS) as (_, tool, clock):
        clock.time += SLOW + 1

        with pytest.raises(PluginError, match="agent tool light: too many have not"):
            run(tool)


# What is read, and prompts.


def test_what_is_not_there_is_an_answer_and_no_failure() -> None:
    def nowhere(uri: str) -> Resource:
        raise KeyError(uri)

    source = replace(SOURCE, read=nowhere)
    host = host_of({"lantern": plugin(brummer_mcp_resources=lambda: [source])})
    (found,) = offers(host).sources
    reading: Any = found.read(found.uri)

    with pytest.raises(LookupError, match="lantern://colour"):
        asyncio.run(reading)

    assert host.report()[0].failures == 0


def test_resources_prompts_and_completions_may_be_async() -> None:
    async def reader(uri: str) -> Resource:
        return read(uri)

    async def complete(begun: str, chosen: Chosen) -> Sequence[str]:
        return [begun + chosen["end"]]

    async def make(_: Call, colour: str) -> list[Text]:
        return [Text(text=colour)]

    source = replace(SOURCE, read=reader, completers={"colour": complete})
    argument = Argument(name="colour", description="", complete=complete)
    recipe = replace(RECIPE, make=make, arguments=(argument,))
    host = host_of(
        {
            "lantern": plugin(
                brummer_mcp_resources=lambda: [source],
                brummer_mcp_prompts=lambda: [recipe],
            )
        }
    )

    (found,), (prompt,) = offers(host)[1:]
    completers = (
        (found.completers or {})["colour"],
        prompt.arguments[0].complete or complete,
    )

    async def all_of_it() -> list[object]:
        values: list[Any] = [found.read(found.uri), prompt.make(None, colour="red")]
        values += [completer("re", {"end": "d"}) for completer in completers]
        return [await value for value in values]

    assert asyncio.run(all_of_it()) == [
        read("lantern://colour"),
        [Text(text="red")],
        ["red"],
        ["red"],
    ]
