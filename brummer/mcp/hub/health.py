"""Whether the other end of a link is still there."""

import asyncio
from enum import Enum, auto

from brummer.mcp.hub.link import Link
from brummer.mcp.hub.race import end, first, happens
from brummer.mcp.hub.timing import Timing


class _Pulse(Enum):
    """What came of asking for a sign of life."""

    FELT = auto()
    #: The link said at once that there is nobody.
    REFUSED = auto()
    MISSED = auto()


async def lost(link: Link, timing: Timing, asked: asyncio.Event) -> str:
    """Return when *link* is of no more use, and why; whether it still is, *asked* asks.

    Any sign of life will do, so one that is busy is not asked in addition.  Who has had
    time to answer, while *asked* was set again, is asked at once for the next time, and
    has half as long to answer: somebody waits.
    """
    return await first(_ended(link), _silent(link, timing, asked))


async def _ended(link: Link) -> str:
    await link.gone()
    return "it ended the connection"


async def _silent(link: Link, timing: Timing, asked: asyncio.Event) -> str:
    loop = asyncio.get_running_loop()
    misses = 0
    pulse = _Pulse.FELT
    begun = loop.time()
    while misses < timing.misses:
        is_urgent = pulse is _Pulse.MISSED and asked.is_set()
        # Who refuses is gone, or will say so again.
        pause = timing.first if pulse is _Pulse.REFUSED else timing.interval
        while (due := max(begun, link.heard) + pause) > loop.time():
            if await happens(asked, due - loop.time()):
                break
        asked.clear()
        begun = loop.time()
        pulse = await _felt(link, timing.answer / 2 if is_urgent else timing.answer)
        if pulse is _Pulse.FELT:
            # That answers who asked meanwhile as well.
            asked.clear()
        misses = 0 if pulse is _Pulse.FELT else misses + 1
    return f"it gave no sign of life {misses} times"


async def _felt(link: Link, limit: float) -> _Pulse:
    """Ask once; an answer to anything else in the meantime counts as well."""
    begun = asyncio.get_running_loop().time()
    asking = asyncio.ensure_future(link.ping())
    try:
        await asyncio.wait({asking}, timeout=limit)
    finally:
        await end(asking)
    if link.heard > begun:
        return _Pulse.FELT
    if asking.cancelled():
        return _Pulse.MISSED
    return _Pulse.FELT if asking.exception() is None else _Pulse.REFUSED
