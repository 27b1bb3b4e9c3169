"""One connection of a client, which may be neither slow, nor deaf, nor one too many."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import httptools
from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from brummer.mcp.presence import leave
from brummer.mcp.refused import RefusedError

#: Connections at the same time, however many files we may have.
_MOST: Final = 512

#: Bytes that a header may have.
_HEAD: Final = 64 * 1024
_TOO_LONG: Final = f"a header has {_HEAD // 1024} KiB at most"

#: What of a header is about another protocol.
_OTHER: Final = frozenset({b"upgrade", b"http2-settings"})

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


class Connection(HttpToolsProtocol):
    """Speaks HTTP/1.1 with one client, unless that keeps it busy for nothing.

    uvicorn itself waits for ever, for the rest of a request and for a client that
    reads nothing.  Each costs a descriptor, and the project's processes need some.
    Nor does it mind how long a header is, and of a request that would like to go on in
    another protocol it loses the body.

    There is one request at a time.  Who sends another one before the answer, which no
    client of agents does, gets the answer and is let go: he has to send it again.

    Threads: the loop's.
    """

    def __init__(
        self, config: Config, state: ServerState, manners: Manners, told: Told
    ) -> None:
        """Expect *manners*; *told* hears of whoever has none."""
        super().__init__(config, state, app_state={})
        self._manners = manners
        self._told = told
        #: Whether a request has begun that is not whole, and whether its header is.
        self._has_begun = self._has_head = False
        #: Whether nothing more is read, as there was a request too early.
        self._is_over = False
        #: Bytes that were read of a request since the last of its body, and those of
        #: its body.
        self._size = self._body = 0
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
        # What a client does not read counts from its first byte.
        transport.set_write_buffer_limits(0)
        if is_full:
            self._turn_away(503, f"{most} connections are open already")
        else:
            self._awaited.start()

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        body = self._body
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            # What comes too early is not looked at.
            if not self._is_over:
                self._refuse(error.__context__)
            return
        if self._has_begun:
            # Fields may stand behind the last chunk as well.
            self._size = 0 if self._body > body else self._size + len(data)
            if self._size > _HEAD:
                self._turn_away(431, _TOO_LONG)

    def _refuse(self, why: BaseException | None) -> None:
        if isinstance(why, RefusedError):
            self._turn_away(why.status, why.reason)
        else:
            self._turn_away(400, "this is no request of HTTP/1.1")

    def _parse(self, data: bytes) -> None:
        """Read on.

        :raises httptools.HttpParserError: if it is no request.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self._is_over:
                return
            (read,) = upgrade.args
            # One may offer another protocol with any request, and the offer may be
            # left where it is.  The parser takes it up at once.
            head = self._plain_head()
            self.parser = httptools.HttpRequestParser(self)
            # As uvicorn has it: who says that this is the last request may go on.
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            try:
                self.parser.feed_data(head + data[read:])
            except httptools.HttpParserUpgrade:
                # It came too early, or is CONNECT, which asks for nothing else.
                if not self._is_over:
                    raise httptools.HttpParserError from None

    def _plain_head(self) -> bytes:
        """Return the header without the offer of another protocol."""
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/1.1"]
        for name, value in self.headers:
            kept = value
            if name == b"connection":
                tokens = (token.strip() for token in value.split(b","))
                kept = b",".join(t for t in tokens if t.lower() not in _OTHER)
            if name not in _OTHER:
                lines.append(name + b": " + kept)
        return b"\r\n".join([*lines, b"", b""])

    @override
    def on_message_begin(self) -> None:
        # There is none before the first request, whatever uvicorn's annotation says.
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            # From here on nothing is listened to: what is being answered stands in
            # the same fields.
            self._is_over = True
            cycle.keep_alive = False
            return
        self._has_begun, self._has_head = True, False
        self._size = self._body = 0
        self._unset_keepalive_if_required()
        self._awaited.stop()
        self._awaited.start()
        super().on_message_begin()

    @override
    def on_url(self, url: bytes) -> None:
        if not self._is_over:
            super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        # Fields behind the last chunk say nothing that anybody asks for.
        if not self._is_over and not self._has_head:
            # The parser leaves blanks at the end, which are no part of it.
            super().on_header(name, value.rstrip(b" \t"))

    @override
    def on_headers_complete(self) -> None:
        if self._is_over:
            return
        # What is raised stops the parser, which says so to whoever feeds it.
        if self.parser.get_http_version() != "1.1":
            raise RefusedError(505, "there is only HTTP/1.1")
        size = len(self.url)
        for name, value in self.headers:
            size += len(name) + len(value)
            if name == b"transfer-encoding" and value.lower() != b"chunked":
                raise RefusedError(501, "there is only one encoding, chunked")
        if size > _HEAD:
            raise RefusedError(431, _TOO_LONG)
        if not self.parser.should_upgrade():
            self._has_head = True
            super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        if not self._is_over:
            self._body += len(body)
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        if not self._is_over and not self.parser.should_upgrade():
            self._has_begun = False
            self._awaited.stop()
            # It may say so behind the last chunk, and the parser keeps to that.
            if not self.parser.should_keep_alive():
                self.cycle.keep_alive = False
            super().on_message_complete()

    def _give_up(self) -> None:
        if self._has_begun:
            seconds = self._manners.patience
            self._turn_away(408, f"the request was not whole after {seconds:g} s")
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
        self._tell(408, f"it has read nothing for {self._manners.attention:g} s")
        # What waits to be read would keep a mere close() waiting as well.
        self.transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._awaited.stop()
        self._unread.stop()
        # uvicorn leaves it running when the connection broke.
        self._unset_keepalive_if_required()
        # There is none before the first request, whatever uvicorn's annotation says.
        cycle: RequestResponseCycle | None = self.cycle
        super().connection_lost(exc)
        if cycle is not None and not cycle.response_complete:
            scope: Any = cycle.scope
            leave(scope)

    def _turn_away(self, status: int, reason: str) -> None:
        """Refuse, unless an answer has begun, and close."""
        # Also one that takes its time to go is told of once.
        self._awaited.stop()
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
