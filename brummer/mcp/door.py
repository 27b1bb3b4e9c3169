"""The server's socket, and a thread that waits at it.

Nothing of the protocol is imported here.  Most programs are never called by an agent,
and for those that are, the first call pays: a second of the processor and 50 MB.  Where
agents are expected, that is paid before.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from typing import Final, Protocol

from brummer.core.garbage import kept_for_good
from brummer.core.guard import attempt, cause
from brummer.core.threads import Role, on, spawn

#: Where the server answers.
PATH: Final = "/mcp"

#: Seconds between two looks whether agents are expected; before the first one, the
#: screen is there, and processes have begun.
_LOOK: Final = 5.0

#: Seconds until the thread is expected to have ended.
_ENDING: Final = 2.0

#: Ports above the wanted one that are tried.
TRIES: Final = 100


def bound(port: int, *, tries: int = TRIES) -> socket.socket:
    """Return a socket that listens on loopback, at *port* or the next that is free.

    0 is any port.

    :raises OSError: if none of *tries* ports is free.
    """
    problem: OSError | None = None
    for number in range(port, min(port + tries, 65536)) if port else (0,):
        # With the protocol left out, asyncio would not turn off Nagle's algorithm,
        # and each answer would wait for an acknowledgement of 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(128)
        except OSError as error:
            listener.close()
            problem = error
        else:
            return listener
    raise problem or OSError(f"there is no port {port}")


class Served(Protocol):
    """What answers, once somebody has come."""

    def serve(self, listener: socket.socket) -> None:
        """Serve *listener* until the end is asked for."""

    def end(self) -> None:
        """Ask for the end, from any thread."""


class Door:
    """Listens, and has the server made when the first client comes, or is *expected*.

    Who comes meanwhile waits in the backlog of the socket.

    Threads: built and closed by one thread; *make* and *expected* are called on the
    server's own, which then serves.  *failed* is told there, in a sentence, what ended
    it before its time.
    """

    def __init__(
        self,
        listener: socket.socket,
        make: Callable[[], Served],
        failed: Callable[[str], object],
        *,
        expected: Callable[[], bool] = lambda: False,
        look: float = _LOOK,
    ) -> None:
        """Wait at *listener* from now on; it is closed in the end.

        *look* is how many seconds lie between two calls of *expected*.
        """
        self.port: Final[int] = listener.getsockname()[1]
        self._make = make
        self._failed = failed
        self._expected = expected
        self._look = look
        #: Guards the making of the server against the end.
        self._lock: Final = threading.Lock()
        #: Both written under the lock.
        self._served: Served | None = None
        self._is_ending = False
        self._bell, self._bell_rope = socket.socketpair()
        self._thread: Final = spawn(Role.MCP, lambda: self._run(listener))

    @property
    def is_open(self) -> bool:
        """Whether the server is made, and serves who has come."""
        return self._served is not None

    def _run(self, listener: socket.socket) -> None:
        assert on(Role.MCP)
        _, error = attempt(lambda: self._wait_and_serve(listener))
        if error is not None:
            self._failed(f"the MCP server ended: {cause(error)}")
        listener.close()
        self._bell.close()

    def _wait_and_serve(self, listener: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not selector.select(self._look) and not self._expected():
                pass
        if self._is_ending:
            return
        with kept_for_good(late=True):
            served = self._make()
        if self._admitted(served):
            served.serve(listener)

    def _admitted(self, served: Served) -> bool:
        """Take note of who is to be asked for the end, unless somebody has asked."""
        with self._lock:
            if not self._is_ending:
                self._served = served
            return self._served is not None

    def close(self) -> None:
        """Say good-bye to clients, and end the thread."""
        with self._lock:
            self._is_ending = True
            served = self._served
        if served is not None:
            served.end()
        # The thread may have closed its end already.
        with contextlib.suppress(OSError):
            self._bell_rope.send(b"!")
        self._bell_rope.close()
        self._thread.join(_ENDING)
