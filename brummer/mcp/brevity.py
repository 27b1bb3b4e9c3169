"""Short calls, answered without what only long ones need."""

import asyncio
from typing import Final

from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from brummer.mcp.asgi import Application, Receive, Scope, Send
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.presence import has_left, stopped_by_leaving
from brummer.model.tool import LongRun

_VERSION: Final = b"mcp-protocol-version"
_METHOD: Final = b"mcp-method"
_NAME: Final = b"mcp-name"
_ACCEPT: Final = b"accept"
_OURS: Final = frozenset({_VERSION, _METHOD, _NAME, _ACCEPT})
_STREAM: Final = b"text/event-stream"
_VERSIONS: Final = frozenset(version.encode() for version in MODERN_PROTOCOL_VERSIONS)


class Brevity:
    """Has brief tools answer as a *whole*, and all else in *parts* if need be.

    So that it can tell of progress and hears when the client leaves, the SDK makes two
    tasks, a stream and two scopes for each request of the newer era.  Of a brief tool
    there is nothing to tell, and that the client leaves is heard here.  It is a fifth
    less work.

    Threads: the loop's.
    """

    def __init__(
        self, catalogue: Catalogue, whole: Application, parts: Application
    ) -> None:
        self._catalogue = catalogue
        self._whole = whole
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered."""
        if not self._is_brief(scope):
            await self._parts(scope, receive, send)
        elif not has_left(scope):
            task = asyncio.current_task()
            assert task is not None
            with stopped_by_leaving(scope, task.cancel):
                await self._whole(scope, receive, send)

    def _is_brief(self, scope: Scope) -> bool:
        given = [(name, value) for name, value in scope["headers"] if name in _OURS]
        said = dict(given)
        # Said once it can be believed: what the body says has to agree.
        if len(said) < len(given) or said.get(_VERSION) not in _VERSIONS:
            return False
        # Of who cannot read a stream the SDK decides the same, whatever he calls.
        if scope["method"] != "POST" or _STREAM not in said.get(_ACCEPT, b""):
            return False
        if said.get(_METHOD) != b"tools/call":
            return False
        name = said.get(_NAME, b"").decode("latin-1")
        tool = self._catalogue.offer.tools.get(name)
        return tool is not None and tool.brief and tool.long_run is LongRun.NEVER
