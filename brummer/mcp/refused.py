"""Requests that are not answered, and what their clients are told."""

import json
from typing import Final

from mcp_types import INVALID_REQUEST


class RefusedError(Exception):
    """A request that is not answered: with which *status* of HTTP, and why.

    *code* is the protocol's.
    """

    def __init__(self, status: int, reason: str, code: int = INVALID_REQUEST) -> None:
        super().__init__(reason)
        self.status: Final = status
        self.reason: Final = reason
        self._code = code

    @property
    def body(self) -> bytes:
        """What the client reads; the protocol's own libraries show nothing but JSON."""
        error = {"code": self._code, "message": self.reason}
        return json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
