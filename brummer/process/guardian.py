"""The guardian: ends our children when we cannot.

A small process of its own, in a session of its own, that reads from a pipe what
Brummer starts.  When the pipe ends without a good-bye, or Brummer itself does,
Brummer was killed, or could not end all: the guardian ends every tree that is
still recorded, and then itself.

Messages end with a zero byte, which no marker can hold:

=======================  ================================================
message                  means
=======================  ================================================
``+ KEY MARKER``         a child with that marker is about to be started
``= KEY PID START``      it runs, and that is its identity
``- KEY``                nothing is left of it
``bye``                  we end in good order; do nothing, and end as well
=======================  ================================================

It is started deaf to the signals that a closing terminal or an impatient user
sends to everybody.  It imports little, because it does nothing for days and
ought to be small.
"""

import os
import select
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from brummer.process.aim import lives
from brummer.process.ending import end
from brummer.process.row import Identity
from brummer.process.tree import Tree

#: Milliseconds between two looks whether Brummer lives, where it cannot be waited
#: for.  The pipe says the same at once unless somebody else holds it open.
_LOOK: Final = 1000

#: What :meth:`select.poll.poll` takes for no limit.
_FOREVER: Final = -1

#: Seconds for which it goes on killing what forks as fast as it is killed, or
#: hangs in the kernel.  The ledger tells whoever starts next of the rest.
_PERSISTENCE: Final = 60.0

_READ: Final = 64 * 1024


class Records:
    """The trees that are to be ended, as the messages tell."""

    def __init__(self) -> None:
        #: Whether the good-bye was said.
        self.farewell = False
        self._marks: dict[bytes, str] = {}
        self._trees: dict[bytes, Tree] = {}
        self._rest = b""

    @property
    def trees(self) -> Sequence[Tree]:
        """What is recorded now."""
        return tuple(self._trees.values())

    def feed(self, data: bytes) -> None:
        """Take in the next bytes of the pipe."""
        *messages, self._rest = (self._rest + data).split(b"\0")
        for message in messages:
            self._take(*message.split(b" ", 2))

    def _take(self, kind: bytes, key: bytes = b"", value: bytes = b"") -> None:
        """Take in one message."""
        if kind == b"+":
            self._marks[key] = os.fsdecode(value)
            self._trees[key] = Tree(self._marks[key], None)
        elif kind == b"=":
            pid, start = value.split()
            self._trees[key] = Tree(self._marks[key], Identity(int(pid), int(start)))
        elif kind == b"-":
            self._trees.pop(key, None)
            self._marks.pop(key, None)
        elif kind == b"bye":
            self.farewell = True


def watch(pipe: int, ward: Identity, records: Records) -> None:
    """Return when *ward* has said good-bye or has ended."""
    os.set_blocking(pipe, False)
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    patience = _LOOK
    if sys.platform == "linux":
        with suppress(OSError):  # it has ended already, or the kernel is old
            poll.register(os.pidfd_open(ward.pid), select.POLLIN)
            patience = _FOREVER
    while True:
        # Asked before the pipe is read, so that nothing it wrote is missed.
        gone = not lives(ward)
        open_still = read_all(pipe, records)
        if records.farewell or gone or not open_still:
            return
        poll.poll(patience)


def read_all(pipe: int, records: Records) -> bool:
    """Take in all there is to read; return whether the other end is open."""
    try:
        while data := os.read(pipe, _READ):
            records.feed(data)
    except BlockingIOError:
        return True
    return False


def main(arguments: Sequence[str]) -> None:
    """Guard the process *arguments* name: pid, start, seconds of grace."""
    pid, start, grace = arguments
    records = Records()
    watch(sys.stdin.fileno(), Identity(int(pid), int(start)), records)
    if not records.farewell:
        end(records.trees, float(grace), _PERSISTENCE)
