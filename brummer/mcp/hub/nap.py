"""Finding out that the machine slept."""

import asyncio
from collections.abc import Callable

from brummer.mcp.hub.timing import Timing


async def mind_naps(
    woke: Callable[[], object], timing: Timing, wall: Callable[[], float]
) -> None:
    """Call *woke* each time the machine has slept, until cancelled.

    The loop's time stands still meanwhile and *wall*, the time of day, does not.
    Somebody who sets the clock passes for sleep, and does no harm.
    """
    loop = asyncio.get_running_loop()
    ahead = wall() - loop.time()
    while True:
        await asyncio.sleep(timing.poll)
        before, ahead = ahead, wall() - loop.time()
        if ahead - before > timing.jump:
            woke()
