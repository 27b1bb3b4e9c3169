"""Tests of finding out that the machine slept."""

import asyncio

from brummer.mcp.hub.nap import mind_naps
from brummer.mcp.hub.race import end
from brummer.mcp.hub.timing import Timing
from tests.support.virtual import run


class Day:
    """A clock on the wall."""

    def __init__(self) -> None:
        #: How far it is ahead of the loop's time.
        self.ahead = 1_000_000.0

    def now(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


async def naps(*jumps: float) -> list[float]:
    """Return when somebody was woken, the clock jumping every ten seconds."""
    day = Day()
    loop = asyncio.get_running_loop()
    woken: list[float] = []
    minding = asyncio.create_task(
        mind_naps(lambda: woken.append(loop.time()), Timing(), day.now)
    )
    for jump in jumps:
        await asyncio.sleep(9.0)
        day.ahead += jump
        await asyncio.sleep(1.0)
    await asyncio.sleep(10.0)
    await end(minding)
    return woken


def test_sleep_is_found_out_soon_and_once() -> None:
    assert run(naps(3600.0)) == [10.0]
    assert run(naps(3600.0, 60.0)) == [10.0, 20.0]


def test_a_clock_that_is_set_back_or_corrected_wakes_nobody() -> None:
    assert run(naps(-3600.0, 1.0, 4.0)) == []
