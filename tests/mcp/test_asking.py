"""Questions to the person behind an agent, in both eras of the protocol."""

from typing import Any

import pytest
from mcp.client.client import Client
from mcp_types import CallToolResult

from brummer.model.finding import PORT
from brummer.model.process import ProcessId, ProcessStatus
from tests.mcp.room import ERAS, Person, tell
from tests.support.finding import error, url
from tests.support.instance import FakeInstance

eras = pytest.mark.parametrize("era", ERAS)


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


def twins(instance: FakeInstance) -> None:
    """Let two scripts be called test."""
    instance.add_script("test", "jest", source="node")
    instance.add_script("test", "make test", source="make")


def crowded(instance: FakeInstance) -> ProcessId:
    """Let web need the port that api holds; return who that is.

    It announces a URL once it can have it.
    """
    api = instance.add_process("api")
    instance.add_script("web", "vite")
    held = {
        "free": False,
        "process": api.id,
        "text": "port 3000 is held by api-1 here; brumctl stop api-1",
    }
    instance.answers["port.holder"] = held

    def start(**arguments: Any) -> object:
        state = instance.add_process("web")
        if instance.processes()[api.id].is_finished:
            instance.report(url(state.id, "http://localhost:3000/"))
        else:
            taken = error(state.id, "port 3000 is taken", details={PORT: "3000"})
            instance.report(taken)
            instance.change(state.id, status=ProcessStatus.FAILED, exit_code=1)
        return {"process": state.id, "started": True}

    instance.answers["script.ensure"] = start
    return api.id


def started(instance: FakeInstance) -> list[object]:
    return [c.arguments["script"] for c in instance.calls if c.name == "script.ensure"]


def said(result: CallToolResult) -> str:
    return "\n".join(getattr(part, "text", "") for part in result.content)


@eras
@pytest.mark.parametrize("tool", ["scripts_run", "ensure_running"])
def test_a_person_chooses_which_script_is_started(
    instance: FakeInstance, era: str, tool: str
) -> None:
    twins(instance)
    person = Person({"script": "make:test"})

    async def story(client: Client) -> None:
        result = await client.call_tool(tool, {"name": "test", "wait_s": 0})

        assert not result.is_error, said(result)

    tell(instance, story, era, elicitation_callback=person)
    assert started(instance) == ["make:test"]
    (question,) = person.asked
    assert question.requested_schema["properties"]["script"]["enum"] == [
        "node:test",
        "make:test",
    ]


@eras
def test_nothing_is_started_if_the_person_would_rather_not(
    instance: FakeInstance, era: str
) -> None:
    twins(instance)

    async def story(client: Client) -> None:
        result = await client.call_tool("scripts_run", {"name": "test"})

        assert result.is_error
        assert "nothing was started" in said(result)

    tell(instance, story, era, elicitation_callback=Person(None))
    assert started(instance) == []


@eras
def test_a_client_that_cannot_ask_is_told_the_names(
    instance: FakeInstance, era: str
) -> None:
    twins(instance)

    async def story(client: Client) -> None:
        result = await client.call_tool("ensure_running", {"name": "test"})

        assert result.is_error
        assert "node:test (jest), make:test (make test)" in said(result)

    tell(instance, story, era)
    assert started(instance) == []


@eras
def test_a_process_is_stopped_for_its_port_and_the_script_started_again(
    instance: FakeInstance, era: str
) -> None:
    api = crowded(instance)
    person = Person({"stop": True})

    async def story(client: Client) -> None:
        result = await client.call_tool("ensure_running", {"name": "web", "wait_s": 5})

        assert not result.is_error, said(result)
        assert result.structured_content is not None
        assert result.structured_content["url"] == "http://localhost:3000/"

    tell(instance, story, era, elicitation_callback=person)
    assert instance.processes()[api].status is ProcessStatus.STOPPED
    (question,) = person.asked
    assert "needs port 3000, which api-1 holds" in question.message


@eras
def test_a_process_keeps_its_port_if_the_person_says_so(
    instance: FakeInstance, era: str
) -> None:
    api = crowded(instance)

    async def story(client: Client) -> None:
        result = await client.call_tool("ensure_running", {"name": "web", "wait_s": 5})

        assert result.is_error
        assert "api-1, which is to be left running" in said(result)
        assert "web-2 was started and failed" in said(result)
        assert "nothing else was started" in said(result)

    tell(instance, story, era, elicitation_callback=Person({"stop": False}))
    assert not instance.processes()[api].is_finished


@eras
def test_a_client_that_cannot_ask_is_told_who_holds_the_port(
    instance: FakeInstance, era: str
) -> None:
    api = crowded(instance)

    async def story(client: Client) -> None:
        result = await client.call_tool("ensure_running", {"name": "web", "wait_s": 5})

        assert "scripts_stop process=api-1, then call again" in said(result)

    tell(instance, story, era)
    assert not instance.processes()[api].is_finished


@eras
def test_a_script_that_could_not_have_its_port_is_not_started_blindly_again(
    instance: FakeInstance, era: str
) -> None:
    api = crowded(instance)
    instance.run("script.ensure", script="web")

    async def story(client: Client) -> None:
        result = await client.call_tool("scripts_run", {"name": "web"})

        assert not result.is_error, said(result)

    tell(instance, story, era, elicitation_callback=Person({"stop": True}))
    assert instance.processes()[api].is_finished
