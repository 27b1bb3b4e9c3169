"""Costly questions one after the other, and equal ones asked once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

_T = TypeVar("_T")

#: Questions that are looked into at the same time: one that takes long must not keep
#: all others waiting, and with four at once the server itself came to its turn a
#: third as often.
_AT_ONCE: Final = 2


class _Turn(Generic[_T]):
    """One question, and how many wait for the answer."""

    def __init__(self) -> None:
        self.has_begun = False
        self.callers = 0
        #: Set at once by who makes the turn.
        self.task: asyncio.Task[_T] | None = None


class Turns(Generic[_T]):
    """Answers many askers of few questions.

    Whoever asks what somebody else waits to have answered waits with him.  An answer
    that is being worked out already may have missed what has happened since it was
    begun, so nobody joins that; the same question is asked anew after it.  So two
    hundred agents that look for one word cost two searches, not two hundred.

    Threads: the loop's.
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        """Have *at_once* questions looked into at the same time."""
        self._free: Final = asyncio.Semaphore(at_once)
        #: The latest of each question that is not answered yet.
        self._turns: dict[Hashable, _Turn[_T]] = {}

    async def ask(self, question: Hashable, run: Callable[[], Awaitable[_T]]) -> _T:
        """Return what *run* finds out, which may be that of another asker."""
        turn = self._turns.get(question)
        if turn is None or turn.has_begun:
            turn = self._queued(question, turn, run)
        assert turn.task is not None
        turn.callers += 1
        try:
            return await asyncio.shield(turn.task)
        finally:
            turn.callers -= 1
            if not turn.callers and not turn.task.done():
                # All who wanted to know have left.
                turn.task.cancel()
                self._forget(question, turn)

    def _queued(
        self,
        question: Hashable,
        before: _Turn[_T] | None,
        run: Callable[[], Awaitable[_T]],
    ) -> _Turn[_T]:
        """Return a turn that comes after that of the same question *before* it."""
        turn: _Turn[_T] = _Turn()

        async def take() -> _T:
            try:
                if before is not None and before.task is not None:
                    await asyncio.wait({before.task})
                async with self._free:
                    turn.has_begun = True
                    return await run()
            finally:
                self._forget(question, turn)

        turn.task = asyncio.get_running_loop().create_task(take())
        self._turns[question] = turn
        return turn

    def _forget(self, question: Hashable, turn: _Turn[_T]) -> None:
        if self._turns.get(question) is turn:
            del self._turns[question]
