import json

import pytest
from mcp_types import CONNECTION_CLOSED, INVALID_REQUEST
from mcp_types.jsonrpc import JSONRPCError, jsonrpc_message_adapter

from brummer.mcp.refused import RefusedError
from tests.mcp.conftest import Server, opening


@pytest.mark.parametrize("code", [INVALID_REQUEST, CONNECTION_CLOSED])
def test_what_is_said_can_be_read_by_the_protocols_own_libraries(code: int) -> None:
    refused = RefusedError(503, 'no "room"\n', code)

    read = jsonrpc_message_adapter.validate_json(refused.body, by_name=False)

    assert isinstance(read, JSONRPCError)
    assert (read.error.code, read.error.message) == (code, 'no "room"\n')


def test_a_client_reads_why_it_was_not_let_in(server: Server) -> None:
    status, header, body = server.ask(opening(), Authorization=None)

    assert (status, header["content-type"]) == (401, "application/json")
    said = json.loads(body)["error"]["message"]
    assert said == "the token is missing or wrong"


def test_a_client_reads_why_its_words_were_not_understood(server: Server) -> None:
    with server.connected() as client:
        client.sendall(server.head().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        answer = b"".join(iter(lambda: client.recv(65536), b""))

    header, _, body = answer.partition(b"\r\n\r\n")
    assert header.startswith(b"HTTP/1.1 505 ")
    assert f"content-length: {len(body)}".encode() in header
    assert json.loads(body)["error"]["message"] == "there is only HTTP/1.1"
