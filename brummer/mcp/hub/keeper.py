"""One instance, and the link to it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from random import Random
from typing import Final, TypeAlias

from brummer.core.guard import cause
from brummer.mcp.hub.health import lost
from brummer.mcp.hub.link import Link, Peer, PeerState
from brummer.mcp.hub.patience import Patience
from brummer.mcp.hub.race import first, happens
from brummer.mcp.hub.sighting import Sighting
from brummer.mcp.hub.timing import Timing

#: Opens a link to the instance that was seen; entered and left in one task.
Connect: TypeAlias = Callable[[Sighting], AbstractAsyncContextManager[Link]]


#: Why a link is none any more, where nothing says so.
_BROKEN: Final = "the connection broke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How links are opened and kept."""

    connect: Connect
    timing: Timing
    random: Random


class Keeper:
    """Keeps the link to one instance, opens it again, and publishes how it stands.

    A link is published only while its instance is seen where the link leads: what
    the file says is compared in :meth:`see`, without a step of the loop in between.

    Threads: one loop's.  *publish* is called in it, and must not wait.
    """

    def __init__(
        self, peer: Peer, manner: Manner, publish: "Callable[[Keeper, Peer], object]"
    ) -> None:
        self._peer = peer
        self._connect = manner.connect
        self._timing = manner.timing
        self._patience = Patience(manner.timing, manner.random)
        self._publish = publish
        self._is_listed = True
        #: Why the last link was given up, if there was one.
        self._reason = ""
        #: Set when there may be a reason not to go on waiting.
        self._news = asyncio.Event()
        #: Set when somebody wants to know whether the link still is one.
        self._asked = asyncio.Event()

    def see(self, sighting: Sighting | None) -> None:
        """Take note of what the file says now; ``None`` is that there is none."""
        self._is_listed = sighting is not None
        if sighting is None:
            return
        before = self._peer.sighting
        if self._peer.link is not None and (reason := _withdrawn(before, sighting)):
            self._enter(PeerState.RETRYING, reason, sighting=sighting)
        else:
            self._peer = replace(self._peer, sighting=sighting)
            self._publish(self, self._peer)
        if (before, before.written) != (sighting, sighting.written):
            self._news.set()

    def nudge(self) -> None:
        """Try at once, or find out at once whether the link still is one."""
        self._news.set()
        self._asked.set()

    async def run(self) -> None:
        """Keep the link; return when there is neither one nor a file."""
        while self._is_listed:
            self._news.clear()
            sighting = self._peer.sighting
            if sighting.is_alive and sighting.port:
                await self._attempt(sighting)
                continue
            self._patience.succeed()
            if sighting.is_alive:
                self._enter(PeerState.DISCOVERED, "it runs no MCP server")
            else:
                self._enter(PeerState.DEAD, "its process has ended")
            await self._news.wait()

    async def _attempt(self, sighting: Sighting) -> None:
        """Open a link and keep it; then wait until it is time for the next."""
        self._reason = ""
        self._enter(PeerState.CONNECTING, self._peer.problem)
        (outcome,) = await asyncio.gather(
            first(self._moved(sighting), self._visited(sighting)),
            return_exceptions=True,
        )
        if not self._is_listed or _withdrawn(sighting, self._peer.sighting):
            return
        pause = self._patience.fail()
        state = PeerState.DEAD if self._patience.is_spent else PeerState.RETRYING
        self._enter(state, self._reason or self._told(outcome))
        await happens(self._news, pause)

    async def _moved(self, sighting: Sighting) -> str:
        """Return when a link to *sighting* would lead astray."""
        while not (reason := _withdrawn(sighting, self._peer.sighting)):
            await self._news.wait()
            self._news.clear()
        return reason

    async def _visited(self, sighting: Sighting) -> str:
        """Open a link and keep it as long as it is good; return why it no longer is."""
        async with (
            asyncio.timeout(self._timing.opening) as limit,
            self._connect(sighting) as link,
        ):
            limit.reschedule(None)
            try:
                return await self._stayed(link, sighting)
            finally:
                now = asyncio.get_running_loop().time()
                limit.reschedule(now + self._timing.leaving)

    async def _stayed(self, link: Link, sighting: Sighting) -> str:
        # The file may have changed in the very step in which the link was opened.
        if reason := _withdrawn(sighting, self._peer.sighting):
            return reason
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._asked.clear()
        self._enter(PeerState.ACTIVE, link=link)
        try:
            self._reason = await lost(link, self._timing, self._asked)
        finally:
            # One that breaks as soon as it is open is no success.
            if loop.time() - begun >= self._timing.interval:
                self._patience.succeed()
            # Before the link is left, for that may take a while.
            if self._peer.link is not None:
                self._enter(PeerState.RETRYING, self._reason or _BROKEN)
        return self._reason

    def _enter(
        self,
        state: PeerState,
        problem: str = "",
        *,
        link: Link | None = None,
        sighting: Sighting | None = None,
    ) -> None:
        """Publish a state, and with it everything that follows from it."""
        peer = self._peer
        now = asyncio.get_running_loop().time()
        self._peer = Peer(
            label=peer.label,
            sighting=sighting or peer.sighting,
            state=state,
            since=peer.since if state is peer.state else now,
            retries=self._patience.failures,
            problem=problem,
            link=link,
        )
        self._publish(self, self._peer)

    def _told(self, outcome: str | BaseException) -> str:
        """Return in words why there is no link."""
        while isinstance(outcome, BaseExceptionGroup):
            outcome = outcome.exceptions[0]
        if isinstance(outcome, str):
            return outcome
        if isinstance(outcome, asyncio.CancelledError):
            return _BROKEN
        if isinstance(outcome, TimeoutError) and not outcome.args:
            return f"it did not answer within {self._timing.opening:g} s"
        return cause(outcome)


def _withdrawn(before: Sighting, now: Sighting) -> str:
    """Return why a link to what was seen *before* is none to what is seen *now*."""
    if not now.is_alive:
        return "its process has ended"
    if now.way == before.way:
        return ""
    if now.ssh != before.ssh:
        return f"it is reached {f'through {now.ssh}' if now.ssh else 'directly'} now"
    if not now.port:
        return "it runs no MCP server any more"
    if now.port != before.port:
        return f"it has moved to port {now.port}"
    return "it has been started again"
