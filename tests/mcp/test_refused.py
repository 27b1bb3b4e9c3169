import json

import pytest
from mcp_types import CONNECTION_CLOSED

from brummer.mcp.refused import RefusedError, farewell
from tests.mcp.conftest import Server, opening


@pytest.mark.parametrize("name", [7, "seven", 0, ""])
def test_a_good_bye_names_the_request_that_it_answers(name: str | int) -> None:
    request = json.dumps({"jsonrpc": "2.0", "id": name, "method": "ping"}).encode()

    notice = farewell(request)

    assert (notice.status, notice.kind) == (503, b"application/json")
    said = json.loads(notice.body)
    assert said["id"] == name
    assert said["error"] == {"code": CONNECTION_CLOSED, "message": "the program ends"}


@pytest.mark.parametrize(
    "request_",
    [b"", b"\xff", b"{}", b"[1]", b'{"id":null}', b'{"id":true}', b'{"id":1.5}'],
)
def test_who_cannot_be_named_is_told_in_plain_words(request_: bytes) -> None:
    # Some clients wait for ever when they hear of an error without a name.
    notice = farewell(request_)

    assert notice == RefusedError(503, "the program ends").notice
    assert notice.kind.startswith(b"text/plain")
    assert notice.body == b"the program ends\n"


def test_a_client_reads_why_it_was_not_let_in(server: Server) -> None:
    status, header, body = server.ask(opening(), Authorization=None)

    assert (status, header["content-type"]) == (401, "text/plain; charset=utf-8")
    assert body == b"the token is missing or wrong\n"


def test_a_client_reads_why_its_words_were_not_understood(server: Server) -> None:
    with server.connected() as client:
        client.sendall(server.head().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        answer = b"".join(iter(lambda: client.recv(65536), b""))

    header, _, body = answer.partition(b"\r\n\r\n")
    assert header.startswith(b"HTTP/1.1 505 ")
    assert b"content-type: text/plain" in header
    assert f"content-length: {len(body)}".encode() in header
    assert body == b"there is only HTTP/1.1"
