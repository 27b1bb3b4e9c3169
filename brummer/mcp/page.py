"""What browsers want to be told, so that a page which may call really can.

That is cross-origin resource sharing: Fetch standard, 3.2 "CORS protocol".
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from brummer.mcp.asgi import Send

#: Seconds for which a browser need not ask again.
_AGE: Final = b"600"


def admission(origin: str) -> list[tuple[bytes, bytes]]:
    """Return the fields with which the page of *origin* may read an answer."""
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", b"mcp-session-id"),
        (b"vary", b"origin"),
    ]


async def permission(origin: str, fields: Mapping[bytes, bytes], send: Send) -> None:
    """Answer a browser that asks whether the page of *origin* may call.

    It is told yes whatever the call is to be: the call itself is checked.
    """
    wanted = fields.get(b"access-control-request-headers", b"")
    header = [
        *admission(origin),
        (b"access-control-allow-methods", b"GET, POST, DELETE"),
        (b"access-control-allow-headers", wanted),
        # Pages of the network outside may ask for what is on this machine.
        (b"access-control-allow-private-network", b"true"),
        (b"access-control-max-age", _AGE),
        (b"content-length", b"0"),
        # What may follow as its body is not read.
        (b"connection", b"close"),
    ]
    await send(
        {
            "type": "http.response.start",
            "status": HTTPStatus.NO_CONTENT,
            "headers": header,
        }
    )
    await send({"type": "http.response.body", "body": b""})
