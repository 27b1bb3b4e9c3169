"""Waiting for the link to an instance."""

import asyncio
from typing import Final

from brummer.mcp.hub.instance import InstanceLink
from brummer.mcp.hub.link import Peer, PeerState, PeerTable

#: Seconds that a request waits for an instance which is connected to for the first
#: time: one that has just started imports for a second or more.
PATIENCE: Final = 10.0

#: Seconds that it waits for one to which that has failed before.
_SHORT: Final = 2.0


async def link_to(id_: str, peers: PeerTable, patience: float) -> InstanceLink | None:
    """Return the link to an instance, if there is one or the next attempt makes one.

    For the first attempt of all *patience* is the limit, in seconds.
    """
    attempt = _Attempt(id_, peers)
    if attempt.over.is_set():
        # Also one that is dead is tried again now, for whoever asks next.
        if attempt.link is None:
            peers.nudge(id_)
        return attempt.link
    stop = peers.listen(attempt.look)
    try:
        peers.nudge(id_)
        async with asyncio.timeout(attempt.limit(patience)):
            await attempt.over.wait()
    except TimeoutError:
        pass
    finally:
        stop()
    return attempt.link


class _Attempt:
    """The attempt to connect to an instance that is under way, or comes next."""

    def __init__(self, id_: str, peers: PeerTable) -> None:
        self._id = id_
        self._peers = peers
        self._has_begun = False
        #: Set when there is a link, or will be none.
        self.over: Final = asyncio.Event()
        self.look()

    @property
    def _peer(self) -> Peer | None:
        return self._peers.snapshot().get(self._id)

    @property
    def link(self) -> InstanceLink | None:
        """The link that there is now."""
        link = self._peer and self._peer.link
        return link if isinstance(link, InstanceLink) else None

    def limit(self, patience: float) -> float:
        """Return how many seconds to wait for it."""
        peer = self._peer
        has_failed = peer is not None and peer.retries
        return min(patience, _SHORT) if has_failed else patience

    def look(self) -> None:
        """Look how the instance stands; called at each change, none is missed."""
        peer = self._peer
        if peer is None or peer.link is not None or peer.state is PeerState.DEAD:
            self.over.set()
        elif peer.state is PeerState.CONNECTING:
            self._has_begun = True
        elif self._has_begun:
            self.over.set()
