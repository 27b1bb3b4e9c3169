"""Tests of several things at once."""

import asyncio

import pytest

from brummer.mcp.hub.race import end, first, happens
from tests.support.virtual import run


class Runner:
    """Takes its time, and keeps whether it was let come to its end."""

    def __init__(self) -> None:
        self.has_left = False

    async def run(self, seconds: float, said: str) -> str:
        try:
            await asyncio.sleep(seconds)
        finally:
            # Leaving takes time as well.
            await asyncio.sleep(0.1)
            self.has_left = True
        return said


def test_the_first_decides_and_the_others_have_left_when_it_is_told() -> None:
    slow = Runner()

    said = run(first(slow.run(9.0, "slow"), Runner().run(1.0, "quick")))

    assert said == "quick"
    assert slow.has_left


def test_what_the_first_raises_is_raised() -> None:
    slow = Runner()

    async def fail() -> str:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        run(first(slow.run(9.0, "slow"), fail()))

    assert slow.has_left


def test_of_two_at_once_the_one_that_was_named_first_decides() -> None:
    async def at_once(said: str) -> str:
        return said

    for _ in range(20):
        assert run(first(at_once("a"), at_once("b"))) == "a"


def test_who_is_cancelled_leaves_nobody_behind() -> None:
    runners = [Runner(), Runner()]

    async def work() -> None:
        racing = asyncio.create_task(first(*(r.run(9.0, "x") for r in runners)))
        await asyncio.sleep(1.0)
        await end(racing)

    run(work())

    assert all(runner.has_left for runner in runners)


def test_ending_what_has_failed_hides_the_failure() -> None:
    async def fail() -> None:
        raise OSError("no")

    async def work() -> None:
        failing = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await end(failing)

    run(work())


def test_what_happens_in_time_is_told_from_what_does_not() -> None:
    async def work() -> tuple[bool, bool, bool]:
        event = asyncio.Event()
        before = await happens(event, 1.0)
        asyncio.get_running_loop().call_later(1.0, event.set)
        return before, await happens(event, 2.0), await happens(event, 0.0)

    assert run(work()) == (False, True, True)
