"""Messages between agents, in channels."""

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from brummer.core.clock import Clock
from brummer.errors import BrummerError

#: Channels, messages of one, and bytes of all that are kept.  What is too much is
#: refused: a message that was taken is not lost before its time.
MAX_CHANNELS: Final = 100
MAX_MESSAGES: Final = 1_000
MAX_BYTES: Final = 4 * 1024 * 1024

#: Seconds that a message is kept unless it says otherwise, and at most.
TTL: Final = 3600.0
MAX_TTL: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that was sent.

    *number* counts the messages of a channel, those that are gone included: from 1,
    or from where the last channel ended that has made room for this one.  Times are
    in seconds since the epoch.
    """

    number: int
    id: str
    channel: str
    type: str
    payload: Mapping[str, object]
    sent: float
    expires: float
    size: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Some messages, the number to go on after, and how many there are besides.

    So many were gone before them, and *more* come after them.
    """

    messages: tuple[Message, ...]
    cursor: int
    missed: int
    more: int = 0


class _Channel:
    """The messages of one name; its numbers begin after *begin*."""

    def __init__(self, begin: int, *, is_reserved: bool = False) -> None:
        self.begin: Final = begin
        self.is_reserved: Final = is_reserved
        self.last = begin
        self.messages: deque[Message] = deque()


class MessageQueue:
    """Keeps messages until they expire; everybody reads at a place of his own.

    Who receives says after which number to go on, and gets the same again if he
    says the same again: nothing is lost with an answer that did not arrive.  A channel
    without messages makes room for another one where there are too many.

    Threads: any.  The lock guards all channels, and is held for some steps of memory;
    *changed* is called outside it.
    """

    def __init__(self, clock: Clock, changed: Callable[[], object]) -> None:
        self._clock = clock
        self._changed = changed
        self._lock: Final = threading.Lock()
        self._channels: dict[str, _Channel] = {}
        self._bytes = 0
        #: No message is over its time before that.
        self._soonest = math.inf
        #: The last number of all channels that have made room.  Those that come go on
        #: from there: whoever reads behind a number he was given misses nothing.
        self._begin = 0

    def reserve(self, channel: str) -> None:
        """Make a channel, so that there is one however many others come."""
        with self._lock:
            self._channels.setdefault(channel, _Channel(0, is_reserved=True))

    def send(
        self,
        channel: str,
        payload: Mapping[str, object],
        *,
        type_: str,
        ttl: float,
        size: int,
    ) -> Message:
        """Put a message of *size* bytes into a channel.

        :raises BrummerError: if there is no room for it.
        """
        # Imported when something is sent: each start would pay for it.
        import uuid

        now = self._clock.now()
        with self._lock:
            self._expire(now)
            known = self._channels.get(channel)
            self._check(known, channel, size)
            into = known or self._channels.setdefault(channel, _Channel(self._begin))
            into.last += 1
            message = Message(
                number=into.last,
                id=str(uuid.uuid4()),
                channel=channel,
                type=type_,
                payload=payload,
                sent=now,
                expires=now + min(ttl, MAX_TTL),
                size=size,
            )
            into.messages.append(message)
            self._bytes += size
            self._soonest = min(self._soonest, message.expires)
        self._changed()
        return message

    def _check(self, known: _Channel | None, channel: str, size: int) -> None:
        if known is not None and len(known.messages) >= MAX_MESSAGES:
            raise BrummerError(f"{channel!r} has {MAX_MESSAGES} messages; wait a while")
        if self._bytes + size > MAX_BYTES:
            raise BrummerError(f"messages take {MAX_BYTES} bytes; send less, or later")
        if known is None and len(self._channels) >= MAX_CHANNELS:
            self._make_room()

    def _make_room(self) -> None:
        """Forget the oldest channel that has no messages.  With the lock."""
        for name, channel in self._channels.items():
            if not channel.messages and not channel.is_reserved:
                self._begin = max(self._begin, channel.last)
                del self._channels[name]
                return
        raise BrummerError(f"there are {MAX_CHANNELS} channels; use one of them")

    def receive(self, channel: str, after: int, limit: int) -> Delivery:
        """Return the oldest messages after a number.

        One that no message has had yet is of another run, and stands for the beginning.
        """
        with self._lock:
            self._expire(self._clock.now())
            known = self._channels.get(channel)
            if known is None:
                return Delivery((), after, 0)
            after = known.begin if after > known.last else max(after, known.begin)
            later = [m for m in known.messages if m.number > after]
            found = later[:limit]
            first = known.messages[0].number if known.messages else known.last + 1
        cursor = found[-1].number if found else max(after, first - 1)
        missed = max(0, first - 1 - after)
        return Delivery(tuple(found), cursor, missed, len(later) - len(found))

    def _expire(self, now: float) -> None:
        """Forget what is over its time, wherever it stands.  With the lock."""
        # Whoever waits looks at each change of the program, however many there are.
        if now < self._soonest:
            return
        self._soonest = math.inf
        for channel in self._channels.values():
            gone = sum(m.size for m in channel.messages if m.expires <= now)
            channel.messages = deque(m for m in channel.messages if m.expires > now)
            self._bytes -= gone
            soonest = min((m.expires for m in channel.messages), default=math.inf)
            self._soonest = min(self._soonest, soonest)

    def last(self, channel: str) -> int:
        """Return the number of the last message that a channel has had, 0 for none."""
        with self._lock:
            known = self._channels.get(channel)
            return 0 if known is None else known.last

    def counts(self) -> Mapping[str, int]:
        """Return how many messages each channel has."""
        with self._lock:
            self._expire(self._clock.now())
            return {name: len(c.messages) for name, c in self._channels.items()}

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._bytes
