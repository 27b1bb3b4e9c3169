"""What people hand to agents."""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Final

from brummer.core.clock import Clock
from brummer.mcp.queue import MAX_MESSAGES, Message, MessageQueue
from brummer.model.agent import HANDOVER, Handed

#: Seconds that something is kept for an agent.
TTL: Final = 3600.0

#: Clients that are remembered as having taken one thing.
_TAKERS: Final = 10

#: What such a message is called in the queue.
TYPE: Final = "handover"


class Handover:
    """Leaves things in a channel of the message queue, and knows who took them.

    Threads: any may give and take; the table is replaced under a lock, and read
    without.
    """

    def __init__(
        self, queue: MessageQueue, clock: Clock, changed: Callable[[], object]
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._changed = changed
        self._writing: Final = Lock()
        #: Rebound under the lock, by number.
        self._handed: Mapping[int, Handed] = {}
        #: Grows with each change.
        self.version = 0
        queue.reserve(HANDOVER)

    def give(self, title: str, payload: Mapping[str, object], size: int) -> Message:
        """Hand something over, of so many bytes.

        :raises BrummerError: if there is no room for it.
        """
        message = self._queue.send(HANDOVER, payload, type_=TYPE, ttl=TTL, size=size)
        handed = Handed(
            number=message.number,
            time=message.sent,
            expires=message.expires,
            title=title,
        )
        with self._writing:
            # Somebody who waited may have been faster than we are.
            early = self._handed.get(message.number)
            if early is not None:
                handed = handed._replace(taken_by=early.taken_by)
            self._keep({**self._handed, message.number: handed})
        self._changed()
        return message

    def take(self, messages: Iterable[Message], client: str) -> None:
        """Take note that *client* was given *messages*."""
        with self._writing:
            table = dict(self._handed)
            for message in messages:
                known = table.get(message.number) or Handed(
                    number=message.number,
                    time=message.sent,
                    expires=message.expires,
                    title="",
                )
                takers = dict.fromkeys((*known.taken_by, client))
                table[message.number] = known._replace(taken_by=tuple(takers)[:_TAKERS])
            if table == self._handed:
                return
            self._keep(table)
        self._changed()

    def _keep(self, table: Mapping[int, Handed]) -> None:
        """Publish what is not over its time.  With the lock."""
        now = self._clock.now()
        kept = {n: handed for n, handed in table.items() if handed.expires > now}
        self._handed = dict(sorted(kept.items())[-MAX_MESSAGES:])
        self.version += 1

    def handed(self) -> tuple[Handed, ...]:
        """Return what was handed over and is kept, the newest last."""
        now = self._clock.now()
        return tuple(h for h in self._handed.values() if h.expires > now)

    def takers(self, number: int) -> tuple[str, ...]:
        """Return who has taken a message so far."""
        known = self._handed.get(number)
        return known.taken_by if known is not None else ()
