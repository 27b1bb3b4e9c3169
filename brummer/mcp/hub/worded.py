"""Refusals in plain words, as errors of the protocol."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Final

import httpx2
import mcp_types as wire
from typing_extensions import override

#: Bytes of a refusal that are read.
_MOST: Final = 4096

_JSON: Final = "application/json"


class WordedTransport(httpx2.AsyncHTTPTransport):
    """Has the SDK hear why an instance refuses a request.

    An instance says it in plain words where it has not read which request it was, and
    the SDK reads nothing but JSON.  Here it is known which one it was.

    Threads: one loop's.
    """

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        status = response.status_code
        # A session that is gone has a status of its own, which the SDK knows.
        if status < HTTPStatus.BAD_REQUEST or status == HTTPStatus.NOT_FOUND:
            return response
        if response.headers.get("content-type", "").lower().startswith(_JSON):
            return response
        words = await _read(response)
        return httpx2.Response(
            status,
            headers={"content-type": _JSON},
            content=_worded(status, words).encode(),
            request=request,
        )


async def _read(response: httpx2.Response) -> str:
    """Return the words of a refusal, in one line, and close it."""
    read = bytearray()
    try:
        # What came before it broke is better than nothing.
        with suppress(httpx2.TransportError):
            async for part in response.aiter_bytes():
                read += part
                if len(read) >= _MOST:
                    break
    finally:
        await response.aclose()
    return " ".join(read[:_MOST].decode(errors="replace").split())


def _worded(status: int, words: str) -> str:
    # What is wrong with a request was not done.  Of what is wrong with the instance,
    # nobody knows when it began.
    is_over = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    error = {
        "code": wire.CONNECTION_CLOSED if is_over else wire.INVALID_REQUEST,
        "message": words or f"refused with {status}",
    }
    # The SDK puts the name of the request in.
    return json.dumps({"jsonrpc": "2.0", "id": None, "error": error})
