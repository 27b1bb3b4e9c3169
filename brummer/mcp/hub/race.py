"""Several things at once, of which the first decides."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


async def first(*runners: Coroutine[Any, Any, _T]) -> _T:
    """Return what the first of *runners* returns, and raise what it raises.

    The others are cancelled, and have ended when this returns.
    """
    tasks = [asyncio.ensure_future(runner) for runner in runners]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)
    # Of several, the one that was named first: a set has no order.
    return next(task for task in tasks if task in done).result()


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel *tasks*, and return when they have ended, however."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def happens(event: asyncio.Event, within: float) -> bool:
    """Wait for *event*, at most *within* seconds; return whether it happened."""
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
