"""What is said to do next, where not all tools are offered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from brummer.mcp.offering import GROUPS, Choice
from brummer.mcp.tools.about import instructions
from brummer.mcp.wording import ALL, Wording
from brummer.model.tool import Tool, answer
from tests.mcp.tools.conftest import Agent, Desk
from tests.support.instance import FakeInstance

#: Arguments with which a prompt can be made.
ARGUMENTS: Final[Mapping[str, dict[str, str]]] = {
    "debug_error": {"error_message": "it is broken"},
    "script_configuration": {"task_type": "dev"},
}

#: Every way of leaving tools out.
CHOICES: Final[Mapping[str, Choice]] = {
    "none": Choice(GROUPS | {"queue-more"}),
    "what changes something": Choice(GROUPS | {"queue-more"}, read_only=True),
    "what is about messages": Choice({"core"}),
    "all but messages": Choice({"queue"}),
}


def wording(*offered: str, every: set[str]) -> Wording:
    tools = {name: tool(name) for name in offered}
    return Wording(tools, every)


def tool(name: str) -> Tool:
    return Tool(name=name, title="", description="", run=lambda _: answer(""))


def test_the_first_way_is_taken_that_names_nothing_missing() -> None:
    words = wording("look_on", every={"look_on", "push_it"})

    assert words.fit("call push_it", "call look_on", "wait") == "call look_on"
    assert words.fit("call other_thing") == "call other_thing"
    assert words.fit("call push_it") == ""
    assert ALL.fit("call push_it") == "call push_it"


def test_a_longer_name_is_another_one() -> None:
    words = wording(every={"push_it"})

    assert words.fit("see push_it_on and dont_push_it") != ""


def test_steps_are_numbered_without_those_that_are_left_out() -> None:
    words = wording("look_on", every={"look_on", "push_it"})

    steps = words.steps(("Look.", "push_it", ("push_it", "Wait."), "End."))

    assert steps == "1. Look.\n2. Wait.\n3. End."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    instance = FakeInstance(folder=tmp_path)
    instance.add_script("dev")
    instance.answers["logs.search"] = {"hits": []}
    desk = Desk(instance)
    yield desk
    desk.workers.shutdown()


async def told(agent: Agent) -> list[str]:
    """Return what an agent is told of what it may do."""
    client = agent.client
    found = []
    for prompt in (await client.list_prompts()).prompts:
        made = await client.get_prompt(prompt.name, ARGUMENTS.get(prompt.name, {}))
        found += [prompt.model_dump_json(), made.model_dump_json()]
    found += [tool.model_dump_json() for tool in (await client.list_tools()).tools]
    for name, arguments in _ASKED:
        if name in agent.desk.catalogue.offer.tools:
            found.append((await agent.ask(name, **arguments)).text)
    return found


#: Tools, and arguments with which they say what to do next.
_ASKED: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("about", {}),
    ("scripts_list", {}),
    ("scripts_status", {"name": "dev"}),
    ("logs_stream", {"process": "dev"}),
    ("scripts_status", {"name": "none"}),
)


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_only_tools_that_are_offered_are_named(desk: Desk, choice: Choice) -> None:
    every = desk.tools(CHOICES["none"]).keys()
    offered = desk.tools(choice).keys()

    texts = desk.work(told, choice)
    texts.append(instructions(wording(*offered, every=set(every))))

    named = set(re.findall(r"[a-z]+(?:_[a-z]+)+", "\n".join(texts)))
    assert named & every <= offered


def test_all_are_named_somewhere_where_all_are_offered(desk: Desk) -> None:
    texts = "\n".join(desk.work(told))

    assert {"ensure_running", "scripts_run", "send_input"} <= set(texts.split())


def test_who_may_only_look_is_told_so() -> None:
    words = wording("scripts_status", "errors_list", every={"ensure_running"})

    assert "You may look, and change nothing" in instructions(words)
    assert "ensure_running" in instructions()


def test_what_has_not_run_is_started_by_people_where_an_agent_cannot(
    desk: Desk,
) -> None:
    async def ask(agent: Agent) -> str:
        return (await agent.ask("scripts_status", name="dev")).text

    assert desk.work(ask).endswith("scripts_run or ensure_running name=dev starts it")
    assert desk.work(ask, Choice(read_only=True)).endswith("people start it, not you")
