"""All that the pump knows of one child."""

import os
import selectors
from collections.abc import Callable
from typing import Final, NamedTuple

from brummer.model.process import ProcessId
from brummer.process.input import Input
from brummer.process.spawn import Spawned

#: Most bytes handed on at once.
LIMIT: Final = 64 * 1024


class Ending(NamedTuple):
    """How the pump learns of a child's end, and says that it is done with it.

    *descriptor* becomes readable at the end and is the pump's to close; where
    it is ``None``, *has_come* is asked now and then.
    """

    descriptor: int | None
    has_come: Callable[[], bool]
    let_go: Callable[[], object]


class Reading(NamedTuple):
    """What was there to read, and whether that was the last of it."""

    data: bytes
    closed: bool


class Channel:
    """The descriptors of one child.

    Threads: made by the supervisor thread, which from then on only passes it to
    the pump and calls :meth:`Input.accept`.  All else belongs to the pump.
    """

    def __init__(self, process: ProcessId, spawned: Spawned, ending: Ending) -> None:
        self.process = process
        self.input = Input(process, spawned.input)
        self.terminals = spawned.terminals
        self.ending = ending
        #: Those that may still bring something.
        self.outputs = dict(spawned.outputs)
        #: Terminals that nobody has open just now, while the child lives and
        #: may open them again.
        self.hung: set[int] = set()
        self.exited = False
        self.ended = False
        #: When output, or else the end of the child, was last noticed; seconds
        #: of the monotonic clock.
        self.heard = 0.0
        #: Every descriptor that is still to be closed.
        self.open = {*spawned.outputs, spawned.input}
        if ending.descriptor is not None:
            self.open.add(ending.descriptor)

    @property
    def is_settled(self) -> bool:
        """Whether whatever comes next for this child is announced."""
        if self.exited:
            return self.ended
        return self.ending.descriptor is not None and not self.hung

    def interest(self, descriptor: int) -> int:
        """Return what to wait for on *descriptor*, as :mod:`selectors` has it."""
        mask = 0
        if descriptor in self.outputs and descriptor not in self.hung:
            mask |= selectors.EVENT_READ
        if descriptor == self.input.descriptor and self.input.is_waiting:
            mask |= selectors.EVENT_WRITE
        return mask

    def read(self, descriptor: int) -> Reading:
        """Return what can be read without waiting, up to 64 KiB.

        A terminal gives no more than 4 KiB at once, however much there is.
        """
        parts: list[bytes] = []
        room = LIMIT
        while room > 0:
            try:
                part = os.read(descriptor, room)
            except BlockingIOError:
                return Reading(b"".join(parts), closed=False)
            except OSError:  # EIO: nobody has the terminal open any more
                part = b""
            if not part:
                return Reading(b"".join(parts), closed=True)
            parts.append(part)
            room -= len(part)
        return Reading(b"".join(parts), closed=False)

    def close(self, descriptor: int) -> None:
        """Close one descriptor, if it is still open."""
        self.outputs.pop(descriptor, None)
        self.hung.discard(descriptor)
        if descriptor == self.input.descriptor:
            self.input.refuse()
        if descriptor in self.open:
            self.open.remove(descriptor)
            os.close(descriptor)
