"""Standard input and output, for the protocol alone.

The SDK's server would take them when it begins to serve, which is late: what is printed
while it is imported would be read by the client.
"""

import io
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from brummer.core.threads import Role, spawn

#: Bytes of input that are read at once.
_PIECE: Final = 65_536

#: Seconds from the end of the input to the end of the program.
ENDING: Final = 0.4


class Wires:
    """Takes standard input and output away from everybody else.

    From now on what is printed goes to standard error, and who reads standard input
    finds it at its end.

    What comes in is copied by a thread into a socket of ours.  A thread that reads a
    terminal or a pipe cannot be told to stop; a socket can be shut, and then the input
    has ended, whoever wanted that.  Who writes to a client that does not read cannot be
    told to stop either: *leave* ends the program :data:`ENDING` seconds later unless
    :meth:`close` was called by then.

    Threads: :meth:`shut` may be called on any; the other methods are the owner's.  The
    thread that copies only reads what is set before it starts.
    """

    def __init__(self, leave: Callable[[int], object] = os._exit) -> None:
        self._leave = leave
        self._source = os.dup(0)
        wire = os.dup(1)
        sys.stdout.flush()
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        self._theirs, self._ours = socket.socketpair()
        #: Text of the client, line by line.
        self.input: Final = io.TextIOWrapper(
            self._ours.makefile("rb"), encoding="utf-8", errors="replace"
        )
        #: Where to write to the client.
        self.output: Final = io.TextIOWrapper(
            os.fdopen(wire, "wb"), encoding="utf-8", newline="\n"
        )
        #: What the program ends with; set by whoever shuts first.
        self.code = 0
        self._ended: Callable[[], object] = int
        self._is_shut = threading.Event()
        self._is_closed = threading.Event()

    def start(self, ended: Callable[[], object]) -> None:
        """Begin to read; call *ended*, on any thread, when there is no more to come."""
        self._ended = ended
        spawn(Role.MCP, self._copy)

    def _copy(self) -> None:
        with suppress(OSError):
            while piece := os.read(self._source, _PIECE):
                self._theirs.sendall(piece)
        self.shut()

    def shut(self, code: int = 0) -> None:
        """Let the input be at its end, and the program soon, with *code*."""
        # Two at once would both go on, which is no harm: each step may be done twice.
        if self._is_shut.is_set():
            return
        self._is_shut.set()
        self.code = code
        # Whoever sees the end of the input has been told of it.
        self._ended()
        with suppress(OSError):
            self._theirs.shutdown(socket.SHUT_WR)
        spawn(Role.MCP, self._watch)

    def _watch(self) -> None:
        if not self._is_closed.wait(ENDING):
            self._leave(self.code)

    def close(self) -> None:
        """Say that all is done."""
        self._is_closed.set()
        for end in (self.input, self.output, self._ours, self._theirs):
            # What was not written by now has no reader.
            with suppress(OSError, ValueError):
                end.close()
