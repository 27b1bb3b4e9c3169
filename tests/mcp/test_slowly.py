"""Tests of doing something once for many."""

import asyncio

from brummer.mcp.slowly import Slowly


def test_it_is_done_once_for_all_who_ask_in_a_while() -> None:
    async def ask() -> int:
        done: list[asyncio.Event] = []
        event = asyncio.Event()

        def act() -> None:
            done.append(event)
            event.set()

        slowly = Slowly(act)
        for _ in range(100):
            slowly()
        await asyncio.wait_for(event.wait(), 10)
        return len(done)

    assert asyncio.run(ask()) == 1


def test_who_asks_later_is_not_forgotten() -> None:
    async def ask() -> int:
        done = 0
        event = asyncio.Event()

        def act() -> None:
            nonlocal done
            done += 1
            event.set()

        slowly = Slowly(act)
        for _ in range(3):
            slowly()
            await asyncio.wait_for(event.wait(), 10)
            event.clear()
        return done

    assert asyncio.run(ask()) == 3
