"""The one client of the hub."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

import mcp_types as wire
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from pydantic import TypeAdapter, ValidationError

from brummer.mcp.conversation import Context, is_modern
from brummer.mcp.hub.line import Params, Result
from brummer.mcp.wire import REPLIES
from brummer.model.tool import Asking

logger: Final = logging.getLogger(__name__)

#: Notifications that may wait for a client which does not read; more are dropped.
WAITING: Final = 1_000

_REQUESTS: Final[Mapping[str, type[wire.InputRequest]]] = {
    Asking.PERSON.value: wire.ElicitRequest,
    Asking.MODEL.value: wire.CreateMessageRequest,
    Asking.ROOTS.value: wire.ListRootsRequest,
}

#: What an instance may tell the client.  Lists and resources the hub tells of itself;
#: and requests have numbers of ours, so what an instance gives up is another one there.
_NOTIFICATION: Final[
    TypeAdapter[wire.LoggingMessageNotification | wire.ElicitCompleteNotification]
] = TypeAdapter(wire.LoggingMessageNotification | wire.ElicitCompleteNotification)


class Client:
    """Who is served, and what it is told without having asked.

    All that it is told goes through one queue, in the order in which it came.

    Threads: the loop's.
    """

    def __init__(self) -> None:
        self._session: ServerSession | None = None
        self._waiting: asyncio.Queue[Callable[[], Awaitable[object]]] = asyncio.Queue(
            WAITING
        )
        #: Notifications that nobody read.
        self.dropped = 0
        #: What a client with a session said of itself; an instance is told the same.
        self.hello: Params | None = None
        #: How much of what tools say such a client wants to hear.
        self.level = ""

    def meet(self, context: Context) -> None:
        """Take note of who asks: it is there to be told things."""
        self._session = context.session
        said = context.session.client_params
        if self.hello is None and said and not is_modern(context):
            self.hello = {
                **said.model_dump(by_alias=True, mode="json", exclude_none=True),
                "protocolVersion": context.protocol_version,
            }

    async def ask(self, method: str, params: Params) -> Result:
        """Ask the client what an instance asks, and return its reply.

        :raises MCPError: if it cannot be asked that, or refuses.
        """
        kind = _REQUESTS.get(method)
        if method == "ping":
            return {}
        if kind is None or self._session is None:
            raise MCPError(wire.METHOD_NOT_FOUND, f"the client knows no {method}")
        request = kind.model_validate({"method": method, "params": params or None})
        reply = await self._session.send_request(request, REPLIES[Asking(method)])
        return reply.model_dump(by_alias=True, mode="json", exclude_none=True)

    def tell(self, method: str, params: Params) -> None:
        """Pass a notification of an instance on; one that is not for it is dropped."""
        session = self._session
        try:
            told = _NOTIFICATION.validate_python({"method": method, "params": params})
        except ValidationError:
            logger.debug("%s is no notification for clients", method)
            return
        if session is not None:
            self.put(lambda: session.send_notification(told))

    def put(self, step: Callable[[], Awaitable[object]]) -> None:
        """Have *step* done after all that was put before."""
        try:
            self._waiting.put_nowait(step)
        except asyncio.QueueFull:
            self.dropped += 1

    async def flush(self) -> None:
        """Return when all that was put is done: after an answer nothing may follow."""
        done = asyncio.Event()
        await self._waiting.put(partial(_mark, done))
        await done.wait()

    async def run(self) -> None:
        """Tell what waits, until cancelled."""
        while True:
            step = await self._waiting.get()
            try:
                # A client that is gone is not told.
                with suppress(MCPError, OSError):
                    await step()
            except Exception:
                # What an instance says may be of any form.  Whoever has asked for
                # something waits for what is behind it here.
                logger.warning("the client was not told something", exc_info=True)


async def _mark(done: asyncio.Event) -> None:
    done.set()
