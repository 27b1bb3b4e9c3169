"""An instance that a test fills, and the official client to what agents are offered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import mcp_types as wire
from mcp.client.client import Client

from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.handover import Handover
from brummer.mcp.offering import Choice, Subject, offer
from brummer.mcp.queue import MessageQueue
from brummer.mcp.wording import Wording
from tests.support.clock import FakeClock
from tests.support.instance import FakeInstance

#: The eras of the protocol, as the client names them.
ERAS: Final = ("legacy", "2026-07-28")

#: Seconds for a whole story.
_PATIENCE: Final = 25


class Person:
    """Answers what a client is asked, and notes the questions."""

    def __init__(self, *replies: Mapping[str, Any] | None) -> None:
        self._replies = list(replies)
        #: What was asked, oldest first.
        self.asked: list[wire.ElicitRequestFormParams] = []

    async def __call__(self, _: Any, params: Any) -> wire.ElicitResult:
        """Fill the form in; ``None`` is to decline."""
        self.asked.append(params)
        reply = self._replies.pop(0)
        if reply is None:
            return wire.ElicitResult(action="decline")
        return wire.ElicitResult(action="accept", content=dict(reply))


def tell(
    instance: FakeInstance,
    story: Callable[[Client], Awaitable[None]],
    era: str,
    **client: Any,
) -> None:
    """Let a client of *era* live through *story*; *client* is for its constructor."""
    workers = ThreadPoolExecutor(4)

    async def told() -> None:
        catalogue = Catalogue()
        engine = Engine(
            catalogue, workers.submit, name="b", version="1", instructions="Try."
        )
        end = offer(catalogue, _subject(instance, workers), Choice(), Wording())
        try:
            async with Client(engine.server, mode=era, **client) as connected:
                await asyncio.wait_for(story(connected), _PATIENCE)
        finally:
            end()
            engine.close()

    try:
        asyncio.run(told())
    finally:
        workers.shutdown()


def _subject(instance: FakeInstance, workers: ThreadPoolExecutor) -> Subject:
    clock = FakeClock()
    queue = MessageQueue(clock, lambda: None)
    handover = Handover(queue, clock, lambda: None)
    return Subject(instance, clock, lambda: (), queue, handover, workers.submit)
