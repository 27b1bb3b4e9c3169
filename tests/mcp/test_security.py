"""What somebody may try who is not wanted, or is not careful."""

import json
from collections.abc import Callable

import pytest

from brummer.mcp.host import Limits
from brummer.model.agent import AgentRefusal
from tests.mcp.conftest import MODERN, Server, modern, opening, until_the_end
from tests.support.wait import wait_until

Serve = Callable[..., Server]

PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
TODAY: dict[str, str | None] = {"MCP-Protocol-Version": MODERN}
DEEP = b"[" * 100_000
LONG = b'{"id":' + b"9" * 10_000 + b"}"
BATCH = b"[" + b",".join([PING] * 1000) + b"]"

#: What is sent, with what differs in its header, and the status it is refused with.
ATTACKS: dict[str, tuple[bytes, dict[str, str | None], int]] = {
    "a name that a stranger has pointed here": (PING, {"Host": "evil.example"}, 421),
    "that name, with our port": (PING, {"Host": "rebind.example:{port}"}, 421),
    "our name, with a dot": (PING, {"Host": "localhost.:{port}"}, 421),
    "our name before a stranger's": (PING, {"Host": "127.0.0.1:{port}@evil"}, 421),
    "another port of this machine": (PING, {"Host": "127.0.0.1:80"}, 421),
    "a page of a stranger": (PING, {"Origin": "http://evil.example"}, 403),
    "the page in development": (PING, {"Origin": "http://localhost:3000"}, 403),
    "a page in a sandbox": (PING, {"Origin": "null"}, 403),
    "our page with TLS": (PING, {"Origin": "https://127.0.0.1:{port}"}, 403),
    "a link in a page": (PING, {"Sec-Fetch-Site": "cross-site"}, 403),
    "an image in a page": (PING, {"Sec-Fetch-Site": "same-site"}, 403),
    "no token": (PING, {"Authorization": None}, 401),
    "an empty token": (PING, {"Authorization": "Bearer "}, 401),
    "another token": (PING, {"Authorization": "Bearer Secret"}, 401),
    "a token with more to it": (PING, {"Authorization": "Bearer secretx"}, 401),
    "a token that is no text": (PING, {"Authorization": "Bearer \xff\xfe"}, 401),
    "what a form may post": (PING, {"Content-Type": "text/plain"}, 415),
    "JSON as text": (PING, {"Content-Type": "text/plain;application/json"}, 415),
    "two types at once": (PING, {"Content-Type": "text/plain, application/json"}, 415),
    "no type": (PING, {"Content-Type": None}, 415),
    "nothing that we could answer": (PING, {"Accept": "text/html"}, 406),
    "many requests in one": (BATCH, {}, 400),
    "many requests in one of today": (BATCH, TODAY, 400),
    "no JSON": (b"{", {}, 400),
    "no JSON of today": (b"{", TODAY, 400),
    "nothing at all": (b"", {}, 400),
    "no request": (b'"ping"', {}, 400),
    "lists without end": (DEEP, {}, 400),
    "lists without end of today": (DEEP, TODAY, 400),
    "a number without end": (LONG, TODAY, 400),
    "a version that nobody knows": (PING, {"MCP-Protocol-Version": "2099-01-01"}, 400),
    "a session that is not there": (PING, {"Mcp-Session-Id": "0" * 32}, 404),
    "a session that is a path": (PING, {"Mcp-Session-Id": "../../etc/passwd"}, 404),
    "no session": (PING, {}, 400),
    "more than anybody needs": (b" " * 5_000_000, {}, 413),
}  # fmt: skip


@pytest.mark.parametrize(("body", "header", "status"), ATTACKS.values(), ids=ATTACKS)
def test_it_is_refused_and_told_once(
    server: Server, body: bytes, header: dict[str, str | None], status: int
) -> None:
    filled = {k: v and v.replace("{port}", str(server.port)) for k, v in header.items()}

    answered, _, _ = server.ask(body, header=filled)

    assert answered == status
    (record,) = server.records
    assert isinstance(record, AgentRefusal)
    assert (record.status, record.peer.split(":")[0]) == (status, "127.0.0.1")
    assert server.token not in record.reason


#: What is no HTTP, or too much of it, as it goes over the connection.
POST = b"POST /mcp HTTP/1.1\r\nHost: a\r\n"
RUBBISH = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10 + b"\r\n\r\n",
    "no host": b"POST /mcp HTTP/1.1\r\n\r\n",
    "two hosts": b"POST /mcp HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a field without end": b"GET /mcp HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000,
    "fields without end": b"GET /mcp HTTP/1.1\r\n" + b"X: y\r\n" * 20_000,
    "a folded field": b"GET /mcp HTTP/1.1\r\nHost: a\r\nX: y\r\n\x00z: y\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a method of its own": b"BREW /mcp HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tunnel": b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
    "a long address": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a whole long field": POST + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
    "an encoding of its own": POST + b"Transfer-Encoding: gzip\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("sent", RUBBISH.values(), ids=RUBBISH)
def test_what_is_no_request_is_refused_and_told_once(
    server: Server, sent: bytes
) -> None:
    with server.connected() as client:
        client.sendall(sent)
        answer = until_the_end(client)

    assert answer[:10] in {b"HTTP/1.1 4", b"HTTP/1.1 5"}
    wait_until(lambda: len(server.records) == 1)


def test_a_length_beside_chunks_does_not_hide_a_second_request(server: Server) -> None:
    hidden = server.head("DELETE", Mcp_Session_Id="x")
    chunks = b"0\r\n\r\n"
    length = str(len(chunks + hidden))

    with server.connected() as client:
        head = server.head(Content_Length=length, Transfer_Encoding="chunked")
        client.sendall(head + chunks + hidden)
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_what_is_announced_too_large_is_not_even_asked_for(server: Server) -> None:
    with server.connected() as client:
        client.sendall(server.head(Content_Length="5000000", Expect="100-continue"))
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_what_is_too_large_in_pieces_is_not_read_to_its_end(serve: Serve) -> None:
    server = serve(limits=Limits(body=100_000))
    chunk = b"2710\r\n" + b" " * 10_000 + b"\r\n"

    with server.connected() as client:
        client.sendall(server.head(Transfer_Encoding="chunked") + chunk * 11)
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert [record.status for record in server.refusals] == [413]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "HEAD"])
def test_there_are_three_methods(server: Server, method: str) -> None:
    status, header, _ = server.ask(PING, method=method)

    assert (status, header["allow"]) == (405, "GET, POST, DELETE")


def test_a_page_that_asks_whether_it_may_is_not_told_that_it_may(
    server: Server,
) -> None:
    status, header, _ = server.ask(
        b"",
        method="OPTIONS",
        Origin="http://evil.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="authorization",
        Authorization=None,
    )

    assert status == 403
    assert not any(name.startswith("access-control") for name in header)


def test_no_header_turns_a_method_into_another(server: Server) -> None:
    session = begun(server)

    status, _, _ = server.ask(
        PING, Mcp_Session_Id=session, X_HTTP_Method_Override="DELETE"
    )

    assert status == 200
    assert server.ask(PING, Mcp_Session_Id=session)[0] == 200


def begun(server: Server) -> str:
    """Return the id of a session."""
    return server.ask(opening())[1]["mcp-session-id"]


@pytest.mark.parametrize(
    "path", ["/", "/mcp/", "/MCP", "//mcp", "/mcp/../mcp", "/..%2fmcp", "/mcp%00", "*"]
)
def test_there_is_one_path(server: Server, path: str) -> None:
    assert server.ask(PING, path=path)[0] == 404


def test_a_session_that_was_ended_is_gone(server: Server) -> None:
    session = begun(server)

    ended = server.ask(b"", method="DELETE", Mcp_Session_Id=session)[0]

    assert ended == 200
    assert server.ask(PING, Mcp_Session_Id=session)[0] == 404
    assert server.ask(b"", method="DELETE", Mcp_Session_Id=session)[0] == 404


def test_a_session_that_nobody_uses_ends_and_makes_room(serve: Serve) -> None:
    server = serve(limits=Limits(sessions=1, idle=0.1))
    session = begun(server)

    # It is refused at first: there is one already.
    wait_until(lambda: server.ask(opening())[0] == 200)

    assert server.ask(PING, Mcp_Session_Id=session)[0] == 404


def test_nobody_can_tell_by_a_session_that_it_is_there_without_the_token(
    server: Server,
) -> None:
    session = begun(server)

    there = server.ask(PING, Mcp_Session_Id=session, Authorization=None)
    gone = server.ask(PING, Mcp_Session_Id="0" * 32, Authorization=None)

    assert there == gone
    assert there[0] == 401


@pytest.mark.parametrize(
    "value",
    ["NaN", "-Infinity", "1e999", "9" * 400, "[" * 500 + "]" * 500, '"\\ud800"'],
    ids=["no number", "minus infinity", "infinity", "digits", "lists", "half a pair"],
)
def test_arguments_that_json_cannot_carry_are_said_to_be_wrong(
    server: Server, value: str
) -> None:
    body = json.dumps(modern("tools/call", {"name": "greet", "arguments": {"name": 0}}))
    body = body.replace('{"name": 0}', f'{{"name": {value}}}')

    status, _, answer = server.ask(
        body.encode(),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="tools/call",
        Mcp_Name="greet",
    )

    assert status == 200
    result = json.loads(answer, parse_constant=lambda _: pytest.fail("no JSON"))
    assert result["result"]["isError"]
    assert "was not called" in result["result"]["content"][0]["text"]


def test_of_a_key_that_is_there_twice_the_last_counts_for_every_check(
    server: Server,
) -> None:
    body = json.dumps(modern("tools/call", {"name": "greet", "arguments": {}}))
    twice = body.replace('"name": "greet"', '"name": "image", "name": "greet"')

    status, _, answer = server.ask(
        twice.encode(),
        MCP_Protocol_Version=MODERN,
        Mcp_Method="tools/call",
        Mcp_Name="greet",
    )

    assert status == 200
    assert b"Hello" in answer


def test_the_header_cannot_name_another_tool_than_the_body(server: Server) -> None:
    params = {"name": "greet", "arguments": {}}

    status, answer = server.call("tools/call", params, "test_simple_text")

    assert (status, answer["error"]["code"]) == (400, -32020)
