"""Resources, prompts and completions as the official client gets them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import mcp_types as wire
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from brummer.mcp.resources.finding import address
from brummer.mcp.resources.size import MOST
from brummer.mcp.tools.finding import row_id
from brummer.model.process import ProcessId
from tests.mcp.room import ERAS, tell
from tests.support.finding import error
from tests.support.instance import FakeInstance

WEB: Final = ProcessId("web-1")
FOUND: Final = error(WEB, "TypeError: no id", line=1)

eras = pytest.mark.parametrize("era", ERAS)


@pytest.fixture
def instance() -> FakeInstance:
    made = FakeInstance()
    made.add_script("web", "vite")
    made.add_process("web")
    made.print(WEB, "listening", "TypeError: no id")
    made.report(FOUND)
    made.answers["logs.search"] = {"hits": []}
    return made


@eras
def test_resources_of_their_own_are_listed_apart_from_those_of_a_form(
    instance: FakeInstance, era: str
) -> None:
    async def story(client: Client) -> None:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates

        assert [str(resource.uri) for resource in resources] == [
            "logs://errors",
            "logs://recent",
            "processes://active",
            "scripts://available",
        ]
        assert [template.uri_template for template in templates] == [
            "errors://{id}",
            "logs://{process}{?from,to}",
            "processes://{id}",
        ]
        offered = [(one.name, one.title, one.description) for one in resources]
        offered += [(one.name, one.title, one.description) for one in templates]
        for name, title, description in offered:
            assert title
            assert len(description or "") <= 300
            assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name)

    tell(instance, story, era)


@eras
@pytest.mark.parametrize(
    "uri",
    [
        "logs://recent",
        "logs://errors",
        "processes://active",
        "scripts://available",
        "processes://web-1",
        "processes://web",
        "logs://web-1",
        "logs://all?from=0&to=1",
        address(FOUND),
    ],
)
def test_everything_that_has_an_address_can_be_read(
    instance: FakeInstance, era: str, uri: str
) -> None:
    async def story(client: Client) -> None:
        (contents,) = (await client.read_resource(uri)).contents

        assert isinstance(contents, wire.TextResourceContents)
        assert contents.uri == uri
        assert len(contents.text) <= MOST
        if contents.mime_type == "application/json":
            assert json.loads(contents.text)
        else:
            assert "web-1| listening" in contents.text

    tell(instance, story, era)


@eras
@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("processes://wep", "did you mean web"),
        ("errors://0", "errors_list"),
        ("logs://web-1?from=x", "is the number of a line"),
        ("logs://web-1?form=1", "there is no resource"),
        ("nothing://at/all", "there is no resource nothing://at/all"),
    ],
)
def test_where_there_is_nothing_it_says_what_there_is(
    instance: FakeInstance, era: str, uri: str, why: str
) -> None:
    async def story(client: Client) -> None:
        with pytest.raises(MCPError, match=why) as told:
            await client.read_resource(uri)

        assert told.value.error.code == wire.INVALID_PARAMS
        assert told.value.error.data == {"uri": uri}

    tell(instance, story, era)


@eras
def test_an_address_that_is_too_long_is_none(instance: FakeInstance, era: str) -> None:
    async def story(client: Client) -> None:
        with pytest.raises(MCPError, match="there is no resource logs://xxx") as told:
            await client.read_resource(f"logs://{'x' * 100_000}")

        assert len(str(told.value.error)) < 5_000

    tell(instance, story, era)


@eras
def test_prompts_are_listed_with_their_arguments(
    instance: FakeInstance, era: str
) -> None:
    async def story(client: Client) -> None:
        prompts = (await client.list_prompts()).prompts

        needed = {
            prompt.name: [a.name for a in prompt.arguments or () if a.required]
            for prompt in prompts
        }
        assert needed == {
            "api_troubleshooting": [],
            "debug_error": ["error_message"],
            "performance_analysis": [],
            "script_configuration": ["task_type"],
        }

    tell(instance, story, era)


PROMPTS: Final[Sequence[tuple[str, dict[str, str]]]] = (
    ("debug_error", {"error_message": "TypeError: no id"}),
    ("script_configuration", {"task_type": "test"}),
    ("performance_analysis", {}),
    ("api_troubleshooting", {"endpoint": "/users"}),
)


@eras
@pytest.mark.parametrize(("name", "arguments"), PROMPTS)
def test_prompts_are_what_a_user_says(
    instance: FakeInstance, era: str, name: str, arguments: dict[str, str]
) -> None:
    async def story(client: Client) -> None:
        messages = (await client.get_prompt(name, arguments)).messages

        assert {message.role for message in messages} == {"user"}
        assert isinstance(messages[0].content, wire.TextContent)
        assert str(instance.folder) in messages[0].content.text

    tell(instance, story, era)


@eras
@pytest.mark.parametrize(("name", "arguments"), PROMPTS)
def test_prompts_name_tools_that_there_are(
    instance: FakeInstance, era: str, name: str, arguments: dict[str, str]
) -> None:
    async def story(client: Client) -> None:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        first = (await client.get_prompt(name, arguments)).messages[0].content

        assert isinstance(first, wire.TextContent)
        named = set(re.findall(r"\b[a-z]+_[a-z]+\b", first.text))
        assert named - {"wait_s", "depends_on"} <= tools
        assert named

    tell(instance, story, era)


@eras
@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("debug_error", {}, "debug_error needs error_message"),
        (
            "debug_error",
            {"error_message": "x" * 20_001},
            "error_message has 20,001 characters, 20,000 at most",
        ),
        ("debug_error", {"error_message": " "}, "error_message is empty"),
        ("script_configuration", {"framework": "vite"}, "needs task_type"),
        ("performance_analysis", {"metric_type": "network"}, "is not measured"),
        ("performance_analysis", {"session_id": "1"}, "no argument session_id"),
        ("nothing", {}, "there is no prompt 'nothing'"),
    ],
)
def test_prompts_refuse_what_they_cannot_do(
    instance: FakeInstance, era: str, name: str, arguments: dict[str, str], why: str
) -> None:
    async def story(client: Client) -> None:
        with pytest.raises(MCPError, match=why) as told:
            await client.get_prompt(name, arguments)

        assert told.value.error.code == wire.INVALID_PARAMS

    tell(instance, story, era)


async def completed(
    client: Client, ref: Any, name: str, begun: str, **chosen: str
) -> Sequence[str]:
    argument = {"name": name, "value": begun}
    return (await client.complete(ref, argument, chosen)).completion.values


def template(uri: str) -> wire.ResourceTemplateReference:
    return wire.ResourceTemplateReference(uri=uri)


def prompt(name: str) -> wire.PromptReference:
    return wire.PromptReference(name=name)


@eras
@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ((template("logs://{process}{?from,to}"), "process", "w"), ["web-1"]),
        ((template("logs://{process}{?from,to}"), "from", ""), ["1"]),
        ((template("logs://{process}{?from,to}"), "to", ""), ["2"]),
        ((template("processes://{id}"), "id", ""), ["web-1"]),
        ((template("errors://{id}"), "id", "typeerror"), [row_id(FOUND)]),
        ((prompt("debug_error"), "error_message", "T"), ["TypeError: no id"]),
        ((prompt("debug_error"), "context", ""), []),
        ((prompt("script_configuration"), "task_type", "we"), ["web"]),
        ((prompt("script_configuration"), "framework", "dj"), ["django"]),
        ((prompt("performance_analysis"), "metric_type", "c"), ["cpu"]),
        ((prompt("performance_analysis"), "process", ""), ["web-1"]),
        ((prompt("api_troubleshooting"), "status_code", "503"), ["503"]),
    ],
)
def test_arguments_and_variables_are_completed(
    instance: FakeInstance, era: str, asked: tuple[Any, str, str], values: list[str]
) -> None:
    async def story(client: Client) -> None:
        assert await completed(client, *asked) == values

    tell(instance, story, era)


@eras
def test_nothing_that_a_process_prints_is_hidden_in_what_is_read(
    instance: FakeInstance, era: str
) -> None:
    hidden = "TypeError: no \u202eid\U000e0049"
    found = error(WEB, hidden, line=2)
    instance.print(WEB, hidden)
    instance.report(found)

    async def story(client: Client) -> None:
        texts = [
            (await client.read_resource(uri)).model_dump_json()
            for uri in (address(found), "logs://errors", "logs://recent", "logs://web")
        ]
        arguments = {"error_message": hidden}
        made = await client.get_prompt("debug_error", arguments)
        texts.append(made.model_dump_json())

        for text in texts:
            assert "no \ufffdid\ufffd" in text
            assert "\u202e" not in text
            assert "\U000e0049" not in text

    tell(instance, story, era)


@eras
def test_a_project_in_a_folder_whose_name_is_no_text_has_prompts(
    tmp_path: Path, era: str
) -> None:
    odd = FakeInstance(folder=tmp_path / "sh\udcffp")
    odd.add_script("de\ud800v", "vite \ud800")
    odd.answers["logs.search"] = {"hits": []}

    async def story(client: Client) -> None:
        for name, arguments in (
            ("debug_error", {"error_message": "gone"}),
            ("script_configuration", {"task_type": "de"}),
            ("performance_analysis", {}),
            ("api_troubleshooting", {}),
        ):
            made = await client.get_prompt(name, arguments)
            assert "sh?p" in made.messages[0].model_dump_json()
        await client.read_resource("scripts://available")

    tell(odd, story, era)


@eras
def test_what_was_chosen_before_is_heeded(instance: FakeInstance, era: str) -> None:
    lines = template("logs://{process}{?from,to}")

    async def story(client: Client) -> None:
        assert await completed(client, lines, "from", "", process="web") == ["1"]
        assert await completed(client, lines, "from", "", process="all") == []

    tell(instance, story, era)


@eras
def test_a_hundred_values_are_offered_and_the_others_counted(
    instance: FakeInstance, era: str
) -> None:
    for _ in range(150):
        instance.add_process("api")

    async def story(client: Client) -> None:
        argument = {"name": "id", "value": "api"}
        found = (
            await client.complete(template("processes://{id}"), argument)
        ).completion

        assert found.values[0] == "api-151"
        assert (len(found.values), found.total, found.has_more) == (100, 150, True)

    tell(instance, story, era)


MANUAL: Final = (Path(__file__).parents[2] / "man" / "brum-mcp.7").read_text("utf-8")


def shown(part: str) -> list[str]:
    """Return what the manual lists in one of its parts."""
    _, _, rest = MANUAL.partition(f'.\\" {part} BEGIN\n')
    text, end, _ = rest.partition(f'.\\" {part} END\n')
    assert end
    return re.findall(r"^\.It Ic (.+)$", text, re.MULTILINE)


def test_the_manual_shows_every_resource_and_no_other(instance: FakeInstance) -> None:
    async def story(client: Client) -> None:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates

        uris = [resource.uri for resource in resources]
        assert sorted(shown("RESOURCES")) == sorted(
            [*uris, *(template.uri_template for template in templates)]
        )

    tell(instance, story, ERAS[1])


def test_the_manual_shows_every_prompt_with_its_arguments(
    instance: FakeInstance,
) -> None:
    async def story(client: Client) -> None:
        prompts = (await client.list_prompts()).prompts

        lines = [
            " ".join([p.name, *(_argument(a) for a in p.arguments or ())])
            for p in prompts
        ]
        assert sorted(shown("PROMPTS")) == sorted(lines)

    tell(instance, story, ERAS[1])


def _argument(argument: wire.PromptArgument) -> str:
    """Return how the manual writes an argument."""
    return f"Ar {argument.name}" if argument.required else f"Oo Ar {argument.name} Oc"
