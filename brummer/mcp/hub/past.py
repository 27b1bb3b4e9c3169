"""Instances that were there a while ago."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.sighting import Sighting

#: Seconds for which they are remembered, and how many.
SPAN: Final = 600.0
MOST: Final = 32


class Past:
    """Remembers instances that have ended and left no file.

    An agent may know one by its name still, and is to be told what has become of it.

    Threads: one loop's.
    """

    def __init__(self) -> None:
        #: By id, those that ended longest ago first.
        self._peers: dict[str, Peer] = {}

    @property
    def peers(self) -> Mapping[str, Peer]:
        """Those that are remembered, by id."""
        return self._peers

    def add(self, peer: Peer, now: float) -> None:
        """Remember *peer*, which is gone since *now*."""
        self._peers.pop(peer.id, None)
        self._peers[peer.id] = Peer(
            label=peer.label,
            sighting=replace(peer.sighting, is_alive=False),
            state=PeerState.DEAD,
            since=peer.since if peer.state is PeerState.DEAD else now,
            problem="it has ended",
        )
        if len(self._peers) > MOST:
            del self._peers[next(iter(self._peers))]

    def forget(self, seen: Iterable[Sighting], now: float) -> bool:
        """Forget who came back, has a successor or is too long gone; whether some did.

        *seen* are those that there are.
        """
        ids, places = set[str](), set[object]()
        for sighting in seen:
            ids.add(sighting.id)
            places.add(sighting.place)
        before = len(self._peers)
        self._peers = {
            id_: peer
            for id_, peer in self._peers.items()
            if id_ not in ids
            and peer.sighting.place not in places
            and now - peer.since < SPAN
        }
        return len(self._peers) < before
