"""What other threads ask of the supervisor thread, and how they are answered."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

from brummer.core.guard import attempt
from brummer.errors import BrummerError

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class Errand(Protocol):
    """Something to do on the supervisor thread."""

    def perform(self) -> None:
        """Do it; never raises."""

    def refuse(self, error: BrummerError) -> None:
        """Tell whoever waits that it will not be done."""


class Request(Generic[_T]):
    """An action, and the future of its answer.

    *action* is called with the future.  It resolves it, or keeps it until there
    is something to say; what it raises becomes the future's exception.

    Threads: made on any thread, performed or refused once by whoever took it
    out of the queue.  Only that thread, and those the action hands the future
    to on the supervisor thread, ever resolve it; so "is it done?" needs no lock.
    """

    __slots__ = ("_action", "future")

    def __init__(self, action: Callable[[Future[_T]], None]) -> None:
        self._action = action
        self.future: Future[_T] = promise()

    def perform(self) -> None:
        """Run the action; its failure goes into the future and no further."""
        _, error = attempt(self._action, self.future)
        if error is None:
            return
        if not isinstance(error, BrummerError):
            logger.error("the supervisor failed", exc_info=error)
        fail(self.future, error)

    def refuse(self, error: BrummerError) -> None:
        """Answer with *error* instead of running the action."""
        fail(self.future, error)


def promise() -> "Future[_T]":
    """Return a future that nobody can cancel.

    Who waits may stop waiting, but a process that was asked for is started:
    taking that back is what a stop is for.
    """
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()
    return future


def resolve(future: Future[_T], value: _T) -> None:
    """Answer with *value*, unless there is an answer already."""
    if not future.done():
        future.set_result(value)


def fail(future: Future[_T], error: BaseException) -> None:
    """Answer with *error*, unless there is an answer already."""
    if not future.done():
        future.set_exception(error)


def fail_all(futures: "list[Future[_T]]", message: str) -> None:
    """Answer all with a :class:`BrummerError` of *message* and forget them."""
    waiting = futures.copy()
    futures.clear()
    for future in waiting:
        fail(future, BrummerError(message))


def resolve_all(futures: "list[Future[_T]]", value: _T) -> None:
    """Answer all with *value* and forget them."""
    # Emptied first: a callback of one of them may add to the list.
    waiting = futures.copy()
    futures.clear()
    for future in waiting:
        resolve(future, value)


def when_all(futures: "Sequence[Future[_T]]", done: Future[None]) -> None:
    """Resolve *done* once every one of *futures* is, with the first failure if any.

    Threads: all of *futures* are resolved on one thread, so counting them down
    needs no lock.
    """
    left = len(futures)

    def count(future: "Future[_T]") -> None:
        nonlocal left
        left -= 1
        if (error := future.exception()) is not None:
            fail(done, error)
        elif not left:
            resolve(done, None)

    if not futures:
        resolve(done, None)
    for future in futures:
        future.add_done_callback(count)
