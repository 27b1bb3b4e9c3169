"""Having something done on a worker."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Aside(Protocol):
    """Runs a function on a worker."""

    def __call__(self, function: Callable[[], _T], /) -> Future[_T]:
        """Return the future of what comes of it."""


def told(
    aside: Aside, wake: Callable[[], object], read: Callable[[], _T]
) -> Future[_T]:
    """Return what *read* returns on a worker; *wake* is called when it is there."""
    found = aside(read)
    found.add_done_callback(lambda _: wake())
    return found
