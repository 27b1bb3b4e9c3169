"""One client of the control socket: its requests, and a task for each."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from concurrent.futures import Future
from typing import Final

from brummer.control.answer import Answers
from brummer.control.protocol import (
    MAX_REQUESTS,
    TOO_LONG,
    EndedError,
    decode,
    encode,
    to_error,
)
from brummer.errors import BrummerError, UsageError

logger = logging.getLogger(__name__)

#: How long a client may take to read its last answer (seconds).
_FAREWELL: Final = 0.5

#: How long what is under way may take to end, when the instance does (seconds).
_LAST: Final = 0.5

#: What a client may number its requests with.
_Id = str | int | None


class Connection:
    """Answers one client until it leaves.

    Each request has a task of its own, so that a slow one holds up no other.
    A task waits while the client does not read, and each part of a stream is
    made after the last one went out: a client that never reads costs a few
    buffers and nobody's time.

    Threads: the control thread only.
    """

    def __init__(
        self,
        answers: Answers,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._answers = answers
        self._reader = reader
        self._writer = writer
        self._tasks: dict[_Id, asyncio.Task[None]] = {}
        self._is_ending = False

    async def converse(self) -> None:
        """Read requests until the client leaves or breaks the protocol."""
        try:
            while line := await self._reader.readline():
                self._accept(decode(line))
        except UsageError as error:
            await self.fail(None, error)
        except ValueError:
            # What StreamReader says of a line over its limit.
            await self.fail(None, UsageError(TOO_LONG))

    async def fail(self, number: _Id, error: BaseException) -> None:
        """Answer request *number* with *error*."""
        await self._send({"id": number, "error": to_error(error)})

    async def see_off(self) -> None:
        """Let :meth:`converse` return, as the instance ends.

        Streams know that it does, and get a moment for what they still have.
        """
        if tasks := tuple(self._tasks.values()):
            await asyncio.wait(tasks, timeout=_LAST)
        self._is_ending = True
        self._reader.feed_eof()

    async def close(self) -> None:
        """End what is still being answered, and hang up."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        try:
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._is_ending:
                last = {"id": None, "error": to_error(EndedError("the instance ended"))}
                self._writer.write(encode(last))
            self._writer.close()
            # What was written last still goes out, unless the client does not read.
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(_FAREWELL):
                    await self._writer.wait_closed()
        finally:
            self._writer.transport.abort()

    def _accept(self, request: Mapping[str, object]) -> None:
        """Begin to answer *request*, or end the stream that it cancels."""
        number = request.get("id")
        if not isinstance(number, str | int):
            raise UsageError("a request has an 'id', a number or text")
        if "cancel" in request:
            if task := self._tasks.get(number):
                task.cancel()
            return
        if number in self._tasks:
            raise UsageError(f"request {number!r} is not answered yet")
        if len(self._tasks) >= MAX_REQUESTS:
            raise UsageError(f"{MAX_REQUESTS} requests are not answered yet")
        task = asyncio.get_running_loop().create_task(self._answer(number, request))
        self._tasks[number] = task
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def _answer(self, number: _Id, request: Mapping[str, object]) -> None:
        """Answer one request; whatever goes wrong is its answer."""
        try:
            message = {"id": number, "result": await self._work(number, request)}
        except BrummerError as error:
            message = {"id": number, "error": to_error(error)}
        except Exception as error:
            logger.exception("request %r failed", request.get("method"))
            message = {"id": number, "error": to_error(error)}
        # The client may have left while it was being answered.
        with contextlib.suppress(ConnectionError):
            await self._send(message)

    async def _work(self, number: _Id, request: Mapping[str, object]) -> object:
        method, params = request.get("method"), request.get("params", {})
        if not isinstance(method, str) or not isinstance(params, dict):
            raise UsageError("a request has a 'method' (text) and 'params' (an object)")
        stream = self._answers.stream(method, params)
        if stream is not None:
            # It may be in the middle of something when the client goes.
            async with contextlib.aclosing(stream):
                await self._pour(number, stream)
            return None
        answer = self._answers.once(method, params)
        if isinstance(answer, Future):
            answer = asyncio.wrap_future(answer)
        return await answer if isinstance(answer, Awaitable) else answer

    async def _pour(self, number: _Id, stream: AsyncIterator[object]) -> None:
        async for part in stream:
            await self._send({"id": number, "part": part})

    async def _send(self, message: Mapping[str, object]) -> None:
        self._writer.write(encode(message))
        await self._writer.drain()
