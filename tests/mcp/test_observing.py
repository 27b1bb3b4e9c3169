"""Tests of what is seen of clients, through the server and over HTTP."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from brummer.errors import RefusedError
from brummer.mcp.activity import CURRENT
from brummer.mcp.schema import arguments, text
from brummer.model.agent import AgentCall, Era, Outcome
from brummer.model.tool import Answer, Call, Tool, answer, failure
from tests.mcp.conftest import Server, opening
from tests.support.wait import wait_until

MODERN: Final = "2026-07-28"
META: Final = "io.modelcontextprotocol"


def modern(method: str, client: str = "codex", **params: object) -> dict[str, Any]:
    """Return a request of a client without sessions."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method,
        "params": {
            **params,
            "_meta": {
                f"{META}/protocolVersion": MODERN,
                f"{META}/clientInfo": {"name": client, "version": "2.1"},
                f"{META}/clientCapabilities": {},
            },
        },
    }


def call(server: Server, name: str, /, **given: object) -> int:
    """Call a tool without a session, and return the status of the answer."""
    status, _, _ = server.ask(
        modern("tools/call", name=name, arguments=given),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="tools/call",
        Mcp_Name=name,
    )
    return status


def calls(server: Server) -> list[AgentCall]:
    """Return the calls that were noted."""
    return [record for record in server.records if isinstance(record, AgentCall)]


def tool(name: str, run: Callable[..., object], /, **parameters: Any) -> Tool:
    return Tool(
        name=name,
        title=name,
        description=name,
        run=run,
        parameters=arguments(**parameters),
    )


def salute(_: Call, **given: str) -> Answer:
    return answer("good day " * 100, {"to": given.get("name", "")})


def fail(_: Call) -> Answer:
    return failure("there is no such thing; salute has another")


def fail_at_length(_: Call) -> Answer:
    return failure("not called:\n  'what' is missing\n")


def refuse(_: Call) -> Answer:
    raise RefusedError("that file is not yours")


def break_(_: Call) -> Answer:
    raise ZeroDivisionError("by zero")


@pytest.fixture
def server(server: Server) -> Server:
    server.catalogue.add(
        tools=[
            tool("salute", salute, name=text("whom", "you"), password=text("none", "")),
            tool("fail", fail),
            tool("fail_at_length", fail_at_length),
            tool("refuse", refuse),
            tool("break", break_),
        ]
    )
    return server


def test_a_call_is_seen_with_who_called_what_and_what_it_cost(server: Server) -> None:
    status = call(server, "salute", name="Ann", password="hunter2")

    (seen,) = calls(server)
    assert status == 200
    assert (seen.client, seen.tool, seen.outcome) == ("codex", "salute", Outcome.OK)
    assert seen.arguments == '{"name": "Ann", "password": "****"}'
    assert seen.tokens_in == pytest.approx(10, abs=3)
    # 900 characters of text, and what stands around them.
    assert 225 < seen.tokens_out < 275
    assert seen.milliseconds > 0


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("fail", Outcome.FAILED, "there is no such thing; salute has another"),
        ("fail_at_length", Outcome.FAILED, "not called: 'what' is missing"),
        ("refuse", Outcome.REFUSED, "that file is not yours"),
        ("break", Outcome.FAILED, "break failed: ZeroDivisionError: by zero; this is"),
        ("nothing", Outcome.FAILED, "there is no tool 'nothing'"),
    ],
)
def test_it_is_seen_what_came_of_a_call(
    server: Server, name: str, outcome: Outcome, reason: str
) -> None:
    call(server, name)

    (seen,) = calls(server)
    assert seen.outcome is outcome
    assert reason in seen.reason


def test_a_client_without_sessions_is_known_by_each_of_its_requests(
    server: Server,
) -> None:
    call(server, "salute")

    (client,) = server.book.activity.clients
    assert (client.name, client.version, client.era) == ("codex", "2.1", Era.REQUEST)
    assert client.sessions == 0


def test_a_client_with_a_session_is_known_by_its_first(server: Server) -> None:
    _, header, _ = server.ask(opening())
    session = header["mcp-session-id"]
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    server.ask(note, Mcp_Session_Id=session)
    params = {"name": "salute", "arguments": {}}
    ask = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}
    server.ask(ask, Mcp_Session_Id=session)

    (client,) = server.book.activity.clients
    assert (client.name, client.version, client.era) == ("test", "1", Era.SESSION)
    assert (client.sessions, client.calls) == (1, 1)


def test_the_same_call_again_is_seen_again(server: Server) -> None:
    for name in ("Ann", "Ann", "Bob", "Ann"):
        call(server, "salute", name=name)

    wait_until(lambda: len(calls(server)) == 4)
    shown = [seen.arguments for seen in calls(server)]
    assert shown == [f'{{"name": "{name}"}}' for name in ("Ann", "Ann", "Bob", "Ann")]
    assert len({seen.number for seen in calls(server)}) == 4
    assert len({seen.tokens_out for seen in calls(server)}) == 1


def test_lists_cost_tokens_and_are_no_calls(server: Server) -> None:
    server.ask(
        modern("tools/list"), MCP_Protocol_Version=MODERN, Mcp_Method="tools/list"
    )

    (client,) = server.book.activity.clients
    assert client.calls == 0
    assert client.tokens_out > 500
    assert server.records == []


def test_what_is_read_is_a_call_too(server: Server) -> None:
    uri = next(iter(server.catalogue.offer.resources)).uri
    server.ask(
        modern("resources/read", uri=uri),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="resources/read",
        Mcp_Name=uri,
    )

    assert [c.tool for c in calls(server)] == [f"resources/read {uri}"]


def test_what_a_client_calls_itself_is_shown_without_tricks(server: Server) -> None:
    name = "\x1b[31mevil\n" + "x" * 500
    server.ask(
        modern("tools/call", client=name, name="salute", arguments={}),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="tools/call",
        Mcp_Name="salute",
    )

    (client,) = server.book.activity.clients
    assert client.name.startswith("?[31mevil?")
    assert len(client.name) == 60


def test_a_call_under_way_is_seen_with_the_channel_it_waits_at(server: Server) -> None:
    began, go_on = threading.Event(), threading.Event()

    def wait(_: Call, **_given: str) -> Answer:
        began.set()
        go_on.wait(20)
        return answer("done")

    server.catalogue.add(tools=[tool("wait", wait, channel=text("where"))])
    thread = threading.Thread(target=call, args=(server, "wait"), kwargs=HANDED)
    thread.start()
    began.wait(20)
    during = server.book.activity
    go_on.set()
    thread.join(20)

    assert during.waiting == ("codex",)
    assert during.running[0].tool == "wait"
    assert server.book.activity.running == ()


HANDED: Final[Mapping[str, str]] = {"channel": "handover"}


def test_a_tool_knows_for_whom_it_is_run(server: Server) -> None:
    async def whoami(_: Call) -> Answer:
        current = CURRENT.get()
        return answer(current.client if current else "nobody")

    server.catalogue.add(tools=[tool("whoami", whoami)])
    _, _, body = server.ask(
        modern("tools/call", name="whoami", arguments={}),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="tools/call",
        Mcp_Name="whoami",
    )

    assert b"codex" in body


def test_what_answers_a_question_for_a_secret_is_not_kept(server: Server) -> None:
    async def type_(_: Call, **_given: str) -> Answer:
        current = CURRENT.get()
        assert current is not None
        current.is_hidden = True
        return answer("typed")

    typing = tool("type", type_, process=text("where"), text=text("what"))
    server.catalogue.add(tools=[typing])
    call(server, "type", process="db", text="hunter2")

    (seen,) = calls(server)
    assert seen.arguments.startswith('{"process": "db", "text": "****"')


def test_a_client_that_leaves_has_cancelled(server: Server) -> None:
    began = threading.Event()
    ended = threading.Event()

    def wait(call: Call) -> Answer:
        call.on_cancel(ended.set)
        began.set()
        ended.wait(20)
        return answer("nobody listens")

    server.catalogue.add(tools=[tool("wait", wait)])
    leave(server, began)

    wait_until(lambda: bool(calls(server)))
    assert calls(server)[0].outcome is Outcome.CANCELLED


def leave(server: Server, began: threading.Event) -> None:
    """Call a tool, and be gone when it has begun."""
    body = json.dumps(modern("tools/call", name="wait", arguments={})).encode()
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {server.token}\r\nContent-Type: application/json\r\n"
        "Accept: application/json, text/event-stream\r\n"
        f"MCP-Protocol-Version: {MODERN}\r\nMcp-Method: tools/call\r\n"
        f"Mcp-Name: wait\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(head.encode() + body)
        assert began.wait(20)


def test_what_is_nested_too_deeply_harms_nobody(server: Server) -> None:
    deep: list[object] = []
    for _ in range(150):
        deep = [deep]

    statuses = [call(server, "salute", name=deep), call(server, "salute")]

    assert statuses[1] == 200
    assert calls(server)[-1].outcome is Outcome.OK


def test_whoever_is_not_let_in_is_seen(server: Server) -> None:
    server.ask(opening(), Authorization=None)

    (refusal,) = server.book.activity.refusals
    assert (refusal.status, refusal.reason) == (401, "the token is missing or wrong")
    assert server.records == [refusal]


def test_of_what_the_protocol_refuses_the_words_are_seen(server: Server) -> None:
    server.ask(opening(), header={"Mcp-Session-Id": "of-yesterday"})

    (refusal,) = server.book.activity.refusals
    assert (refusal.status, refusal.reason) == (404, "Session not found")
