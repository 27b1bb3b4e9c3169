"""What the client sees of all instances, and when that changes."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from brummer.mcp.catalogue import Part
from brummer.mcp.hub.instance import InstanceLink
from brummer.mcp.hub.link import Link, Peer, PeerState, PeerTable
from brummer.mcp.hub.offer import Offer
from brummer.mcp.hub.roster import Compact, Form, Member, Roster

logger: Final = logging.getLogger(__name__)

#: Seconds for which the first lists wait for the instances that were there, and for
#: the first of them.  One that nobody has asked before imports its server now, which
#: takes its time on a busy machine; and many clients read the lists only once.
FIRST: Final = 1.0
ANY: Final = 5.0

#: What changes within so many seconds is told once.
_PAUSE: Final = 0.05


class View:
    """Keeps the list of instances and what they offer, as the client is shown it.

    What an instance offered stays listed while it is connected to anew: it has mostly
    been started again, and clients forget what they cannot find.  When it is dead, so
    is that.

    Threads: the loop's.
    """

    def __init__(
        self,
        peers: PeerTable,
        compact: Compact,
        tell: Callable[[Part], object],
        linked: Callable[[InstanceLink], object],
    ) -> None:
        self._peers = peers
        self._compact = compact
        self._tell = tell
        self._linked = linked
        self._offers: dict[str, Offer] = {}
        #: The link of each instance when it was last looked at.
        self._links: dict[str, Link] = {}
        self._untold: set[Part] = set()
        self._somebody = asyncio.Event()
        self._first = asyncio.ensure_future(self._settle())
        self._stop = peers.listen(self._look)
        #: Rebound when something changes.
        self.roster = Roster()
        self._look()

    async def _settle(self) -> None:
        everybody = asyncio.ensure_future(self._peers.settled())
        somebody = asyncio.ensure_future(self._somebody.wait())
        try:
            await asyncio.wait({everybody}, timeout=FIRST)
            await asyncio.wait(
                {everybody, somebody},
                timeout=ANY - FIRST,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not everybody.done():
                logger.info("not every instance is there yet")
        finally:
            everybody.cancel()
            somebody.cancel()

    async def settled(self) -> None:
        """Return when the first lists are worth reading."""
        await asyncio.wait({self._first})

    def peer(self, id_: str) -> Peer | None:
        """Return an instance as it stands now."""
        return self._peers.snapshot().get(id_)

    def link(self, id_: str) -> InstanceLink | None:
        """Return the link to an instance, if there is one."""
        peer = self.peer(id_)
        link = peer.link if peer is not None else None
        return link if isinstance(link, InstanceLink) else None

    def label(self, id_: str) -> str:
        """Return what stands in front of what an instance says to a person."""
        peer = self.peer(id_)
        return "" if peer is None or self.roster.form is Form.PLAIN else peer.label

    def links(self) -> list[InstanceLink]:
        """Return the links to all instances."""
        found = (self.link(id_) for id_ in self._peers.snapshot())
        return [link for link in found if link is not None]

    def changed(self, _: str, part: Part) -> None:
        """Take note that an instance has told of a list, changed or not."""
        self._look()
        self._publish({part})

    def _look(self) -> None:
        """Look at the instances again."""
        peers = self._peers.snapshot()
        alive = {id_: peer for id_, peer in peers.items() if _is_alive(peer)}
        self._offers = {
            id_: offer for id_, offer in self._offers.items() if id_ in alive
        }
        if any(peer.link is not None for peer in alive.values()):
            self._somebody.set()
        fresh = []
        for id_, peer in alive.items():
            if isinstance(peer.link, InstanceLink):
                self._offers[id_] = peer.link.offer
                if self._links.get(id_) is not peer.link:
                    fresh.append(peer.link)
        self._links = {id_: p.link for id_, p in alive.items() if p.link is not None}
        members = [Member(peer, self._offers.get(id_)) for id_, peer in alive.items()]
        absent = [peer for id_, peer in peers.items() if id_ not in alive]
        before, self.roster = self.roster, self._roster(members, absent)
        self._publish(_difference(before, self.roster))
        for link in fresh:
            self._linked(link)

    def _roster(self, members: list[Member], absent: list[Peer]) -> Roster:
        return Roster(
            tuple(sorted(members, key=lambda member: member.label)),
            max(self.roster.form, self._compact.form(len(members))),
            tuple(sorted(absent, key=lambda peer: peer.label)),
        )

    def _publish(self, parts: set[Part]) -> None:
        if parts and not self._untold:
            asyncio.get_running_loop().call_later(_PAUSE, self._tell_all)
        self._untold |= parts

    def _tell_all(self) -> None:
        parts, self._untold = self._untold, set()
        for part in sorted(parts):
            self._tell(part)

    def close(self) -> None:
        """Look no more."""
        self._stop()
        self._first.cancel()


def _is_alive(peer: Peer) -> bool:
    """Whether an instance has a server, or is about to have one."""
    has_server = bool(peer.sighting.port)
    return has_server and peer.state is not PeerState.DEAD


def _difference(before: Roster, after: Roster) -> set[Part]:
    """Return which lists are others for the client."""
    pairs: Mapping[Part, bool] = {
        Part.TOOLS: before.tools() == after.tools(),
        Part.RESOURCES: (before.resources(), before.templates())
        == (after.resources(), after.templates()),
        Part.PROMPTS: before.prompts() == after.prompts(),
    }
    return {part for part, is_same in pairs.items() if not is_same}
