import json
import resource
from collections.abc import Callable

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
    plain = {"Content-Length": str(len(body)), "Connection": "close"}

    with server.connected() as client:
        # In two pieces or one, and with another request right behind it.
        client.send(sent[:cut])
        client.sendall(sent[cut:] + server.head(**plain) + body)
        answer = until_the_end(client)

    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert server.refusals == []


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
