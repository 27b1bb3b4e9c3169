"""Questions to plugins."""

import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import wait
from typing import Final, Generic, TypeVar

from brummer.plugin.handle import Complaint, Handle
from brummer.plugin.implementation import Implementation

T = TypeVar("T")


class Inquiry(Generic[T]):
    """One question to one plugin; whoever asked waits, but not for ever.

    Nobody ends a call that takes longer than its *limit*.  It keeps its thread,
    its answer comes too late to count, and until it returns the plugin is asked
    nothing else.

    Threads: the plugin is called on a thread of its own; everything else is done
    by whoever asks.
    """

    def __init__(
        self,
        handle: Handle,
        hook: str,
        work: Callable[[], T | None],
        limit: float,
        complaint: Complaint = Complaint.SHOW,
    ) -> None:
        self.handle: Final = handle
        self._work: Final = work
        self._limit: Final = limit
        # Not the program's clock, which tests turn by hand: nobody turns a plugin's.
        self._until: Final = time.monotonic() + limit
        self._call: Final = handle.calling(hook, complaint, limit)
        self._future: Final = handle.workers.run(self._run)

    @property
    def complained(self) -> BaseException | None:
        """What was raised, if it is a sentence for the user and left to the asker."""
        is_left = self._call.complaint is Complaint.LEAVE
        return self._call.complained if is_left else None

    def _run(self) -> T | None:
        with self._call:
            return self._work()
        return None

    def wait(self, seconds: float) -> bool:
        """Wait for the answer; return whether it came within so many *seconds*."""
        try:
            return bool(wait([self._future], seconds).done)
        except KeyboardInterrupt as error:
            self.handle.interrupted(self._call.hook, error)
            raise

    def answer(self) -> T | None:
        """Return the answer, ``None`` if there is none when the time is up."""
        is_done = self.wait(max(0.0, self._until - time.monotonic()))
        # What waits behind calls that hang needs not be called any more.
        if not is_done and self._future.cancel():
            self.handle.crowded(self._call.hook, self._limit)
            return None
        if not self._future.done():
            self.handle.gave_up(self._call, self._limit)
            return None
        error = self._future.exception()
        if error is None:
            return self._future.result()
        # Nothing of the plugin gets past the call, unless it is taken strictly:
        # else it is the end of the program, and nobody is asked any more.
        if self.handle.strict:
            raise error
        return None

    def withdraw(self) -> None:
        """Ask no longer, if the plugin has not been called yet."""
        self._future.cancel()


def inquire(
    one: Implementation,
    work: Callable[[], T | None],
    limit: float,
    complaint: Complaint = Complaint.SHOW,
) -> Inquiry[T]:
    """Ask *one* for what *work* gets out of it."""
    return Inquiry(one.handle, one.hook, work, limit, complaint)


def answers(asked: Collection[Inquiry[T]]) -> Iterator[tuple[Handle, T]]:
    """Yield who answered what, in the order in which they were asked.

    The time of all of them has run since they were asked, so those that hang cost
    it once.  A complaint that is left to the asker is raised when its turn comes.
    """
    try:
        for inquiry in asked:
            value = inquiry.answer()
            if inquiry.complained is not None:
                raise inquiry.complained
            if value is not None:
                yield inquiry.handle, value
    finally:
        for inquiry in asked:
            inquiry.withdraw()
