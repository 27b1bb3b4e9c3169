"""A search that finds what a test says."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping

#: What a search says that has found nothing yet.
NOTHING = {
    "state": "running",
    "problem": "",
    "count": 0,
    "counts": {},
    "scanned": 0,
    "total": 0,
    "end": 0,
    "entries": [],
}


class FakeLooking:
    """Hands out *parts*, and has then found all there is if the last one says so.

    Threads: any.
    """

    def __init__(
        self, arguments: Mapping[str, object], parts: Iterable[Mapping[str, object]]
    ) -> None:
        self.arguments = arguments
        self._parts = deque(parts)
        #: Set once nobody wants more.
        self.cancelled = threading.Event()

    def take(self) -> Mapping[str, object]:
        """Return the next part, or that there is nothing new."""
        return {**NOTHING, **(self._parts.popleft() if self._parts else {})}

    def find(self, part: Mapping[str, object]) -> None:
        """Find more, which is seen within a second."""
        self._parts.append(part)

    def cancel(self) -> None:
        """Note that nobody wants more."""
        self.cancelled.set()
