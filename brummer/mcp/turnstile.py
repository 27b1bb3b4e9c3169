"""Requests that begin a few at a time."""

import asyncio
from collections import deque
from functools import partial
from typing import Final

from brummer.core.precedence import Precedence
from brummer.mcp.asgi import Application, Message, Receive, Scope, Send

#: Requests that begin in one turn of the loop.  With one, the turns themselves cost a
#: third of the rate; with all that are there, a turn took up to 80 ms.
_AT_ONCE: Final = 4


class Turnstile:
    """Has requests answered in small steps while somebody looks at a screen.

    A loop does all that is ready before it looks up.  That of two hundred agents is
    work for many frames; so only some begin in each turn, and between them the screen
    goes first.  Without a screen nothing waits for anything.

    Threads: the loop's.
    """

    def __init__(self, application: Application, precedence: Precedence) -> None:
        """Pass requests on to *application*."""
        self._application = application
        self._precedence = precedence
        #: How many may begin yet in this turn.
        self._left = _AT_ONCE
        #: Those that have to wait; who gives up is done.
        self._waiting: deque[asyncio.Future[None]] = deque()
        #: Whether :meth:`_turn` is due, and whether nobody is to begin any more.
        self._is_turning = self._is_over = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a request answered when it is its turn.

        :raises asyncio.CancelledError: if it is the end, and nobody's turn.
        """
        if self._is_over:
            raise asyncio.CancelledError
        if self._precedence.is_wanted:
            await self._pass()
            send = partial(self._send, send)
        await self._application(scope, receive, send)

    async def _send(self, send: Send, message: Message) -> None:
        # Many answers may become ready at once: what all have waited for.
        self._precedence.respect()
        await send(message)

    async def _pass(self) -> None:
        """Return when it is somebody's turn; none overtakes another."""
        self._precedence.respect()
        loop = asyncio.get_running_loop()
        if not self._is_turning:
            self._is_turning = True
            loop.call_soon(self._turn)
        if self._left and not self._waiting:
            self._left -= 1
            return
        place = loop.create_future()
        self._waiting.append(place)
        await place

    def _turn(self) -> None:
        """Let the next few begin."""
        self._precedence.respect()
        # In this turn somebody began, or may: another one has to follow.
        self._is_turning = self._left < _AT_ONCE or bool(self._waiting)
        self._left = _AT_ONCE
        while self._left and self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                self._left -= 1
        if self._is_turning:
            asyncio.get_running_loop().call_soon(self._turn)

    def close(self) -> None:
        """Let nobody begin any more; who waits is cancelled."""
        self._is_over = True
        while self._waiting:
            self._waiting.popleft().cancel()
