"""Requests that are not answered, and what their clients are told."""

import json
from http import HTTPStatus
from typing import Final, NamedTuple

from mcp_types import CONNECTION_CLOSED


class RefusedError(Exception):
    """A request that is not answered: with which *status* of HTTP, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status: Final = status
        self.reason: Final = reason

    @property
    def notice(self) -> "Notice":
        """What the client is told, in plain words.

        In the protocol's, an error names the request that it is about, and here that
        was not read.  There are clients that wait for ever when they are told of an
        error without a name.
        """
        words = self.reason.encode() + b"\n"
        return Notice(self.status, b"text/plain; charset=utf-8", words)


class Notice(NamedTuple):
    """An answer of HTTP, in one piece."""

    status: int
    kind: bytes
    body: bytes


def farewell(request: bytes) -> Notice:
    """Return what the client of a request is told when the program ends before it.

    In the protocol's own words: its libraries show no others.
    """
    refused = RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "the program ends")
    name = _name(request)
    if name is None:
        return refused.notice
    error = {"code": CONNECTION_CLOSED, "message": refused.reason}
    body = json.dumps({"jsonrpc": "2.0", "id": name, "error": error})
    return Notice(refused.status, b"application/json", body.encode())


def _name(request: bytes) -> str | int | None:
    """Return the id of a request, ``None`` if it has none that can be read."""
    try:
        name = json.loads(request)["id"]
    except (LookupError, TypeError, ValueError, RecursionError):
        return None
    is_one = isinstance(name, str | int) and not isinstance(name, bool)
    return name if is_one else None
