"""Requests begin in small steps where there is a screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from typing_extensions import override

from brummer.core.precedence import Precedence
from brummer.mcp.asgi import Message, Receive, Scope, Send
from brummer.mcp.turnstile import Turnstile

#: Turns of the loop that any of this takes at most.
TURNS = 50


class Watched(Precedence):
    """Precedence that counts how often somebody asked."""

    def __init__(self, *, is_wanted: bool) -> None:
        super().__init__()
        self.is_wanted = is_wanted
        self.asked = 0

    @override
    def respect(self) -> None:
        self.asked += 1


class Line:
    """Requests, and when each of them began, in turns of the loop."""

    def __init__(self, *, is_wanted: bool) -> None:
        self.precedence = Watched(is_wanted=is_wanted)
        self.turn = 0
        self.began: list[tuple[int, int]] = []
        self.sent: list[Message] = []
        self.turnstile = Turnstile(self._answer, self.precedence)

    async def _answer(self, scope: Scope, _: Receive, send: Send) -> None:
        self.began.append((scope["number"], self.turn))
        await send({"type": "http.response.start"})

    async def ask(self, number: int) -> None:
        async def receive() -> Message:
            raise AssertionError

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self.turnstile({"number": number}, receive, send)

    async def run(self, tasks: "list[asyncio.Task[None]]") -> None:
        """Run the loop until all are answered, or for long enough."""
        for _ in range(TURNS):
            if all(task.done() for task in tasks):
                return
            await asyncio.sleep(0)
            self.turn += 1

    def steps(self) -> list[int]:
        """Return how many began in each turn in which some did."""
        turns = [turn for _, turn in self.began]
        return [turns.count(turn) for turn in sorted(set(turns))]


def lived(life: Callable[[Line], Awaitable[Any]], *, is_wanted: bool = True) -> Line:
    async def run() -> Line:
        line = Line(is_wanted=is_wanted)
        await life(line)
        return line

    return asyncio.run(run())


async def _ask_twenty(line: Line) -> None:
    tasks = [asyncio.create_task(line.ask(number)) for number in range(20)]
    await line.run(tasks)
    assert all(task.done() for task in tasks)


def test_without_a_screen_all_begin_at_once() -> None:
    line = lived(_ask_twenty, is_wanted=False)

    assert line.steps() == [20]
    assert line.precedence.asked == 0


def test_with_a_screen_a_few_begin_in_each_turn_in_their_order() -> None:
    line = lived(_ask_twenty)

    assert max(line.steps()) == 4
    assert [number for number, _ in line.began] == list(range(20))
    assert len(line.sent) == 20


def test_the_screen_goes_first_between_them() -> None:
    line = lived(_ask_twenty)

    # Before each request, each answer and each turn.
    assert line.precedence.asked >= 20 + 20 + 5


def test_one_alone_begins_at_once() -> None:
    async def life(line: Line) -> None:
        await line.ask(1)

    line = lived(life)

    assert line.began == [(1, 0)]


def test_who_comes_after_a_rest_begins_at_once() -> None:
    async def life(line: Line) -> None:
        await _ask_twenty(line)
        for _ in range(5):
            await asyncio.sleep(0)
        line.began.clear()
        await line.ask(99)

    line = lived(life)

    assert [number for number, _ in line.began] == [99]


def test_nobody_waits_for_one_who_gave_up() -> None:
    async def life(line: Line) -> None:
        tasks = [asyncio.create_task(line.ask(number)) for number in range(12)]
        await asyncio.sleep(0)
        for task in tasks[4:8]:
            task.cancel()
        await line.run(tasks)
        assert all(task.done() for task in tasks)

    line = lived(life)

    assert [number for number, _ in line.began] == [0, 1, 2, 3, 8, 9, 10, 11]


def test_nothing_turns_when_nobody_waits() -> None:
    async def life(line: Line) -> None:
        await _ask_twenty(line)
        for _ in range(5):
            await asyncio.sleep(0)
        asked = line.precedence.asked
        for _ in range(20):
            await asyncio.sleep(0)
        assert line.precedence.asked == asked

    lived(life)


def test_at_the_end_who_waits_is_cancelled_and_nobody_begins() -> None:
    async def life(line: Line) -> None:
        tasks = [asyncio.create_task(line.ask(number)) for number in range(12)]
        await asyncio.sleep(0)
        line.turnstile.close()
        tasks.append(asyncio.create_task(line.ask(99)))
        await line.run(tasks)
        assert [task.cancelled() for task in tasks] == [False] * 4 + [True] * 9

    line = lived(life)

    assert [number for number, _ in line.began] == [0, 1, 2, 3]


def test_at_the_end_nobody_begins_without_a_screen_either() -> None:
    async def life(line: Line) -> None:
        line.turnstile.close()
        task = asyncio.create_task(line.ask(1))
        await line.run([task])
        assert task.cancelled()

    assert lived(life, is_wanted=False).began == []
