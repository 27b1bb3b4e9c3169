"""A queue that is bounded by bytes as well as by items."""

import queue
from collections.abc import Callable
from typing import Final, TypeVar

from typing_extensions import override

_T = TypeVar("_T")

#: Bytes that may be between the pipes and the store: a few hundredths of a second of
#: a flood.  More would make nothing faster: what waits long has left the cache.
BYTES: Final = 4 * 1024 * 1024


#: Who waits for a place is let in when one part in so many of all places is free.
#: Waking many for one place each costs more than all the rest.
_PART: Final = 16


class Inbox(queue.Queue[_T]):
    """Hands items from any number of threads to one, in order.

    :meth:`put` waits while *items* items or *size_limit* bytes are waiting;
    *size* says how many bytes an item is.  The last item may go over the limit,
    so one of any size gets through.  When all places were taken nobody gets one
    before a sixteenth of them is free, so those who wait are not overtaken for
    ever by those who come.

    Threads: :meth:`put` and :meth:`urge` are safe from any thread, :meth:`take`
    and :meth:`refuse` are for the one that empties it.  None of them from a
    signal handler: :class:`queue.Queue` locks, and its lock is a plain one.  It is
    held for a few steps; only who has to sleep, or wakes a sleeper, does more.
    """

    def __init__(
        self, items: int, size: Callable[[_T], int], *, size_limit: int = BYTES
    ) -> None:
        # Before super().__init__(), which calls our _init().
        self._size = size
        self._size_limit = size_limit
        self._waiting_bytes = 0
        self._is_closed = False
        #: Whether all places were taken, and there is not enough room since.
        self._is_filled = False
        #: How often :meth:`put` found it full.
        self.blocked = 0
        #: How many items came after :meth:`refuse`.
        self.refused = 0
        super().__init__(items)

    @property
    def depth(self) -> int:
        """How many items are waiting."""
        return len(self.queue)

    @property
    def waiting_bytes(self) -> int:
        """How many bytes are waiting."""
        return self._waiting_bytes

    @override
    def put(self, item: _T, block: bool = True, timeout: float | None = None) -> None:
        """Hand over *item*, waiting while there is no room.

        Once the inbox is closed the item is only counted.
        """
        with self.mutex:
            if not self._has_room():
                self.blocked += 1
                if not self.not_full.wait_for(self._has_room, timeout if block else 0):
                    raise queue.Full
            self._add(item)

    def _has_room(self) -> bool:
        return self._qsize() < self.maxsize

    def _add(self, item: _T) -> None:
        """Add *item* and wake the one that empties it if it sleeps; under the lock.

        It sleeps only after it has found nothing, which it looks for under the lock
        as well.  So whoever makes something of nothing has to wake it, and nobody
        else: it finds what is added before it is there.
        """
        is_first = not self.queue
        self._put(item)
        if is_first:
            self.not_empty.notify()

    def urge(self, item: _T) -> None:
        """Hand over *item* at once, whether there is room or not."""
        with self.mutex:
            self._add(item)

    def take(self, limit: int, timeout: float | None = None) -> list[_T]:
        """Return what is waiting, at most *limit* items.

        Waits up to *timeout* seconds for the first; returns nothing if none
        came.  One lock for a batch, where ``get`` takes one for each item.
        """
        with self.not_empty:
            self.not_empty.wait_for(lambda: self.queue, timeout)
            items = [self._get() for _ in range(min(limit, len(self.queue)))]
            if self._has_room():
                self.not_full.notify_all()
        return items

    def refuse(self) -> list[_T]:
        """Take no more, let everyone go who waits, and return what is left.

        Afterwards :meth:`put` returns at once.
        """
        with self.mutex:
            self._is_closed = True
            items = [self._get() for _ in range(len(self.queue))]
            self.not_full.notify_all()
        return items

    @override
    def _qsize(self) -> int:
        """Return what ``put`` compares with the number of places; under the lock."""
        waiting = len(self.queue)
        if self._is_closed:
            return 0
        if waiting >= self.maxsize:
            self._is_filled = True
        elif waiting <= self.maxsize - self.maxsize // _PART:
            self._is_filled = False
        is_full = self._is_filled or self._waiting_bytes >= self._size_limit
        return max(self.maxsize, waiting) if is_full else waiting

    @override
    def _put(self, item: _T) -> None:
        """Add *item*; under the lock."""
        if self._is_closed:
            self.refused += 1
            return
        self._waiting_bytes += self._size(item)
        super()._put(item)

    @override
    def _get(self) -> _T:
        """Remove the oldest item; under the lock."""
        item: _T = super()._get()
        self._waiting_bytes -= self._size(item)
        return item
