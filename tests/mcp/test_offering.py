"""What agents are told of tools, and how much of their context that takes."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from brummer.mcp.arguments import check_schema
from brummer.mcp.offering import GROUPS, Choice
from brummer.mcp.tools.about import instructions
from brummer.mcp.wire import tool as told
from brummer.model.tool import READS, Tool
from tests.mcp.tools.conftest import Agent, Desk
from tests.support.instance import FakeInstance

#: Every way in which tools can be listed.
CHOICES: Mapping[str, Choice] = {
    "as they come": Choice(),
    "all groups": Choice(GROUPS | {"queue-more"}),
    "core": Choice({"core"}),
    "queue": Choice({"queue"}),
    "more of the queue": Choice({"queue-more"}),
    "read only": Choice(read_only=True),
    "in few words": Choice(compact=True),
}

#: Tools that wait for processes to do something.
ACTS = {"scripts_run", "scripts_stop", "send_input", "ensure_running"}

#: What some clients cannot read in a schema.
UNPORTABLE = re.compile(r"[$]ref|anyOf|oneOf|allOf|[$]defs|patternProperties|const")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(FakeInstance(folder=tmp_path))
    yield desk
    desk.workers.shutdown()


def listed(tools: Mapping[str, Tool]) -> list[dict[str, Any]]:
    """Return the list that a client gets."""
    return [
        told(tool).model_dump(by_alias=True, mode="json", exclude_none=True)
        for tool in tools.values()
    ]


def tokens(tools: Mapping[str, Tool]) -> int:
    return len(json.dumps(listed(tools), separators=(",", ":")).encode()) // 4


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_a_list_of_tools_can_be_read_everywhere(desk: Desk, choice: Choice) -> None:
    tools = desk.tools(choice)

    assert tools
    for shown in listed(tools):
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", shown["name"])
        assert 10 <= len(shown["description"]) <= 300
        assert shown["title"]
        hints = shown["annotations"]
        assert {f"{hint}Hint" for hint in HINTS} <= hints.keys()
        assert not UNPORTABLE.search(json.dumps(shown))
        check_schema(shown["inputSchema"])
        for about in shown["inputSchema"]["properties"].values():
            assert about["type"] in KINDS


HINTS = ("readOnly", "destructive", "idempotent", "openWorld")
KINDS = {"string", "integer", "number", "boolean", "array", "object"}


@pytest.mark.parametrize(
    ("choice", "name", "reason"),
    [
        ("read only", "ensure_running", "the server is read-only (read_only in [mcp])"),
        (
            "as they come",
            "queue_stats",
            "groups in [mcp] does not name its group, queue-more",
        ),
    ],
)
def test_who_calls_what_is_left_out_is_told_why(
    desk: Desk, choice: str, name: str, reason: str
) -> None:
    async def work(agent: Agent) -> str:
        with pytest.raises(MCPError) as told:
            await agent.ask(name)
        return str(told.value)

    told = desk.work(work, CHOICES[choice])

    assert told == f"the tool {name!r} is not offered: {reason}"


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_whatever_is_listed_is_not_too_much(desk: Desk, choice: Choice) -> None:
    tools = desk.tools(choice)

    assert tokens(tools) <= 6_000
    assert len(tools) <= 20 or "queue-more" in choice.groups


def test_arguments_say_what_they_are_and_have_defaults_unless_needed(
    desk: Desk,
) -> None:
    for tool in desk.tools(CHOICES["all groups"]).values():
        schema: Any = tool.parameters
        for name, about in schema["properties"].items():
            assert about["description"], f"{tool.name} {name}"
            assert ("default" in about) != (name in schema.get("required", ()))


def test_every_result_is_described(desk: Desk) -> None:
    assert all(tool.result for tool in desk.tools().values())


def test_few_words_are_half_as_many_tokens(desk: Desk) -> None:
    assert tokens(desk.tools(Choice(compact=True))) < tokens(desk.tools()) * 0.6


def test_read_only_nothing_changes_anything_not_even_a_file(desk: Desk) -> None:
    tools = desk.tools(Choice(read_only=True))

    assert {tool.effect for tool in tools.values()} == {READS}
    assert all("output_file" not in str(tool.parameters) for tool in tools.values())
    assert {"logs_stream", "errors_list", "wait_for"} <= tools.keys()


def test_what_can_write_a_file_does_not_say_that_it_only_reads(desk: Desk) -> None:
    for tool in desk.tools().values():
        if "output_file" in str(tool.parameters):
            assert not tool.effect.read_only
            assert not tool.effect.destructive


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_what_may_take_long_is_not_brief(desk: Desk, choice: Choice) -> None:
    for tool in desk.tools(choice).values():
        waits = "wait_s" in str(tool.parameters) or "timeout_s" in str(tool.parameters)
        acts = tool.name in ACTS
        assert tool.brief != (waits or acts), tool.name


def test_instructions_are_short() -> None:
    assert 100 < len(instructions()) <= 600


class TestManual:
    PAGE = (ROOT / "man" / "brum-mcp.7").read_text("utf-8")

    def shown(self) -> dict[str, tuple[list[str], list[str]]]:
        """Return each tool of the manual, with arguments needed and not."""
        page = self.PAGE.partition("TOOLS BEGIN")[2].partition("TOOLS END")[0]
        items = re.findall(r"^\.It Ic (\w+)((?:\\\n|.)*)$", page, re.MULTILINE)
        return {
            name: (
                re.findall(r"\bAr (\w+)", re.sub(r"Oo .*? Oc", "", rest)),
                re.findall(r"Oo Ar (\w+) Oc", rest),
            )
            for name, rest in items
        }

    def test_it_has_every_tool_with_its_arguments(self, desk: Desk) -> None:
        tools = desk.tools(Choice({"core", "queue"}))
        tools = {**tools, **desk.tools(Choice({"queue-more"}))}

        expected = {}
        for tool in tools.values():
            schema: Any = tool.parameters
            needed = schema.get("required", [])
            names = schema["properties"]
            expected[tool.name] = (needed, [n for n in names if n not in needed])

        assert self.shown() == expected

    @pytest.mark.parametrize("group", ["core", "queue", "queue-more"])
    def test_it_says_which_group_a_tool_is_of(self, desk: Desk, group: str) -> None:
        heads = re.split(r"^\.Ss ", self.PAGE, flags=re.MULTILINE)
        shown: set[str] = set()
        for part in heads:
            if re.search(rf"\(group {group}[,)]", part.splitlines()[0]):
                shown |= set(re.findall(r"^\.It Ic (\w+)", part, re.MULTILINE))

        assert shown == desk.tools(Choice({group})).keys()
