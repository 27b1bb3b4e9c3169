"""An event loop whose time passes only when there is nothing else to do.

Hours of pauses and time limits take as long as what is done in between, and the order
of everything is the same each time.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from typing_extensions import override

_T = TypeVar("_T")


class _Selector(selectors.SelectSelector):
    """Looks at descriptors without waiting, and counts the time it did not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    @override
    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits for somebody else")
        ready = super().select(0)
        if not ready:
            self.passed += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what does not leave the loop: no threads, no sockets."""

    def __init__(self) -> None:
        self._watch = _Selector()
        super().__init__(self._watch)

    @override
    def time(self) -> float:
        return self._watch.passed


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run *main* in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
