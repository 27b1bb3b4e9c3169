"""Short calls, answered without what only long ones need."""

from typing import Final

from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from brummer.mcp.asgi import Application, Receive, Scope, Send
from brummer.mcp.catalogue import Catalogue
from brummer.model.tool import LongRun

_VERSION: Final = b"mcp-protocol-version"
_METHOD: Final = b"mcp-method"
_NAME: Final = b"mcp-name"
_OURS: Final = frozenset({_VERSION, _METHOD, _NAME})
_VERSIONS: Final = frozenset(version.encode() for version in MODERN_PROTOCOL_VERSIONS)


class Brevity:
    """Has brief tools answer as a *whole*, and all else in *parts* if need be.

    So that it can tell of progress and hears when the client leaves, the SDK makes two
    tasks, a stream and two scopes for each request of the newer era.  Of a brief tool
    there is nothing to tell, and it ends soon by itself.  It is answered a sixth
    faster without.

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
        way = self._whole if self._is_brief(scope) else self._parts
        await way(scope, receive, send)

    def _is_brief(self, scope: Scope) -> bool:
        # The header can be believed: if the body says anything else, or the header
        # itself says two things, the SDK refuses the request.
        said = {name: value for name, value in scope["headers"] if name in _OURS}
        if said.get(_VERSION) not in _VERSIONS or said.get(_METHOD) != b"tools/call":
            return False
        name = said.get(_NAME, b"").decode("latin-1")
        tool = self._catalogue.offer.tools.get(name)
        return tool is not None and tool.brief and tool.long_run is LongRun.NEVER
