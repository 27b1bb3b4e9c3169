"""A forwarder that shows a server's token, for clients that cannot."""

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress

#: Bytes that are passed on at once.
_PIECE = 65536

#: The fields of a request that are ours to write.
_OURS = re.compile(rb"\r\n(?:authorization|connection):[^\r\n]*", re.IGNORECASE)

#: Those that say where the client believes to be.
_PLACES = re.compile(
    rb"(\r\n(?:host|origin):[ \t]*[^\r\n]*?):(\d+)(?=[ \t]*\r\n)", re.IGNORECASE
)


class _Forwarder:
    """Passes connections on, byte for byte but for the header of the request.

    There the token is added, and in ``Host`` and ``Origin`` our port becomes the
    server's; whatever else stands there is the client's, so that the server is what
    decides about it.  Each connection carries one request.
    """

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._own = 0
        self._relays: set[asyncio.Task[None]] = set()
        self._added = f"\r\nAuthorization: Bearer {token}\r\nConnection: close".encode()

    async def serve(self, ready: "Future[int]", end: asyncio.Event) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._own = server.sockets[0].getsockname()[1]
        ready.set_result(self._own)
        await end.wait()
        server.close()
        for task in self._relays:
            task.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)
        # Transports close in the next step of the loop.
        await asyncio.sleep(0)

    def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.ensure_future(self._relayed(reader, writer))
        self._relays.add(task)
        task.add_done_callback(self._relays.discard)

    async def _relayed(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        beyond: asyncio.StreamWriter | None = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            back, beyond = await asyncio.open_connection("127.0.0.1", self._port)
            beyond.write(self._rewritten(head))
            # Who leaves first ends both: so a client that left is told of.
            ways = {
                asyncio.ensure_future(_passed(reader, beyond)),
                asyncio.ensure_future(_passed(back, writer)),
            }
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            for end in (writer, beyond):
                if end is not None:
                    end.close()

    def _rewritten(self, head: bytes) -> bytes:
        def place(found: re.Match[bytes]) -> bytes:
            is_ours = int(found[2]) == self._own
            return b"%b:%d" % (found[1], self._port) if is_ours else found[0]

        head = _PLACES.sub(place, _OURS.sub(b"", head))
        first, _, rest = head.partition(b"\r\n")
        return first + self._added + b"\r\n" + rest


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()


@contextmanager
def forwarded(port: int, token: str) -> Iterator[int]:
    """Return a port whose requests arrive at *port* with *token*."""
    ready: Future[int] = Future()
    end = asyncio.Event()
    loop = asyncio.new_event_loop()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(_Forwarder(port, token).serve(ready, end))

    thread = threading.Thread(target=run, name="forwarder")
    thread.start()
    try:
        yield ready.result(10)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
