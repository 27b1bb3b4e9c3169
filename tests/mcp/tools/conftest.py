"""Tools over an instance that a test fills, called by the official client."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import pytest
from mcp.client.client import Client
from mcp_types import CallToolResult
from typing_extensions import override

from brummer.core.clock import Clock, SystemClock
from brummer.core.instance import Instance
from brummer.mcp.catalogue import Catalogue
from brummer.mcp.engine import Engine
from brummer.mcp.handover import Handover
from brummer.mcp.offering import Choice, Subject, offer
from brummer.mcp.queue import MessageQueue
from brummer.mcp.wording import Wording
from brummer.model.tool import Tool
from tests.support.instance import FakeInstance

T = TypeVar("T")

#: Settings as ``config_get`` shows them.
SETTINGS: Final = ({"key": "mcp_port", "value": "7777", "origin": "default"},)


class Told(NamedTuple):
    """What a tool answered: in words, as data, and in so many bytes."""

    text: str
    data: Any
    failed: bool
    size: int


def told(result: CallToolResult) -> Told:
    """Return an answer as tests look at it."""
    texts = (getattr(part, "text", "") for part in result.content)
    whole = result.model_dump_json(by_alias=True, exclude_none=True)
    return Told(
        "\n".join(texts),
        result.structured_content,
        bool(result.is_error),
        len(whole.encode()),
    )


class Agent:
    """Calls tools in the loop that they run in."""

    def __init__(self, client: Client, desk: "Desk") -> None:
        self.client = client
        self.desk = desk
        #: How far calls said that they were: so much, of so much, in words.
        self.progress: list[tuple[float, float | None, str | None]] = []

    async def ask(self, tool: str, /, **arguments: object) -> Told:
        """Call a tool, whatever it answers."""
        return told(
            await self.client.call_tool(tool, arguments, progress_callback=self._note)
        )

    async def _note(
        self, progress: float, total: float | None, message: str | None
    ) -> None:
        self.progress.append((progress, total, message))

    async def call(self, tool: str, /, **arguments: object) -> Told:
        """Call a tool that does not fail."""
        found = await self.ask(tool, **arguments)
        assert not found.failed, found.text
        return found


class Watched(Catalogue):
    """A catalogue of tools of which one knows whether any runs."""

    def __init__(self) -> None:
        super().__init__()
        self._running = 0
        #: Set while none runs.
        self.idle = asyncio.Event()

    @override
    def add(self, *, tools: Iterable[Tool] = (), **more: Any) -> None:
        seen = [replace(tool, run=self._seen(tool.run)) for tool in tools]
        super().add(tools=seen, **more)

    def _seen(self, run: Callable[..., Any]) -> Callable[..., Any]:
        async def seen(*args: object, **kwargs: object) -> object:
            self._running += 1
            self.idle.clear()
            try:
                return await run(*args, **kwargs)
            finally:
                self._running -= 1
                if not self._running:
                    self.idle.set()

        return seen


class Desk:
    """Offers the tools of one instance, as a program does."""

    def __init__(self, instance: Instance, clock: Clock | None = None) -> None:
        self.instance = instance
        self.clock: Clock = clock or SystemClock()
        self.workers = ThreadPoolExecutor(4)
        #: Made anew for each scenario, in its loop.
        self.catalogue: Watched
        self.wording: Wording
        self.queue = MessageQueue(self.clock, self._wake)
        self.handover = Handover(self.queue, self.clock, self._wake)
        #: Ends what the tools do, as the end of the program does.
        self.end: Callable[[], object] = self._wake

    def _wake(self) -> None:
        """Wake those who watch the instance, as a program does for a message."""
        if isinstance(self.instance, FakeInstance):
            self.instance.wake()

    def work(
        self,
        scenario: Callable[[Agent], Awaitable[T]],
        choice: Choice | None = None,
        mode: str = "auto",
    ) -> T:
        """Let an agent work, and return what came of it."""
        return asyncio.run(self._work(scenario, choice or Choice(), mode))

    async def _work(
        self, scenario: Callable[[Agent], Awaitable[T]], choice: Choice, mode: str
    ) -> T:
        self.catalogue = catalogue = Watched()
        engine = Engine(
            catalogue, self.workers.submit, name="b", version="1", instructions="Try."
        )
        self.end = self._offer(catalogue, choice)
        try:
            async with Client(engine.server, mode=mode) as client:
                return await asyncio.wait_for(scenario(Agent(client, self)), 25)
        finally:
            self.end()
            engine.close()

    def _offer(self, catalogue: Catalogue, choice: Choice) -> Callable[[], None]:
        subject = Subject(
            self.instance,
            self.clock,
            lambda: SETTINGS,
            self.queue,
            self.handover,
            self.workers.submit,
        )
        self.wording = Wording()
        return offer(catalogue, subject, choice, self.wording)

    def call(self, tool: str, /, **arguments: object) -> Told:
        """Call one tool."""
        return self.work(lambda agent: agent.ask(tool, **arguments))

    def tools(self, choice: Choice | None = None) -> Mapping[str, Tool]:
        """Return the tools that are offered."""

        async def run() -> Mapping[str, Tool]:
            catalogue = Catalogue()
            self._offer(catalogue, choice or Choice())()
            return catalogue.offer.tools

        return asyncio.run(run())


@pytest.fixture
def instance(tmp_path: Path) -> FakeInstance:
    folder = tmp_path / "shop"
    folder.mkdir()
    return FakeInstance(folder=folder)


@pytest.fixture
def desk(instance: FakeInstance) -> Iterator[Desk]:
    desk = Desk(instance)
    yield desk
    desk.workers.shutdown()
