"""Bytes on their way to a child."""

import os
from collections import deque
from typing import Final

from brummer.errors import BrummerError
from brummer.model.process import ProcessId

#: Most bytes that may wait for a child to read them.
LIMIT: Final = 1024 * 1024


class Input:
    """A bounded queue in front of the descriptor that a child reads from.

    Threads: :meth:`accept` belongs to the supervisor thread, all else to the
    pump.  What is on its way is the difference of two counters with one writer
    each; the supervisor may see an old count of the pump's and then refuses a
    little early, never late.
    """

    def __init__(self, process: ProcessId, descriptor: int) -> None:
        self.descriptor = descriptor
        self._process = process
        #: Bytes ever accepted; written by the supervisor.
        self._accepted = 0
        #: Bytes ever written; written by the pump.
        self._written = 0
        #: Whether nobody reads any more; written by the pump, once.
        self._broken = False
        self._waiting: deque[memoryview] = deque()

    def accept(self, size: int) -> None:
        """Take responsibility for *size* more bytes.

        :raises BrummerError: if they would never be read, or too many wait.
        """
        if self._broken:
            raise BrummerError(f"{self._process} reads no more input")
        if self._accepted - self._written + size > LIMIT:
            raise BrummerError(
                f"{self._process} does not read its input:"
                f" {LIMIT // 1024} KiB are waiting already"
            )
        self._accepted += size

    def put(self, data: bytes) -> None:
        """Queue accepted bytes."""
        if not self._broken:
            self._waiting.append(memoryview(data))

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._waiting)

    def flush(self) -> None:
        """Write what the child takes now."""
        try:
            while self._waiting:
                written = os.write(self.descriptor, self._waiting[0])
                self._written += written
                self._waiting[0] = self._waiting[0][written:]
                if not self._waiting[0]:
                    self._waiting.popleft()
        except BlockingIOError:
            return
        except OSError:  # EPIPE, EIO: the other end is closed
            self.refuse()

    def refuse(self) -> None:
        """Forget what is waiting and accept nothing any more."""
        self._broken = True
        self._waiting.clear()
