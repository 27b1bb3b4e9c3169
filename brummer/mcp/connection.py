"""One connection of a client, which may be neither slow, nor deaf, nor one too many."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, TypeAlias

import h11
from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

#: Connections at the same time, however many files we may have.
_MOST: Final = 512

#: Told of whom is turned away: with which status of HTTP, why, and who it is.
Told: TypeAlias = Callable[[int, str, str], object]


def most_connections() -> int:
    """Return how many connections there may be: half of what files we may have."""
    try:
        import resource
    except ImportError:
        # Windows bounds them otherwise.
        return _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What is expected of clients.

    There are *most* connections at the same time.  A request is whole after *patience*
    seconds, and so long may a new connection wait to bring one.  What is sent to a
    client is read within *attention* seconds.
    """

    most: int = field(default_factory=most_connections)
    patience: float = 20.0
    attention: float = 30.0


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
        self, config: Config, state: ServerState, manners: Manners, told: Told
    ) -> None:
        """Expect *manners*; *told* hears of whoever has none."""
        super().__init__(config, state, app_state={})
        self._manners = manners
        self._told = told
        #: Runs while a request is awaited whose beginning is there.
        self._awaited = _Timer(manners.patience, self._give_up)
        #: Runs while the client does not read.
        self._unread = _Timer(manners.attention, self._leave)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        most = self._manners.most
        is_full = len(self.connections) >= most
        super().connection_made(transport)
        if is_full:
            self._turn_away(503, f"{most} connections are open already")
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
            seconds = self._manners.patience
            self._turn_away(408, f"the request was not whole after {seconds:g} s")
        else:
            # It said nothing at all: browsers connect in case they need it.
            self.transport.close()

    @override
    def send_400_response(self, msg: str) -> None:
        self._tell(400, msg)
        super().send_400_response(msg)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread.start()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.stop()

    def _leave(self) -> None:
        self._tell(408, f"it has read nothing for {self._manners.attention:g} s")
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
