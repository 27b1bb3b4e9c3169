"""Telling clients that a resource has changed."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from brummer.core.guard import attempt
from brummer.core.instance import Instance, Versions
from brummer.core.pulse import Pulse
from brummer.mcp.interest import Follower, Interest
from brummer.mcp.resources.watched import Watched
from brummer.mcp.template import matched

#: Seconds between two looks: however much is printed, there are four of them a second.
PAUSE: Final = 0.25


class Updates:
    """Watches the resources that somebody wants to hear of, and no others.

    A look compares the stamp of each with the one that it had before; nothing of what
    is in them is read.  Between changes of the instance there is no look at all.

    Threads: the server's loop.
    """

    def __init__(
        self, instance: Instance, interest: Interest, watched: Iterable[Watched]
    ) -> None:
        self._instance = instance
        # One of our own: two who wait for changes could miss what the other has seen.
        self._pulse = Pulse(asyncio.get_running_loop())
        self._interest = interest
        # Templates last: what has an address of its own is not one of many.
        self._watched = sorted(watched, key=lambda each: each.source.is_template)
        #: What is looked at, by address, and what was seen there last.
        self._looks: dict[str, Callable[[], object]] = {}
        self._seen: dict[str, object] = {}
        self._versions: Versions | None = None
        self._watching: asyncio.Task[None] | None = None
        self._unwatch: Callable[[], object] | None = None
        interest.follow(Follower(self._begin, self._end))

    def _begin(self, uri: str) -> None:
        look = self._look_at(uri)
        if look is None:
            # It is somebody else's, who tells of it.
            return
        self._looks[uri] = look
        if self._watching is None:
            self._unwatch = self._instance.watch(self._pulse.beat)
            self._watching = asyncio.get_running_loop().create_task(self._watch())
        # What changes from this moment on is told, also before the first look.
        self._seen[uri] = look()

    def _look_at(self, uri: str) -> Callable[[], object] | None:
        for source, stamp in self._watched:
            if source.uri == uri or (
                source.is_template and matched(source.uri, uri) is not None
            ):
                # There may be nothing yet at an address: that is a stamp as well.
                return lambda: attempt(partial(stamp, uri))[0]
        return None

    def _end(self, uri: str) -> None:
        self._looks.pop(uri, None)
        self._seen.pop(uri, None)
        if not self._looks:
            self.close()

    async def _watch(self) -> None:
        while True:
            # A change after the look is seen by the pulse: between looking and
            # waiting nothing else runs in the loop.
            self._look()
            await self._pulse.next(None)
            await asyncio.sleep(PAUSE)

    def _look(self) -> None:
        # Before the tables: what changes meanwhile is looked at again.
        versions = self._instance.versions()._replace(usage=0, health=0)
        if versions == self._versions:
            return
        self._versions = versions
        for uri, look in self._looks.items():
            now = look()
            if now != self._seen[uri]:
                self._seen[uri] = now
                self._interest.touch(uri)

    def close(self) -> None:
        """Watch nothing any more."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
