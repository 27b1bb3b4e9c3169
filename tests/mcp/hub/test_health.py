"""Tests of whether the other end of a link is still there, in virtual time."""

import asyncio

from brummer.mcp.hub.health import lost
from brummer.mcp.hub.race import end
from brummer.mcp.hub.timing import Timing
from tests.support.virtual import run


class Link:
    """A link whose other end answers, or not."""

    def __init__(self) -> None:
        self.heard = now()
        self.pings: list[float] = []
        self.answers = True
        #: What is raised instead of an answer.
        self.error: Exception | None = None
        self.delay = 0.1
        self.broken = asyncio.Event()

    async def ping(self) -> None:
        self.pings.append(now())
        if self.error is not None:
            raise self.error
        if not self.answers:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(self.delay)
        self.heard = now()

    async def gone(self) -> None:
        await self.broken.wait()


def now() -> float:
    return asyncio.get_running_loop().time()


class Watch:
    """A link that is watched."""

    def __init__(self) -> None:
        self.link = Link()
        self.asked = asyncio.Event()
        self.task = asyncio.create_task(self._watch())
        self.ended = 0.0

    async def _watch(self) -> str:
        reason = await lost(self.link, Timing(interval=10.0), self.asked)
        self.ended = now()
        return reason


def test_one_that_is_quiet_is_asked_at_each_interval() -> None:
    async def history() -> None:
        watch = Watch()
        await asyncio.sleep(35.0)

        # The next pause begins with the answer.
        assert [round(t, 1) for t in watch.link.pings] == [10.0, 20.1, 30.2]
        assert not watch.task.done()
        await end(watch.task)

    run(history())


def test_traffic_saves_the_question() -> None:
    async def history() -> None:
        watch = Watch()
        for _ in range(10):
            await asyncio.sleep(9.0)
            watch.link.heard = now()

        assert watch.link.pings == []
        await end(watch.task)

    run(history())


def test_after_three_questions_without_an_answer_it_is_lost() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.answers = False

        assert await watch.task == "it gave no sign of life 3 times"
        assert watch.link.pings == [10.0, 20.0, 30.0]
        assert watch.ended == 35.0

    run(history())


def test_an_answer_in_time_makes_good_for_earlier_silence() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.answers = False
        await asyncio.sleep(28.0)
        watch.link.answers = True
        await asyncio.sleep(5.0)
        watch.link.answers = False

        await watch.task
        assert len(watch.link.pings) == 2 + 1 + 3

    run(history())


def test_any_sign_of_life_counts_as_an_answer() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.answers = False
        for _ in range(20):
            await asyncio.sleep(12.0)
            watch.link.heard = now()

        assert watch.link.pings
        assert not watch.task.done()
        await end(watch.task)

    run(history())


def test_one_that_refuses_to_be_asked_is_lost_within_seconds() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.error = ConnectionResetError("gone")

        assert await watch.task == "it gave no sign of life 3 times"
        assert watch.link.pings == [10.0, 11.0, 12.0]

    run(history())


def test_one_that_refuses_once_is_kept() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.error = ConnectionResetError("gone")
        await asyncio.sleep(10.5)
        watch.link.error = None
        await asyncio.sleep(60.0)

        assert not watch.task.done()
        await end(watch.task)

    run(history())


def test_the_end_of_the_connection_is_told_at_once() -> None:
    async def history() -> None:
        watch = Watch()
        await asyncio.sleep(3.0)
        watch.link.broken.set()

        assert await watch.task == "it ended the connection"
        assert watch.ended == 3.0

    run(history())


def test_the_end_of_the_connection_is_told_during_a_question() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.answers = False
        await asyncio.sleep(12.0)
        watch.link.broken.set()

        assert await watch.task == "it ended the connection"
        assert watch.ended == 12.0

    run(history())


def test_who_wants_to_know_has_it_asked_at_once_and_once() -> None:
    async def history() -> None:
        watch = Watch()
        await asyncio.sleep(3.0)
        watch.asked.set()
        await asyncio.sleep(5.0)

        assert watch.link.pings == [3.0]
        await end(watch.task)

    run(history())


def test_while_somebody_waits_the_questions_follow_each_other() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.answers = False
        await asyncio.sleep(3.0)
        while not watch.task.done():
            watch.asked.set()
            await asyncio.sleep(1.0)

        assert watch.task.result() == "it gave no sign of life 3 times"
        assert watch.link.pings == [3.0, 8.0, 10.5]
        assert watch.ended == 13.0

    run(history())


def test_who_takes_nearly_five_seconds_to_answer_is_kept_while_somebody_waits() -> None:
    async def history() -> None:
        watch = Watch()
        watch.link.delay = 4.5
        for _ in range(100):
            watch.asked.set()
            await asyncio.sleep(1.0)

        assert not watch.task.done()
        await end(watch.task)

    run(history())
