"""Hearing of what changes in an instance."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

import mcp_types as wire
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import SUBSCRIPTION_ID_META_KEY

from brummer.mcp.hub.line import Line, Params, Result, envelope

#: Seconds in which an instance says that it will tell.
_PATIENCE: Final = 5.0

_LISTS: Final[Params] = {
    "toolsListChanged": True,
    "promptsListChanged": True,
    "resourcesListChanged": True,
}


class Listening:
    """What one instance is asked to tell: its lists, and some resources.

    Without a session this is one request that goes on for as long as the connection;
    its end is the first sign that an instance is gone, and *lost* is called.  When
    other resources are wanted there is a second one before the first is ended, so that
    nothing is missed between them.

    Threads: the loop's.
    """

    def __init__(self, line: Line, lost: Callable[[], object]) -> None:
        self._line = line
        self._lost = lost
        self._numbers = itertools.count(1)
        self._one_by_one = asyncio.Lock()
        self._request: asyncio.Task[Result] | None = None
        #: Requests that have begun to be heard, by number.
        self._heard: dict[str, asyncio.Event] = {}
        self._wanted: frozenset[str] | None = None

    async def want(self, uris: Iterable[str]) -> None:
        """Hear of *uris* from now on, and of no others.

        :raises MCPError: if the instance refuses.
        """
        wanted = frozenset(uris)
        async with self._one_by_one:
            if wanted == self._wanted:
                return
            if self._line.is_modern:
                await self._try(wanted)
            else:
                await self._subscribe(wanted, self._wanted or frozenset())
            self._wanted = wanted

    async def _subscribe(self, wanted: frozenset[str], before: frozenset[str]) -> None:
        for method, uris in (
            ("resources/subscribe", wanted - before),
            ("resources/unsubscribe", before - wanted),
        ):
            for uri in sorted(uris):
                # Not every instance knows the method, nor has each the resource.
                with suppress(MCPError):
                    await self._line.ask(method, {"uri": uri})

    async def _try(self, wanted: frozenset[str]) -> None:
        try:
            await self._listen(wanted)
        except MCPError as error:
            # It tells nothing, which is its right; nor is it seen at once when it ends.
            if error.code != wire.METHOD_NOT_FOUND:
                raise

    async def _listen(self, wanted: frozenset[str]) -> None:
        number = f"listen-{next(self._numbers)}"
        heard = self._heard[number] = asyncio.Event()
        request = asyncio.ensure_future(
            self._line.ask(
                "subscriptions/listen",
                envelope(
                    {
                        "notifications": {
                            **_LISTS,
                            "resourceSubscriptions": sorted(wanted),
                        }
                    }
                ),
                options={"request_id": number},
            )
        )
        try:
            await _either(request, heard, _PATIENCE)
        except BaseException:
            request.cancel()
            raise
        finally:
            del self._heard[number]
        before, self._request = self._request, request
        request.add_done_callback(self._ended)
        if before is not None:
            before.cancel()

    def acknowledged(self, params: Params) -> None:
        """Take note that a request has begun to be heard."""
        number = str((params.get("_meta") or {}).get(SUBSCRIPTION_ID_META_KEY))
        if heard := self._heard.get(number):
            heard.set()

    def _ended(self, request: asyncio.Task[Result]) -> None:
        if not request.cancelled():
            # It has to be looked at; what it was is the line's business to tell.
            request.exception()
            if request is self._request:
                self._lost()


async def _either(
    request: asyncio.Task[Result], heard: asyncio.Event, patience: float
) -> None:
    """Return when *heard* is set.

    :raises MCPError: if the request ends before that, or nothing happens.
    """
    hearing = asyncio.ensure_future(heard.wait())
    try:
        await asyncio.wait(
            {request, hearing}, timeout=patience, return_when="FIRST_COMPLETED"
        )
    finally:
        hearing.cancel()
    if heard.is_set():
        return
    if request.done():
        # That raises what it ended with.
        request.result()
    raise MCPError(wire.REQUEST_TIMEOUT, "it does not tell of changes")
