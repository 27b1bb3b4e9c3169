"""Tests of the server for agents as a running program has it."""

import json
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from brummer.app import agents
from brummer.app.application import Application
from brummer.app.running import Running
from brummer.control.record import Directory, InstanceRecord
from brummer.mcp.door import Door, bound
from tests.app.conftest import Bench
from tests.support.wait import wait_until

#: A plugin that offers one of each.
LANTERN = """
import brummer

def light(call, colour):
    return brummer.answer(f"it is {colour}", {"colour": colour})

@brummer.hookimpl
def brummer_mcp_tools():
    schema = {"type": "object", "properties": {"colour": {"type": "string"}}}
    return [
        brummer.Tool(
            name=name, title="Light", description="Lights.", run=light,
            parameters=schema,
        )
        for name in ("lantern_light", "health")
    ]

@brummer.hookimpl
def brummer_mcp_resources():
    def read(uri):
        return brummer.Resource(uri=uri, mime_type="text/plain", content="red")
    return [
        brummer.Source(
            uri="lantern://colour", name="colour", title="Colour",
            description="How it shines", read=read,
        )
    ]

@brummer.hookimpl
def brummer_mcp_prompts():
    def make(call):
        return [brummer.Text(text="Which colour?")]
    return [
        brummer.Recipe(
            name="lantern_advice", title="Advice", description="Advises", make=make
        )
    ]
"""


#: A plugin that has a second tool when the first was called, and news.
GROWING = """
import brummer

brums = []
names = ["lantern_grow"]

@brummer.hookimpl
def brummer_configure(app):
    brums.append(app)

def grow(call):
    names.append("lantern_light")
    brums[0].offer_again()
    brums[0].touch("lantern://colour")
    return brummer.answer("grown")

@brummer.hookimpl
def brummer_mcp_tools():
    return [
        brummer.Tool(name=name, title="Grow", description="Grows.", run=grow)
        for name in names
    ]
"""


class Client:
    """A client of the newest protocol, without any of its comforts."""

    def __init__(self, record: InstanceRecord) -> None:
        self.port = record.port
        self.token = record.token
        #: What it says that it can do.
        self.capabilities: Mapping[str, object] = {}

    def send(self, body: bytes, **header: str) -> tuple[int, Any]:
        fields = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): value for name, value in header.items()},
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(connection):
            connection.request("POST", "/mcp", body, fields)
            answer = connection.getresponse()
            text = answer.read()
            is_json = "json" in (answer.getheader("content-type") or "")
            return answer.status, json.loads(text) if is_json else text

    def ask(self, method: str, name: str = "", /, **params: object) -> Any:
        """Return the result of a request."""
        meta = "io.modelcontextprotocol"
        version = "2026-07-28"
        body = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": method,
            "params": {
                **params,
                "_meta": {
                    f"{meta}/protocolVersion": version,
                    f"{meta}/clientCapabilities": self.capabilities,
                },
            },
        }
        header = {"MCP_Protocol_Version": version, "Mcp_Method": method}
        if name:
            header["Mcp_Name"] = name
        status, answer = self.send(json.dumps(body).encode(), **header)
        assert status == 200, answer
        return answer["result"]

    def tools(self) -> set[str]:
        return {tool["name"] for tool in self.ask("tools/list")["tools"]}

    def call(self, tool: str, /, **arguments: object) -> Any:
        return self.ask("tools/call", tool, name=tool, arguments=arguments)

    def begin(self) -> int:
        """Return the status of the first request of a client with a session."""
        params = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        return self.send(json.dumps(body).encode())[0]


def run(
    bench: Bench,
    *options: str,
    plugins: tuple[str, ...] = (),
    tell: Callable[[str], object] = lambda _: None,
    inside: Callable[[Client], object] = lambda _: None,
) -> None:
    """Run a program with *options*, and do something as an agent meanwhile."""
    project = bench.project(*options, plugins=plugins)
    application = Application(project)
    with Running(application, project) as running:
        running.open((), (), tell)
        inside(Client(record_of(bench)))


def record_of(bench: Bench) -> InstanceRecord:
    directory = Directory(bench.project().places.instances)
    wait_until(lambda: directory.living(bench.folder))
    return directory.living(bench.folder)[-1]


def test_agents_are_served_at_the_port_that_was_set_or_the_next(bench: Bench) -> None:
    told: list[str] = []
    ports: list[int] = []
    with bound(0) as taken:
        wanted = taken.getsockname()[1]

        run(
            bench,
            f"mcp_port={wanted}",
            tell=told.append,
            inside=lambda client: ports.append(client.port),
        )

    assert wanted < ports[0] <= wanted + 100
    assert told == [f"agents are served on port {ports[0]}: somebody else has {wanted}"]


def test_where_no_port_is_free_the_program_runs_without(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(98, "address in use")

    monkeypatch.setattr("brummer.app.agents.bound", refuse)
    ports: list[int] = []
    project = bench.project()
    application = Application(project)

    with Running(application, project) as running:
        running.open((), (), lambda _: None)
        ports.append(record_of(bench).port)
        parts = {p.component: p.error for p in application.instance.health()}

    assert ports == [0]
    assert "no MCP server: " in parts["mcp"]
    assert "address in use" in application.instance.agents().absence


def test_nobody_is_served_if_that_was_set(bench: Bench) -> None:
    project = bench.project("no_mcp=true")
    application = Application(project)

    with Running(application, project) as running:
        running.open((), (), lambda _: None)
        port, table = record_of(bench).port, application.instance.agents()

    assert port == 0
    assert (table.server, table.absence) == (None, "no_mcp is set")


def test_groups_that_were_not_set_are_not_offered(bench: Bench) -> None:
    seen: list[set[str]] = []

    run(bench, 'mcp.groups=["queue"]', inside=lambda c: seen.append(c.tools()))

    assert seen[0]
    assert all(name.startswith("queue_") for name in seen[0])


def test_read_only_nothing_is_offered_that_changes_anything(bench: Bench) -> None:
    seen: list[Any] = []

    run(
        bench,
        "mcp.read_only=true",
        inside=lambda c: seen.extend(c.ask("tools/list")["tools"]),
    )

    assert seen
    assert all(tool["annotations"]["readOnlyHint"] for tool in seen)
    assert "scripts_run" not in {tool["name"] for tool in seen}


def test_tools_are_told_in_few_words_if_that_was_set(bench: Bench) -> None:
    sizes: list[int] = []

    for option in ("false", "true"):
        run(
            bench,
            f"mcp.compact={option}",
            inside=lambda c: sizes.append(len(json.dumps(c.ask("tools/list")))),
        )

    assert sizes[1] < sizes[0] * 0.6


def test_a_token_can_be_the_same_for_all_runs(bench: Bench) -> None:
    tokens: list[str] = []

    def look(client: Client) -> None:
        client.tools()
        tokens.append(client.token)

    for option in ("true", "true", "false", "false"):
        run(bench, f"mcp.shared_token={option}", inside=look)

    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3
    file = bench.project().places.state / "mcp-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_pages_that_were_set_may_call_and_no_others(bench: Bench) -> None:
    statuses: list[int] = []

    def look(client: Client) -> None:
        for port in (6274, 3000):
            answered = client.send(b"{}", Origin=f"http://localhost:{port}")
            statuses.append(answered[0])

    run(bench, 'mcp.origins=["http://localhost:6274"]', inside=look)

    assert statuses == [400, 403]


def test_there_are_no_more_sessions_than_was_set(bench: Bench) -> None:
    statuses: list[int] = []

    def look(client: Client) -> None:
        statuses.extend(client.begin() for _ in range(3))

    run(bench, "mcp.max_sessions=2", inside=look)

    assert statuses == [200, 200, 503]


def test_a_request_is_no_larger_than_was_set(bench: Bench) -> None:
    statuses: list[int] = []

    def look(client: Client) -> None:
        statuses.extend(client.send(b" " * size)[0] for size in (1000, 3000))

    run(bench, "mcp.max_body=2048", inside=look)

    assert statuses == [400, 413]


def test_a_session_that_nobody_uses_ends_after_the_time_that_was_set(
    bench: Bench,
) -> None:
    statuses: list[int] = []

    def look(client: Client) -> None:
        assert client.begin() == 200
        statuses.append(client.begin())
        # There is room for another one when the first has ended.
        wait_until(lambda: client.begin() == 200)

    run(
        bench,
        "mcp.max_sessions=1",
        "mcp_manager.session_timeout_ms=1000",
        inside=look,
    )

    assert statuses == [503]


def test_plugins_offer_tools_resources_and_prompts(bench: Bench) -> None:
    file = bench.folder / "lantern.py"
    file.write_text(LANTERN)
    seen: dict[str, Any] = {}

    def look(client: Client) -> None:
        seen["tool"] = client.call("lantern_light", colour="red")
        uri = "lantern://colour"
        seen["resource"] = client.ask("resources/read", uri, uri=uri)
        name = "lantern_advice"
        seen["prompt"] = client.ask("prompts/get", name, name=name)
        seen["own"] = client.call("health")

    run(bench, plugins=(str(file),), inside=look)

    assert seen["tool"]["structuredContent"] == {"colour": "red"}
    assert seen["resource"]["contents"][0]["text"] == "red"
    assert seen["prompt"]["messages"][0]["content"]["text"] == "Which colour?"
    # A plugin cannot take the place of a tool of ours, and is told.
    assert "there is health already" in seen["own"]["content"][0]["text"]


def test_settings_are_shown_with_their_origins(bench: Bench) -> None:
    seen: list[str] = []

    def look(client: Client) -> None:
        answer = client.call("config_get", match="mcp.")
        seen.append(answer["content"][0]["text"])

    run(bench, "mcp.max_sessions=7", inside=look)

    assert "mcp.max_sessions  7" in seen[0]
    assert "max_body" not in seen[0]


def test_the_end_waits_for_no_agent(bench: Bench) -> None:
    ended: list[float] = []

    def look(client: Client) -> None:
        client.tools()
        ended.append(time.monotonic())

    run(bench, inside=look)

    assert time.monotonic() - ended[0] < 20


def test_a_plugin_may_offer_something_else_later(bench: Bench) -> None:
    file = bench.folder / "growing.py"
    file.write_text(GROWING)
    seen: list[bool] = []

    def look(client: Client) -> None:
        seen.append("lantern_light" in client.tools())
        client.call("lantern_grow")
        wait_until(lambda: "lantern_light" in client.tools())

    run(bench, plugins=(str(file),), inside=look)

    assert seen == [False]


def test_where_an_agent_came_lately_the_server_is_made_by_itself(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors: list[Door] = []

    def watched(*given: Any, **more: Any) -> Door:
        doors.append(Door(*given, **more, look=0.01))
        return doors[-1]

    monkeypatch.setattr(agents, "Door", watched)

    run(bench, inside=lambda client: client.call("scripts_list"))
    run(bench, inside=lambda _: wait_until(lambda: doors[1].is_open))

    assert len(doors) == 2
