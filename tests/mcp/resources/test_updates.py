"""Which resources are watched, and who is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from typing_extensions import override

from brummer.mcp.interest import Interest
from brummer.mcp.resources.finding import ErrorSources, address
from brummer.mcp.resources.known import Known
from brummer.mcp.resources.log import LogSources
from brummer.mcp.resources.process import ProcessSources
from brummer.mcp.resources.script import ScriptSource
from brummer.mcp.resources.updates import Updates
from brummer.model.log import LogWindow
from brummer.model.process import ProcessId
from tests.support.clock import FakeClock
from tests.support.finding import error
from tests.support.instance import FakeInstance

WEB, API = ProcessId("web-1"), ProcessId("api-2")

#: Seconds after which a test gives up.
_PATIENCE = 20


class Counted(FakeInstance):
    """Counts how often lines are read."""

    def __init__(self) -> None:
        super().__init__()
        self.windows = 0
        self.add_process("web")
        self.add_process("api")

    @override
    def log_window(
        self, first: int, count: int, process: ProcessId | None = None
    ) -> LogWindow:
        self.windows += 1
        return super().log_window(first, count, process)


class Room:
    """Somebody who wants to hear of resources, in a loop."""

    def __init__(self) -> None:
        self.instance = Counted()
        self.interest = Interest()
        self.touched: asyncio.Queue[str] = asyncio.Queue()
        self.interest.tell(self.touched.put_nowait)
        known = Known(self.instance)
        self.updates = Updates(
            self.instance,
            self.interest,
            [
                *LogSources(self.instance, known).table(),
                *ErrorSources(self.instance, known).table(),
                *ProcessSources(self.instance, known, FakeClock()).table(),
                *ScriptSource(self.instance).table(),
            ],
        )

    async def next(self) -> str:
        """Return the next address that has changed."""
        return await asyncio.wait_for(self.touched.get(), _PATIENCE)


def run(story: Callable[[Room], Awaitable[None]]) -> None:
    async def told() -> None:
        room = Room()
        try:
            await story(room)
        finally:
            room.updates.close()

    asyncio.run(told())


CHANGES: dict[str, Callable[[FakeInstance], Any]] = {
    "logs://recent": lambda i: i.print(API, "a line"),
    "logs://all": lambda i: i.print(API, "a line"),
    "logs://web-1": lambda i: i.print(WEB, "a line"),
    "logs://web?from=0": lambda i: i.print(WEB, "a line"),
    "logs://errors": lambda i: i.report(error(API)),
    address(error(WEB)): lambda i: i.report(error(WEB)),
    "processes://active": lambda i: i.change(API, ready=True),
    "processes://web-1": lambda i: i.change(WEB, ready=True),
    "processes://shop": lambda i: i.add_process("shop"),
    "scripts://available": lambda i: i.add_script("dev"),
}


@pytest.mark.parametrize("uri", CHANGES)
def test_who_wants_to_hear_of_a_resource_does(uri: str) -> None:
    async def story(room: Room) -> None:
        room.interest.add([uri])

        CHANGES[uri](room.instance)

        assert await room.next() == uri

    run(story)


@pytest.mark.parametrize("uri", CHANGES)
def test_one_hears_again_of_what_changes_again(uri: str) -> None:
    async def story(room: Room) -> None:
        room.interest.add([uri])
        CHANGES[uri](room.instance)
        await room.next()

        CHANGES[uri](room.instance)
        if uri == address(error(WEB)):
            room.instance.report(error(WEB, count=2))
        if uri.endswith("-1"):
            room.instance.change(WEB, ready=False)
            room.instance.print(WEB, "another")
        if uri == "processes://active":
            room.instance.change(API, ready=False)

        assert await room.next() == uri

    run(story)


def test_nobody_hears_of_what_did_not_change() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["processes://web-1", "logs://web-1", "logs://errors"])

        room.instance.change(API, ready=True)
        room.instance.print(API, "a line")
        room.instance.add_script("dev")
        # What follows is seen later, so all of that was looked at before.
        room.instance.report(error(API))

        assert await room.next() == "logs://errors"
        assert room.touched.empty()

    run(story)


def test_a_change_between_subscribing_and_the_first_look_is_told() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["logs://errors"])
        room.instance.report(error(WEB))

        # Nothing of the loop has run in between.
        assert await room.next() == "logs://errors"

    run(story)


def test_nothing_is_watched_that_nobody_wants_to_hear_of() -> None:
    async def story(room: Room) -> None:
        before = room.instance.watched
        room.interest.add(["logs://recent", "logs://errors"])
        meanwhile = room.instance.watched
        room.interest.remove(["logs://recent", "logs://errors"])

        assert (before, meanwhile, room.instance.watched) == (0, 1, 0)

    run(story)


def test_one_may_come_back() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["logs://recent"])
        room.interest.remove(["logs://recent"])
        room.interest.add(["logs://recent"])

        room.instance.print(WEB, "a line")

        assert await room.next() == "logs://recent"

    run(story)


def test_resources_of_others_are_left_to_them() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["lantern://colour"])

        assert room.instance.watched == 0

    run(story)


def test_a_flood_is_told_once_and_no_line_is_read() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["logs://recent", "logs://web-1"])
        for _ in range(20):
            room.instance.print(WEB, *("a line" for _ in range(1_000)))

        told = {await room.next(), await room.next()}

        assert told == {"logs://recent", "logs://web-1"}
        assert room.touched.empty()
        assert room.instance.windows == 0

    run(story)


def test_an_end_leaves_nothing_behind() -> None:
    async def story(room: Room) -> None:
        room.interest.add(["logs://recent"])

        room.updates.close()
        room.updates.close()

        assert room.instance.watched == 0

    run(story)
