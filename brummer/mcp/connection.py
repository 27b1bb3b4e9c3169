"""One connection of a client, which may be neither slow, nor deaf, nor one too many."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeAlias

import h11
from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

#: Seconds in which a request has to be whole, and a new connection to bring one.
PATIENCE: Final = 20.0

#: Seconds for which a client may leave unread what it is sent.
DEAF: Final = 30.0

#: Told of whom is turned away: with which status of HTTP, why, and who it is.
Told: TypeAlias = Callable[[int, str, str], object]


class _Timer:
    """Calls *action* unless it is stopped in time.

    Threads: the loop's.
    """

    def __init__(self, seconds: float, action: Callable[[], object]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._action = action
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Run from now on, unless it runs already."""
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, self._fire)

    def stop(self) -> None:
        """Run no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _fire(self) -> None:
        self._handle = None
        self._action()


class Connection(H11Protocol):
    """Speaks HTTP with one client, unless that keeps it busy for nothing.

    uvicorn itself waits for ever, for the rest of a request and for a client that
    reads nothing.  Each costs a descriptor, and the project's processes need some.

    Threads: the loop's.
    """

    def __init__(
        self, config: Config, state: ServerState, most: int, told: Told
    ) -> None:
        """Be one of *most* connections; *told* hears whom we end it with."""
        super().__init__(config, state, app_state={})
        self._most = most
        self._told = told
        #: Runs while a request is awaited whose beginning is there.
        self._awaited = _Timer(PATIENCE, self._give_up)
        #: Runs while the client does not read.
        self._unread = _Timer(DEAF, self._leave)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        is_full = len(self.connections) >= self._most
        super().connection_made(transport)
        if is_full:
            self._turn_away(503, f"{self._most} connections are open already")
        else:
            self._awaited.start()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_awaited():
            self._awaited.start()
        else:
            self._awaited.stop()

    def _is_awaited(self) -> bool:
        """Whether a request has begun of which something is missing."""
        state = self.conn.their_state
        # Most requests come whole, and this is asked for each.
        return state is h11.SEND_BODY or (
            state is h11.IDLE and bool(self.conn.trailing_data[0])
        )

    def _give_up(self) -> None:
        if self._is_awaited():
            self._turn_away(408, f"the request was not whole after {PATIENCE:.0f} s")
        else:
            # It said nothing at all: browsers connect in case they need it.
            self.transport.close()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread.start()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.stop()

    def _leave(self) -> None:
        self._tell(408, f"it has read nothing for {DEAF:.0f} s")
        # What waits to be read would keep a mere close() waiting as well.
        self.transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._awaited.stop()
        self._unread.stop()
        super().connection_lost(exc)

    def _turn_away(self, status: int, reason: str) -> None:
        """Refuse, unless an answer has begun, and close."""
        self._tell(status, reason)
        if _is_free(self.cycle):
            phrase = HTTPStatus(status).phrase
            head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: text/plain\r\n"
            head += f"content-length: {len(reason)}\r\nconnection: close\r\n\r\n"
            self.transport.write((head + reason).encode())
        self.transport.close()

    def _tell(self, status: int, reason: str) -> None:
        self._told(status, reason, "{}:{}".format(*self.client or ("?", 0)))


def _is_free(cycle: RequestResponseCycle | None) -> bool:
    """Whether the answer has not begun, or is complete."""
    return cycle is None or cycle.response_complete or not cycle.response_started
