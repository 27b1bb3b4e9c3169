import json
import resource
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest

from brummer.mcp.connection import Manners, most_connections
from brummer.mcp.host import Limits
from brummer.model.offer import Source
from brummer.model.tool import Resource
from tests.mcp.conftest import MODERN, Server, modern, opening, until_the_end
from tests.support.wait import wait_until

Serve = Callable[..., Server]

#: More than fits between two programs.
LARGE = Source(
    uri="test://large",
    name="large",
    title="Large",
    description="All there is.",
    read=lambda uri: Resource(
        uri=uri, mime_type="text/plain", content="x" * 20_000_000
    ),
)

PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


def expecting(serve: Serve, manners: Manners) -> Server:
    """Return a server that is there already, and expects such manners."""
    server = serve(limits=Limits(manners=manners))
    assert server.ask(opening())[0] == 200
    return server


@pytest.mark.parametrize(
    "begun",
    [
        "POST /mcp HTTP/1.1\r\nHost: ",
        "{head}",
        '{head}{{"jsonrpc": ',
    ],
    ids=["in its header", "before its body", "in its body"],
)
def test_a_request_that_stops_on_the_way_is_refused(serve: Serve, begun: str) -> None:
    server = expecting(serve, Manners(patience=0.1))
    head = server.head(Content_Length="100").decode()

    with server.connected() as client:
        client.send(begun.format(head=head).encode())
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    wait_until(lambda: [r.status for r in server.refusals] == [408])
    assert server.refusals[0].reason == "the request was not whole after 0.1 s"


def test_a_byte_now_and_then_does_not_buy_time(serve: Serve) -> None:
    server = expecting(serve, Manners(patience=0.2))

    with server.connected() as client:
        client.send(server.head(Content_Length="100000"))
        wait_until(lambda: sent_until_refused(server, client.send))

    assert [refusal.status for refusal in server.refusals] == [408]


def sent_until_refused(server: Server, send: Callable[[bytes], int]) -> bool:
    """Send a byte, and say whether that was one too many."""
    try:
        send(b" ")
    except OSError:
        return True
    return bool(server.refusals)


def test_who_connects_and_says_nothing_is_let_go_without_a_word(serve: Serve) -> None:
    server = expecting(serve, Manners(patience=0.1))

    with server.connected() as client:
        answer = until_the_end(client)

    assert answer == b""
    assert server.refusals == []


def test_a_request_in_pieces_is_whole_in_time(serve: Serve) -> None:
    server = expecting(serve, Manners())
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'

    with server.connected() as client:
        head = server.head(Content_Length=str(len(body)), Connection="close")
        for part in (head[:9], head[9:60], head[60:], body[:7], body[7:]):
            client.send(part)
        answer = until_the_end(client)

    # It was read, and there is no session that it belongs to.
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize("cut", [0, 30, -40, -1])
def test_an_offer_of_another_protocol_is_left_where_it_is(
    serve: Serve, cut: int
) -> None:
    # The HTTP client of Java sends it with its first request, in every connection.
    server = expecting(serve, Manners())
    body = json.dumps(opening()).encode()
    offer = {
        "Content-Length": str(len(body)),
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    }
    sent = server.head(**offer) + body
    plain = server.head(Content_Length=str(len(body)), Connection="close") + body

    with server.connected() as client:
        client.send(sent[:cut])
        client.sendall(sent[cut:])
        first = until(client, b"0\r\n\r\n")
        client.sendall(plain)
        second = until_the_end(client)

    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert second.startswith(b"HTTP/1.1 200 OK\r\n")
    assert server.refusals == []


def until(client: socket.socket, mark: bytes) -> bytes:
    """Return what comes until *mark* is in it."""
    found = b""
    while mark not in found:
        more = client.recv(65536)
        assert more, found
        found += more
    return found


@pytest.mark.parametrize("cut", [0, 40, -5])
def test_a_request_before_the_answer_ends_the_connection(
    serve: Serve, cut: int
) -> None:
    server = expecting(serve, Manners(patience=0.1))
    slow = {"name": "slow_compute", "arguments": {"seconds": 0.3}}
    body = json.dumps(modern("tools/call", slow)).encode()
    fields = {
        "Content-Length": str(len(body)),
        "MCP-Protocol-Version": MODERN,
        "Mcp-Method": "tools/call",
        "Mcp-Name": "slow_compute",
    }
    first = server.head(**fields) + body
    second = server.head(Content_Length=str(len(PING))) + PING

    with server.connected() as client:
        client.sendall(first + second[:cut])
        client.sendall(second[cut:])
        answer = until_the_end(client)

    # Nothing stands in the middle of it, though the second was never whole in time.
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"computed for 0.3 s" in answer
    assert server.refusals == []


def test_a_request_on_an_open_stream_harms_nobody(serve: Serve) -> None:
    server = expecting(serve, Manners(patience=0.1))
    _, header, _ = server.ask(opening())

    with server.connected() as client:
        client.sendall(server.head("GET", Mcp_Session_Id=header["mcp-session-id"]))
        until(client, b"\r\n\r\n")
        client.sendall(server.head(Content_Length="100") + b"{")
        # Its patience is over in between.
        assert server.tool("slow_compute", seconds=0.3)[0] == 200
        server.ask(b"", method="DELETE", Mcp_Session_Id=header["mcp-session-id"])
        rest = until_the_end(client)

    assert b"HTTP/1.1" not in rest
    assert rest.endswith(b"0\r\n\r\n")
    assert server.refusals == []


def test_blank_lines_buy_no_time(serve: Serve) -> None:
    server = expecting(serve, Manners(patience=0.1))

    with server.connected() as client:
        client.sendall(b"\r\n\r\n")
        answer = until_the_end(client)

    assert answer == b""


def test_a_long_header_in_pieces_counts_for_one_request(serve: Serve) -> None:
    server = expecting(serve, Manners())
    head = server.head(Content_Length=str(len(PING)), X_Long="x" * 30_000)

    with server.connected() as client:
        for _ in range(5):
            client.sendall(head[:20_000])
            client.sendall(head[20_000:] + PING)
            # There is no session that it belongs to.
            assert until(client, b"Missing session ID").startswith(b"HTTP/1.1 400 ")

    assert [refusal.status for refusal in server.refusals] == [400] * 5


def test_fields_behind_the_last_chunk_are_bounded_and_mean_nothing(
    serve: Serve,
) -> None:
    server = expecting(serve, Manners())
    body = PING + b" " * 200_000
    chunks = b"%x\r\n" % len(body) + body + b"\r\n0\r\n"
    begun = server.head(Transfer_Encoding="chunked") + chunks

    with server.connected() as client:
        client.sendall(begun + b"Host: evil\r\nAuthorization: none\r\n\r\n")
        few = client.recv(65536)
    with server.connected() as client, suppress(OSError):
        client.sendall(begun + b"a: b\r\n" * 100_000)
    with server.connected() as client, suppress(OSError):
        client.sendall(begun + b"a: " + b"b" * 1_000_000)

    # It was read, and there is no session that it belongs to.
    assert few.startswith(b"HTTP/1.1 400 ")
    wait_until(
        lambda: [refusal.status for refusal in server.refusals] == [400, 431, 431]
    )


@pytest.mark.parametrize("said", ["in its header", "behind its last chunk"])
def test_what_comes_after_the_last_request_is_not_looked_at(
    serve: Serve, said: str
) -> None:
    server = expecting(serve, Manners())
    body = json.dumps(opening()).encode()
    chunks = b"%x\r\n" % len(body) + body + b"\r\n0\r\n"
    if said == "in its header":
        offer = {"Connection": "close, Upgrade", "Upgrade": "h2c"}
        sent = server.head(Transfer_Encoding="chunked", **offer) + chunks
    else:
        head = server.head(Transfer_Encoding="chunked")
        sent = head + chunks + b"Connection: close\r\n"

    with server.connected() as client:
        client.sendall(sent + b"\r\nwhatever")
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_of_many_small_chunks_is_read(serve: Serve) -> None:
    server = expecting(serve, Manners())
    body = json.dumps(opening()).encode() + b" " * 30_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    head = server.head(Transfer_Encoding="chunked", Connection="close")

    with server.connected() as client:
        client.sendall(head + chunks + b"0\r\n\r\n")
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_older_version_is_refused(serve: Serve) -> None:
    server = expecting(serve, Manners())

    with server.connected() as client:
        client.sendall(server.head("GET").replace(b"HTTP/1.1", b"HTTP/1.0"))
        answer = until_the_end(client)

    assert answer.startswith(b"HTTP/1.1 505 ")


def test_a_client_that_is_answered_slowly_is_not_taken_for_a_slow_one(
    serve: Serve,
) -> None:
    server = expecting(serve, Manners(patience=0.05))

    status, answer = server.tool("slow_compute", seconds=0.3)

    assert status == 200
    assert answer["result"]["content"][0]["text"] == "computed for 0.3 s"


def test_there_are_so_many_connections_at_most(serve: Serve) -> None:
    server = expecting(serve, Manners(most=3))
    clients = [server.connected() for _ in range(3)]
    try:
        for client in clients:
            # Its answer says that it was let in.
            client.send(server.head("GET"))
            assert client.recv(1) == b"H"

        with server.connected() as another:
            answer = until_the_end(another)

        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert server.refusals[-1].reason == "3 connections are open already"
    finally:
        for client in clients:
            client.close()
    wait_until(lambda: server.ask(opening())[0] == 200)


def test_a_client_that_reads_nothing_is_let_go(serve: Serve) -> None:
    server = expecting(serve, Manners(attention=0.1))
    server.catalogue.add(sources=[LARGE])
    body = json.dumps(modern("resources/read", {"uri": LARGE.uri})).encode()

    with server.connected() as client:
        header = {
            "Content-Length": str(len(body)),
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": "resources/read",
            "Mcp-Name": LARGE.uri,
        }
        client.sendall(server.head(**header) + body)

        wait_until(lambda: server.refusals)

    assert server.refusals[0].reason == "it has read nothing for 0.1 s"
    assert server.ask(opening())[0] == 200


def test_half_of_the_files_are_left_to_others() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert 0 < most_connections() <= 512
    assert soft == resource.RLIM_INFINITY or most_connections() <= soft / 2
