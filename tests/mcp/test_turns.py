import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from brummer.mcp.turns import Turns


class Work:
    """Something costly, which is done when the test says so."""

    def __init__(self) -> None:
        #: What was begun, in that order, and what was called off.
        self.begun: list[str] = []
        self.cancelled: list[str] = []
        self._done: list[asyncio.Future[str]] = []

    def of(self, name: str) -> Callable[[], Awaitable[str]]:
        async def run() -> str:
            self.begun.append(name)
            done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            self._done.append(done)
            try:
                return await done
            except asyncio.CancelledError:
                self.cancelled.append(name)
                raise

        return run

    def end(self, number: int, found: str) -> None:
        self._done[number].set_result(found)


def lived(life: Callable[[Turns[str], Work], Coroutine[Any, Any, None]]) -> None:
    """Live in a loop with two at once."""
    asyncio.run(life(Turns(2), Work()))


async def settled() -> None:
    """Let every task go on until all of them wait."""
    for _ in range(20):
        await asyncio.sleep(0)


def asked(turns: Turns[str], work: Work, *names: str) -> list[asyncio.Task[str]]:
    return [asyncio.ensure_future(turns.ask(name, work.of(name))) for name in names]


def test_equal_questions_that_wait_are_one() -> None:
    async def life(turns: Turns[str], work: Work) -> None:
        others = asked(turns, work, "a", "b")
        await settled()
        waiting = asked(turns, work, "c", "c", "c")
        await settled()
        work.end(0, "A")
        await settled()
        work.end(1, "B")
        work.end(2, "C")

        assert await asyncio.gather(*others, *waiting) == ["A", "B", "C", "C", "C"]
        assert work.begun == ["a", "b", "c"]

    lived(life)


def test_nobody_gets_an_answer_that_was_begun_before_he_asked() -> None:
    async def life(turns: Turns[str], work: Work) -> None:
        (first,) = asked(turns, work, "a")
        await settled()
        (second,) = asked(turns, work, "a")
        await settled()
        # There is room for two, but they would find the same.
        assert work.begun == ["a"]
        work.end(0, "old")
        await settled()
        work.end(1, "new")

        assert (await first, await second) == ("old", "new")

    lived(life)


def test_so_many_are_looked_into_at_once() -> None:
    async def life(turns: Turns[str], work: Work) -> None:
        tasks = asked(turns, work, "a", "b", "c")
        await settled()

        assert work.begun == ["a", "b"]
        work.end(1, "B")
        await settled()
        assert work.begun == ["a", "b", "c"]

        work.end(0, "A")
        work.end(2, "C")
        assert await asyncio.gather(*tasks) == ["A", "B", "C"]

    lived(life)


def test_one_who_leaves_does_not_end_what_others_wait_for() -> None:
    async def life(turns: Turns[str], work: Work) -> None:
        one, other = asked(turns, work, "a", "a")
        await settled()
        one.cancel()
        await settled()
        work.end(0, "A")

        assert await other == "A"
        assert work.cancelled == []

    lived(life)


def test_the_last_who_leaves_ends_it() -> None:
    async def life(turns: Turns[str], work: Work) -> None:
        tasks = asked(turns, work, "a", "a", "b", "c")
        await settled()
        for task in (tasks[0], tasks[1], tasks[3]):
            task.cancel()
        await settled()

        assert work.cancelled == ["a"]
        assert work.begun == ["a", "b"]
        (again,) = asked(turns, work, "c")
        await settled()
        work.end(2, "C")
        assert await again == "C"
        tasks[2].cancel()

    lived(life)


def test_all_are_told_what_went_wrong() -> None:
    async def life(turns: Turns[str], _: Work) -> None:
        async def run() -> str:
            raise ValueError("no")

        for found in await asyncio.gather(
            turns.ask("a", run), turns.ask("a", run), return_exceptions=True
        ):
            with pytest.raises(ValueError, match="no"):
                raise found if isinstance(found, BaseException) else AssertionError

    lived(life)
