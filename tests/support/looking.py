"""A search that finds what a test says."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future

from brummer.core.looking import Looking

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


class Searched:
    """What of an instance can be searched: finds what a test says.

    Threads: any.
    """

    def __init__(self) -> None:
        #: Every search that was begun, what each finds, and why none can be begun.
        self.lookings: list[FakeLooking] = []
        self.finds: list[Mapping[str, object]] = [{"state": "done"}]
        self.refusal: Exception | None = None

    def log_search(
        self, changed: Callable[[], object], arguments: Mapping[str, object]
    ) -> Future[Looking]:
        """Begin to look for what :attr:`finds` says."""
        looking = FakeLooking(arguments, self.finds)
        self.lookings.append(looking)
        begun: Future[Looking] = Future()
        if self.refusal is None:
            begun.set_result(looking)
        else:
            begun.set_exception(self.refusal)
        changed()
        return begun
