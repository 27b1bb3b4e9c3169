"""What clients send, and how much of it may be here at a time."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from brummer.mcp.asgi import Receive
from brummer.mcp.refused import RefusedError

#: Bytes of all requests together that are being answered.
ROOM: Final = 64 * 1024 * 1024

#: What is too large is read to its end, and dropped, up to so many times the size that
#: a request may have.
_POLITE: Final = 8


class LeftError(Exception):
    """A client that has gone before its request was whole."""


class Intake:
    """Reads what comes with requests, and keeps count of it.

    Threads: the loop's.
    """

    def __init__(self, most: int, room: int = ROOM) -> None:
        """Take *most* bytes with one request, and *room* with all together."""
        self._most = most
        self._room = room
        self._held = 0

    async def read(self, receive: Receive, fields: Mapping[bytes, bytes]) -> bytes:
        """Return what came with a request, to be given back to :meth:`release`.

        *fields* are those of its header.

        :raises RefusedError: if it is too much.
        :raises LeftError: if the client goes meanwhile.
        """
        declared = fields.get(b"content-length", b"")
        size = int(declared[:20]) if declared.isdigit() else 0
        if size > self._most:
            # While they still send, some clients do not hear that they should not.
            if size <= _POLITE * self._most and b"expect" not in fields:
                await _dropped(receive)
            raise self._too_large()
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            # Nearly every one: it came in one piece.
            body: bytes = message.get("body", b"")
            self._take(len(body), len(body))
            return body
        parts = bytearray()
        try:
            while message["type"] == "http.request":
                part = message.get("body", b"")
                self._take(len(part), len(parts) + len(part))
                parts += part
                if not message.get("more_body"):
                    return bytes(parts)
                message = await receive()
        except BaseException:
            self.release(len(parts))
            raise
        self.release(len(parts))
        raise LeftError

    def _take(self, more: int, size: int) -> None:
        if size > self._most:
            raise self._too_large()
        if self._held + more > self._room:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._held:,} bytes of requests are being answered already",
            )
        self._held += more

    def _too_large(self) -> RefusedError:
        reason = f"a request may have {self._most:,} bytes"
        return RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)

    def release(self, size: int) -> None:
        """Forget a request of so many bytes: it is answered."""
        self._held -= size


async def _dropped(receive: Receive) -> None:
    """Read a request to its end."""
    while (await receive()).get("more_body"):
        pass
