"""Places in channels that are kept for those who subscribed."""

import secrets
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from brummer.core.clock import Clock
from brummer.errors import BrummerError, quoted

#: Subscriptions at once, and seconds after which one ends that nobody uses.
MOST: Final = 100
IDLE: Final = 3_600.0


@dataclass(slots=True)
class _Place:
    channel: str
    cursor: int
    used: float


class Subscriptions:
    """Remembers how far each subscriber has read.

    Threads: the server's loop.  Between reading a place and moving it nobody else
    comes, so of several who use one each message reaches one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        #: By id, the one that was used longest ago first.
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def subscribe(self, channel: str, cursor: int) -> str:
        """Keep a place behind message *cursor*; return what it is called.

        :raises BrummerError: if too many are kept.
        """
        self._expire()
        if len(self._places) >= MOST:
            raise BrummerError(
                f"there are {MOST} subscriptions; queue_unsubscribe ends one"
            )
        name = secrets.token_hex(8)
        self._places[name] = _Place(channel, cursor, self._clock.now())
        return name

    def unsubscribe(self, name: str) -> str:
        """Forget a place; return its channel.

        :raises BrummerError: if there is none of that name.
        """
        channel, _ = self.place(name)
        del self._places[name]
        return channel

    def place(self, name: str) -> tuple[str, int]:
        """Return a channel, and the number of the last message that was read there.

        :raises BrummerError: if there is no place of that name any more.
        """
        self._expire()
        if (place := self._places.get(name)) is None:
            raise BrummerError(
                f"no subscription {quoted(name)}; queue_subscribe makes one, and each"
                f" ends when nobody uses it for {IDLE / 60:.0f} minutes"
            )
        place.used = self._clock.now()
        self._places.move_to_end(name)
        return place.channel, place.cursor

    def move(self, name: str, cursor: int) -> None:
        """Take note that everything up to message *cursor* was read."""
        if name in self._places:
            self._places[name].cursor = cursor

    def counts(self) -> Mapping[str, int]:
        """Return how many subscriptions each channel has."""
        self._expire()
        return Counter(place.channel for place in self._places.values())

    def _expire(self) -> None:
        before = self._clock.now() - IDLE
        while self._places and next(iter(self._places.values())).used < before:
            self._places.popitem(last=False)
