import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp_types import CONNECTION_CLOSED, INVALID_REQUEST
from mcp_types.jsonrpc import JSONRPCError, jsonrpc_message_adapter

from brummer.mcp.hub.worded import WordedTransport


@asynccontextmanager
async def answering(status: str, kind: str, body: str) -> AsyncIterator[str]:
    """Yield the address of a server that answers so."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {kind}\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"


def asked(status: str, kind: str, body: str) -> tuple[int, str, bytes]:
    """Return status, type and body of what a client hears."""

    async def main() -> tuple[int, str, bytes]:
        async with (
            answering(status, kind, body) as url,
            httpx2.AsyncClient(transport=WordedTransport(), trust_env=False) as client,
        ):
            found = await client.get(url)
            return found.status_code, found.headers["content-type"], found.content

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("413 Too Large", INVALID_REQUEST),
        ("503 Full", CONNECTION_CLOSED),
        ("502 Bad", CONNECTION_CLOSED),
    ],
)
def test_plain_words_become_an_error_of_the_protocol(status: str, code: int) -> None:
    found, kind, body = asked(status, "text/plain", "no\n  room\n")

    assert (found, kind) == (int(status[:3]), "application/json")
    read = jsonrpc_message_adapter.validate_json(body, by_name=False)
    assert isinstance(read, JSONRPCError)
    assert (read.error.code, read.error.message) == (code, "no room")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("200 OK", "text/event-stream"),
        ("404 Not Found", "text/plain"),
        ("400 Bad", "application/json; charset=utf-8"),
    ],
)
def test_all_else_stays_as_it_is(status: str, kind: str) -> None:
    assert asked(status, kind, "as it was") == (int(status[:3]), kind, b"as it was")


def test_of_a_long_refusal_the_beginning_is_read() -> None:
    _, _, body = asked("500 Oops", "text/html", "<p>" + "x" * 1_000_000)

    assert b"<p>xxx" in body
    assert len(body) < 5_000


def test_who_says_nothing_is_quoted_with_his_status() -> None:
    _, _, body = asked("500 Oops", "text/plain", "")

    assert b"refused with 500" in body
