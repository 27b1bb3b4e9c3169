"""Waiting in a loop for the next change, whichever thread tells of it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

from brummer.core.pulse import Pulse


def live(story: Callable[[Pulse], Awaitable[None]]) -> None:
    async def lived() -> None:
        await asyncio.wait_for(story(Pulse(asyncio.get_running_loop())), 20)

    asyncio.run(lived())


async def settled() -> None:
    """Let everything that is under way in the loop come to where it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_beat_of_another_thread_wakes_everyone_who_waits() -> None:
    async def story(pulse: Pulse) -> None:
        waiting = [asyncio.ensure_future(pulse.next(None)) for _ in range(3)]
        await settled()

        threading.Thread(target=pulse.beat).start()

        await asyncio.gather(*waiting)

    live(story)


def test_a_beat_that_nobody_waited_for_is_not_missed() -> None:
    async def story(pulse: Pulse) -> None:
        pulse.beat()

        await pulse.next(None)

    live(story)


def test_a_beat_is_seen_once() -> None:
    async def story(pulse: Pulse) -> None:
        for _ in range(9):
            pulse.beat()
        await pulse.next(None)
        waiting = asyncio.ensure_future(pulse.next(None))
        await settled()

        assert not waiting.done()
        waiting.cancel()

    live(story)


def test_who_has_waited_long_enough_goes_on() -> None:
    async def story(pulse: Pulse) -> None:
        begin = pulse.time()

        await pulse.next(0.01)

        assert pulse.time() >= begin

    live(story)


def test_whoever_is_cancelled_waits_no_more_and_others_do() -> None:
    async def story(pulse: Pulse) -> None:
        leaving, staying = (asyncio.ensure_future(pulse.next(None)) for _ in range(2))
        await settled()

        leaving.cancel()
        await settled()
        pulse.beat()

        await staying
        assert leaving.cancelled()

    live(story)


def test_the_end_wakes_everyone_for_the_last_time() -> None:
    async def story(pulse: Pulse) -> None:
        waiting = asyncio.ensure_future(pulse.next(None))
        await settled()
        before = pulse.has_ended

        pulse.end()

        await waiting
        assert (before, pulse.has_ended) == (False, True)

    live(story)


def test_a_beat_after_the_loop_has_closed_is_heard_by_nobody() -> None:
    kept: list[Pulse] = []

    async def story(pulse: Pulse) -> None:
        kept.append(pulse)

    live(story)

    kept[0].beat()


def test_no_beat_is_lost_whenever_it_comes() -> None:
    async def story(pulse: Pulse) -> None:
        changes = 0

        def change() -> None:
            nonlocal changes
            for _ in range(2_000):
                changes += 1
                pulse.beat()

        changing = threading.Thread(target=change)
        changing.start()
        # With no limit: whoever missed the last one would wait for ever.
        while changes < 2_000:
            await pulse.next(None)
        changing.join()

    live(story)
