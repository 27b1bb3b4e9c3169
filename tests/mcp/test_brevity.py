"""Brief tools are answered in one piece, and nothing else is."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from brummer.mcp.asgi import Message, Receive, Scope, Send
from brummer.mcp.brevity import Brevity
from brummer.mcp.catalogue import Catalogue
from brummer.model.tool import Call, LongRun, Tool
from tests.mcp.conftest import MODERN, Server, modern, opening

HEADER = {
    "mcp-protocol-version": MODERN,
    "mcp-method": "tools/call",
    "mcp-name": "quick",
    "accept": "application/json, text/event-stream",
}


def _told(call: Call) -> str:
    call.progress(1, 2, "half of it")
    return "done"


def tool(name: str, **more: Any) -> Tool:
    return Tool(name=name, title=name, description="Tells.", run=_told, **more)


TOOLS = (
    tool("quick", brief=True),
    tool("slow"),
    tool("later", brief=True, long_run=LongRun.OPTIONAL),
)


def way(header: Mapping[str, str], *more: tuple[str, str], method: str = "POST") -> str:
    """Return how a request with *header* and *more* fields is answered."""
    taken: list[str] = []

    def answers(name: str) -> Any:
        async def answer(_: Scope, __: Receive, ___: Send) -> None:
            taken.append(name)

        return answer

    async def receive() -> Message:
        raise AssertionError

    async def send(_: Message) -> None:
        raise AssertionError

    catalogue = Catalogue()
    catalogue.add(tools=TOOLS)
    brevity = Brevity(catalogue, answers("whole"), answers("parts"))
    pairs = [*header.items(), *more]
    fields = [(name.encode(), value.encode()) for name, value in pairs]
    asyncio.run(brevity({"headers": fields, "method": method}, receive, send))
    return taken[0]


def test_a_brief_tool_answers_as_a_whole() -> None:
    assert way(HEADER) == "whole"


@pytest.mark.parametrize(
    "other",
    [
        {"mcp-name": "slow"},
        {"mcp-name": "later"},
        {"mcp-name": "nobody"},
        {"mcp-name": ""},
        {"mcp-method": "prompts/get"},
        {"mcp-protocol-version": "2025-11-25"},
        {"mcp-protocol-version": "1999-01-01"},
        {"accept": "application/json"},
    ],
)
def test_all_else_may_come_in_parts(other: Mapping[str, str]) -> None:
    assert way({**HEADER, **other}) == "parts"


@pytest.mark.parametrize("missing", HEADER)
def test_who_does_not_say_what_he_wants_may_get_parts(missing: str) -> None:
    assert way({n: v for n, v in HEADER.items() if n != missing}) == "parts"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_no_call_may_come_in_parts(method: str) -> None:
    assert way(HEADER, method=method) == "parts"


@pytest.mark.parametrize(
    "twice",
    [
        ("mcp-protocol-version", "2025-11-25"),
        ("mcp-protocol-version", MODERN),
        ("mcp-method", "tools/list"),
        ("mcp-name", "slow"),
        ("accept", "*/*"),
    ],
)
def test_who_says_something_twice_is_left_to_the_sdk(twice: tuple[str, str]) -> None:
    assert way(HEADER, twice) == "parts"
    first = dict([twice])
    rest = {name: value for name, value in HEADER.items() if name != twice[0]}
    assert way({**first, **rest}, (twice[0], HEADER[twice[0]])) == "parts"


@pytest.fixture
def told(server: Server) -> Server:
    server.catalogue.add(tools=TOOLS)
    return server


def ask(server: Server, name: str, said: str) -> tuple[int, str, bytes]:
    """Call a tool with wishes for progress; return its answer's status and kind."""
    params = {"name": name, "arguments": {}}
    message = modern("tools/call", params)
    message["params"]["_meta"]["progressToken"] = "p"
    header: dict[str, str | None] = {
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": "tools/call",
        "Mcp-Name": said,
    }
    status, fields, body = server.ask(message, header=header)
    return status, fields["content-type"], body


def test_what_a_brief_tool_tells_meanwhile_goes_nowhere(told: Server) -> None:
    status, kind, body = ask(told, "quick", "quick")

    assert (status, kind) == (200, "application/json")
    assert json.loads(body)["result"]["content"][0]["text"] == "done"


def test_what_others_tell_arrives(told: Server) -> None:
    status, kind, body = ask(told, "slow", "slow")

    assert (status, kind) == (200, "text/event-stream")
    assert b"half of it" in body


@pytest.mark.parametrize(("name", "said"), [("slow", "quick"), ("quick", "slow")])
def test_who_says_two_things_is_refused(told: Server, name: str, said: str) -> None:
    status, kind, body = ask(told, name, said)

    assert (status, kind) == (400, "application/json")
    assert b"Mcp-Name" in body or b"mcp-name" in body.lower()


def test_a_session_does_not_end_by_the_name_of_a_tool(told: Server) -> None:
    session = told.ask(opening())[1]["mcp-session-id"]
    message = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "quick", "arguments": {}},
    }

    status, _, body = told.ask(
        message,
        Mcp_Session_Id=session,
        Mcp_Protocol_Version="2025-11-25",
        Mcp_Method="tools/call",
        Mcp_Name="quick",
    )

    assert status == 200
    assert b"done" in body


@pytest.mark.parametrize("name", ["quick", "slow"])
def test_who_reads_no_streams_is_refused_whatever_he_calls(
    told: Server, name: str
) -> None:
    params = {"name": name, "arguments": {}}
    header: dict[str, str | None] = {
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": "tools/call",
        "Mcp-Name": name,
        "Accept": "application/json",
    }

    assert told.ask(modern("tools/call", params), header=header)[0] == 406
