"""Doing something once for all that asks for it in a while."""

from collections.abc import Callable
from typing import Final

#: Seconds until it is done.
PAUSE: Final = 0.1


class Slowly:
    """Does *act* soon after it was asked for, once for all who ask meanwhile.

    Threads: one loop's.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self._is_due = False

    def __call__(self) -> None:
        """Have it done soon."""
        # Whoever calls runs in a loop, and has it imported; who makes this need not.
        import asyncio

        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(PAUSE, self._run)

    def _run(self) -> None:
        self._is_due = False
        self._act()
