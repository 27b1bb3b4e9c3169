"""Telling clients what has changed, in both eras of the protocol."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import mcp_types as wire
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import (
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
    ToolsListChanged,
)

from brummer.mcp.catalogue import Part
from brummer.mcp.interest import EACH, Interest
from brummer.mcp.template import LONGEST

logger: Final = logging.getLogger(__name__)

Context = ServerRequestContext[Any, Any]

#: A client is told of one resource, or list, at most once in so many seconds.
PAUSE: Final = 0.25

#: Seconds that a client may take to read what it is told; then it is told no more.
_PATIENCE: Final = 2.0

#: Clients that may listen at the same time, and what may wait for each: all that one
#: can subscribe to may change at once.
_LISTENERS: Final = 256
_WAITING: Final = 2 * EACH

_EVENTS: Final[dict[Part, ServerEvent]] = {
    Part.TOOLS: ToolsListChanged(),
    Part.RESOURCES: ResourcesListChanged(),
    Part.PROMPTS: PromptsListChanged(),
}


class News:
    """Who wants to hear of changes, and telling them.

    A client without sessions listens on a stream that it opened for that; of one with
    a session we hold the session from its first notification until it ends.  What
    changes often is told once for all the changes of :data:`PAUSE` seconds.  Which
    resources they want to hear of is counted by *interest*; those that are not *known*
    are none.

    Threads: the loop's, except :meth:`tell` and :meth:`touch`, which are safe from any.
    """

    def __init__(
        self,
        server: "Server[Any]",
        loop: asyncio.AbstractEventLoop,
        interest: Interest | None = None,
        known: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._loop = loop
        self._interest = interest or Interest()
        self._is_known = known
        self._interest.tell(self.touch)
        self._bus = InMemorySubscriptionBus()
        self._listening = ListenHandler(
            self._bus, max_subscriptions=_LISTENERS, max_buffered_events=_WAITING
        )
        self._sessions: dict[object, ServerSession] = {}
        #: Of which of them it is known how long they last.
        self._held: set[object] = set()
        #: Which resources each of those wants to hear of.
        self._subscribed: dict[object, set[str]] = {}
        #: What has changed since it was last told.
        self._touched: set[str] = set()
        self._changed: set[Part] = set()
        self._telling: set[asyncio.Task[None]] = set()
        server.add_request_handler(
            "subscriptions/listen",
            wire.SubscriptionsListenRequestParams,
            self._listen,
        )
        server.add_request_handler(
            "resources/subscribe", wire.SubscribeRequestParams, self._subscribe
        )
        server.add_request_handler(
            "resources/unsubscribe", wire.UnsubscribeRequestParams, self._unsubscribe
        )
        server.add_notification_handler(
            "notifications/initialized", wire.NotificationParams, self._hold
        )

    @property
    def clients(self) -> int:
        """How many sessions are held."""
        return len(self._sessions)

    def tell(self, part: Part) -> None:
        """Tell every client that a list has changed."""
        self._soon(lambda: self._change(part))

    def touch(self, uri: str) -> None:
        """Tell those who subscribed to a resource, soon."""
        self._soon(lambda: self._touch(uri))

    def _soon(self, step: Callable[[], object]) -> None:
        # Once the loop is closed nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(step)

    def _change(self, part: Part) -> None:
        if part not in self._changed:
            self._changed.add(part)
            self._loop.call_later(PAUSE, self._tell_all, part)

    def _tell_all(self, part: Part) -> None:
        self._changed.discard(part)
        self._begin(self._bus.publish(_EVENTS[part]))
        for key, session in tuple(self._sessions.items()):
            send = {
                Part.TOOLS: session.send_tool_list_changed,
                Part.RESOURCES: session.send_resource_list_changed,
                Part.PROMPTS: session.send_prompt_list_changed,
            }[part]
            self._begin(self._told(key, send()))

    def _touch(self, uri: str) -> None:
        if uri not in self._touched:
            self._touched.add(uri)
            self._loop.call_later(PAUSE, self._tell_touched, uri)

    def _tell_touched(self, uri: str) -> None:
        self._touched.discard(uri)
        self._begin(self._bus.publish(ResourceUpdated(uri=uri)))
        for key, session in tuple(self._sessions.items()):
            if uri in self._subscribed.get(key, ()):
                self._begin(self._told(key, session.send_resource_updated(uri)))

    def _begin(self, step: Awaitable[None]) -> None:
        task = asyncio.ensure_future(step)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _told(self, key: object, step: Awaitable[None]) -> None:
        """Do *step*; a client that does not read is told no more."""
        try:
            await asyncio.wait_for(step, _PATIENCE)
        except Exception:
            logger.info("a client is told no more", exc_info=True)
            self._forget(key)

    async def _hold(self, context: Context, _: wire.NotificationParams | None) -> None:
        """Keep a session for as long as it lasts: this is cancelled at its end."""
        key = _key(context)
        self._sessions[key] = context.session
        # One that says again and again that it is there is held once.
        if key in self._held:
            return
        self._held.add(key)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._held.discard(key)
            self._forget(key)

    def _forget(self, key: object) -> None:
        self._sessions.pop(key, None)
        self._interest.remove(self._subscribed.pop(key, ()))

    async def _subscribe(
        self, context: Context, params: wire.SubscribeRequestParams
    ) -> wire.EmptyResult:
        uri, key = str(params.uri), _key(context)
        if not self._is_offered(uri):
            uri = uri[:LONGEST]
            text = f"there is no resource {uri}"
            raise MCPError(wire.INVALID_PARAMS, text, {"uri": uri})
        if uri not in self._subscribed.get(key, ()):
            self._make_room(len(self._subscribed.get(key, ())) + 1)
            self._subscribed.setdefault(key, set()).add(uri)
            self._interest.add((uri,))
        return wire.EmptyResult()

    async def _unsubscribe(
        self, context: Context, params: wire.UnsubscribeRequestParams
    ) -> wire.EmptyResult:
        uri, key = str(params.uri), _key(context)
        subscribed = self._subscribed.get(key, set())
        if uri in subscribed:
            subscribed.discard(uri)
            self._interest.remove((uri,))
        return wire.EmptyResult()

    async def _listen(
        self, context: Context, params: wire.SubscriptionsListenRequestParams
    ) -> wire.SubscriptionsListenResult:
        """Tell a client without a session for as long as it keeps its stream open."""
        wanted = params.notifications
        uris = self._taken(wanted.resource_subscriptions or ())
        wanted = wanted.model_copy(update={"resource_subscriptions": uris or None})
        self._interest.add(uris)
        try:
            return await self._listening(
                context, params.model_copy(update={"notifications": wanted})
            )
        finally:
            self._interest.remove(uris)

    def _taken(self, asked: Iterable[str]) -> list[str]:
        """Return which of the resources that were asked for there are.

        The client is told which; the others are left out of that.
        """
        uris = list(dict.fromkeys(asked))
        self._make_room(len(uris))
        return [uri for uri in uris if self._is_offered(uri)]

    def _is_offered(self, uri: str) -> bool:
        return len(uri) <= LONGEST and self._is_known(uri)

    def _make_room(self, count: int) -> None:
        """Find that one client may want to hear of so many resources.

        :raises MCPError: if it may not.
        """
        if self._interest.is_full:
            # Some may never have said that they are there, or have left unheard.
            for key in self._subscribed.keys() - self._sessions.keys():
                self._forget(key)
        if count > EACH or (count and self._interest.is_full):
            text = f"at most {EACH} resources can be subscribed to; read them instead"
            raise MCPError(wire.INVALID_PARAMS, text)

    def close(self) -> None:
        """End the streams of those who listen, in good order."""
        self._listening.close()


def _key(context: Context) -> object:
    """Return what stands for a client: its session's id, or its only connection."""
    if context.request is None:
        return "pipe"
    return context.request.headers.get("mcp-session-id")
