"""All instances that are known, and the links to them."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random, SystemRandom
from types import MappingProxyType
from typing import Final

from brummer.core.guard import attempt, cause
from brummer.mcp.hub.keeper import Connect, Keeper, Manner
from brummer.mcp.hub.label import Labels
from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.nap import mind_naps
from brummer.mcp.hub.past import Past
from brummer.mcp.hub.race import end, happens
from brummer.mcp.hub.sighting import Look, Sighting, Source, file_name
from brummer.mcp.hub.timing import Timing

logger = logging.getLogger(__name__)

#: Instances that a hub keeps links to; more are told of as problems.
MAX_PEERS: Final = 64


@dataclass(frozen=True, slots=True)
class _Kept:
    keeper: Keeper
    task: asyncio.Task[None]


class Peers:
    """Finds instances, keeps a link to each, and publishes how they stand.

    Each instance has a task of its own, which opens its link and leaves it.  One
    whose file is gone has ended once it has no link either: a file may be deleted by
    mistake, and its owner writes it again.  Who has ended so stays in the table for a
    while, unless its folder has another.

    Threads: one loop's.
    """

    def __init__(
        self,
        source: Source,
        connect: Connect,
        *,
        timing: Timing | None = None,
        random: Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._timing = timing or Timing()
        self._manner = Manner(
            connect=connect, timing=self._timing, random=random or SystemRandom()
        )
        self._wall = wall
        self._labels = Labels()
        #: Who keeps the link to whom; those told to end are only among the tasks.
        self._kept: dict[str, _Kept] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._past = Past()
        #: Replaced and never changed.
        self._table: Mapping[str, Peer] = MappingProxyType({})
        self._problems: Mapping[str, str] = MappingProxyType({})
        self._listeners: list[Callable[[], None]] = []
        self._look_wanted = asyncio.Event()
        #: Of the first look, who has neither a link nor a problem yet.
        self._awaited: set[str] | None = None
        self._is_settled = asyncio.Event()

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong with files that are nobody's, by their names."""
        return self._problems

    def snapshot(self) -> Mapping[str, Peer]:
        """Return every known instance by its id, dead ones too."""
        return self._table

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call *changed* after each change of the table; return how to end that."""
        self._listeners.append(changed)
        return partial(self._listeners.remove, changed)

    def nudge(self, id_: str) -> None:
        """Connect to *id_* now instead of when its time has come.

        For one that has a link: ask it for a sign of life now.
        """
        if kept := self._kept.get(id_):
            kept.keeper.nudge()
            self._look_wanted.set()

    async def settled(self) -> None:
        """Return when each instance of the first look has a link or a problem."""
        await self._is_settled.wait()

    async def run(self) -> None:
        """Keep looking, until cancelled; then leave every link."""
        minding = (
            asyncio.create_task(self._source.watch(self._look_wanted.set)),
            asyncio.create_task(mind_naps(self._wake, self._timing, self._wall)),
        )
        try:
            while True:
                self._look_wanted.clear()
                self._take(await self._source.look())
                await happens(self._look_wanted, self._timing.look)
        finally:
            await end(*minding, *self._tasks)

    def _wake(self) -> None:
        """Find out who is still there, after the machine slept."""
        for id_ in tuple(self._kept):
            self.nudge(id_)

    def _take(self, look: Look) -> None:
        """Tell the keepers what was seen; forget who is gone, and take who is new."""
        seen = {sighting.id: sighting for sighting in look.sightings}
        for id_, kept in tuple(self._kept.items()):
            kept.keeper.see(seen.get(id_))
            is_lost = id_ not in seen and self._table[id_].link is None
            if is_lost and id_ not in look.replaced:
                self._bury(id_)
            elif is_lost or id_ in look.replaced or kept.task.done():
                self._forget(id_)
        self._clear(look.sightings)
        new = [sighting for id_, sighting in seen.items() if id_ not in self._kept]
        # Those that live come first, and before those that have ended.
        new.sort(key=lambda sighting: not sighting.is_alive)
        self._make_room(sum(sighting.is_alive for sighting in new))
        room = MAX_PEERS - len(self._kept)
        for sighting in new[:room]:
            self._keep(sighting)
        full = f"{MAX_PEERS} instances are known already"
        self._problems = MappingProxyType(
            {**look.problems, **{file_name(other.id): full for other in new[room:]}}
        )
        if self._awaited is None:
            self._awaited = set(self._kept)
        self._settle()

    def _make_room(self, count: int) -> None:
        """Forget as many that have ended as is needed for *count* new ones."""
        missing = max(0, count - (MAX_PEERS - len(self._kept)))
        ended = [i for i in self._kept if not self._table[i].sighting.is_alive]
        for id_ in ended[:missing]:
            self._forget(id_)

    def _keep(self, sighting: Sighting) -> None:
        used = {peer.label for peer in self._table.values() if peer.id != sighting.id}
        peer = Peer(
            label=self._labels.take(sighting, used),
            sighting=sighting,
            since=asyncio.get_running_loop().time(),
        )
        keeper = Keeper(peer, self._manner, self._publish)
        task = asyncio.create_task(keeper.run())
        self._kept[peer.id] = _Kept(keeper, task)
        self._tasks.add(task)
        task.add_done_callback(partial(self._end, keeper, peer.id))
        self._publish(keeper, peer)

    def _end(self, keeper: Keeper, id_: str, task: asyncio.Task[None]) -> None:
        """Forget an instance whose keeper has ended; a failure is told, and looked at.

        The next look forgets it then, and begins anew if there is a file.
        """
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if not self._is_kept_by(keeper, id_):
            return
        if error is not None:
            failed = replace(
                self._table[id_], state=PeerState.DEAD, problem=cause(error), link=None
            )
            self._publish(keeper, failed)
        else:
            self._bury(id_)

    def _bury(self, id_: str) -> None:
        """Strike somebody off, and remember that it was there."""
        self._past.add(self._table[id_], asyncio.get_running_loop().time())
        self._forget(id_)

    def _clear(self, seen: Sequence[Sighting]) -> None:
        """Remember no more who came back, or is too long gone."""
        if self._past.forget(seen, asyncio.get_running_loop().time()):
            self._show()

    def _forget(self, id_: str) -> None:
        """Strike somebody off; what is still being done for it ends by itself."""
        self._kept.pop(id_).task.cancel()
        self._show()

    def _show(self) -> None:
        """Publish who is kept, and who is remembered."""
        kept = {id_: peer for id_, peer in self._table.items() if id_ in self._kept}
        self._table = MappingProxyType({**self._past.peers, **kept})
        self._tell()

    def _publish(self, keeper: Keeper, peer: Peer) -> None:
        # A keeper that was told to end may still come to the end of a step.
        before = self._table.get(peer.id)
        if not self._is_kept_by(keeper, peer.id):
            return
        self._table = MappingProxyType({**self._table, peer.id: peer})
        if before is not None and before.link is not None and peer.link is None:
            # Perhaps it has ended, or moved.
            self._look_wanted.set()
        if peer != before:
            self._tell()

    def _is_kept_by(self, keeper: Keeper, id_: str) -> bool:
        kept = self._kept.get(id_)
        return kept is not None and kept.keeper is keeper

    def _tell(self) -> None:
        self._settle()
        for changed in tuple(self._listeners):
            _, error = attempt(changed)
            if error is not None:
                # One that fails must neither stop the others nor the keeper.
                logger.error("a listener failed: %s", cause(error))

    def _settle(self) -> None:
        """Find out whether somebody of the first look is still awaited."""
        if self._awaited is None:
            return
        self._awaited = {
            id_
            for id_ in self._awaited
            if (peer := self._table.get(id_)) and not _is_settled(peer)
        }
        if not self._awaited:
            self._is_settled.set()


def _is_settled(peer: Peer) -> bool:
    return peer.link is not None or bool(peer.problem)
