"""Whether a client is still there, without a task that waits for its leaving."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from brummer.mcp.asgi import Scope

#: In the scope of a request: what is called when its client leaves, or that it has.
_KEY: Final = "brummer.presence"


def _nothing() -> None:
    """Stop nothing: what it was for is over."""


def leave(scope: Scope) -> None:
    """Take note that the client of a request has left before its answer."""
    stop = scope.get(_KEY)
    scope[_KEY] = _nothing
    if stop is not None:
        stop()


def has_left(scope: Scope) -> bool:
    """Whether the client of a request has left, and nothing was to be stopped."""
    return _KEY in scope


@contextmanager
def stopped_by_leaving(scope: Scope, stop: Callable[[], object]) -> Iterator[None]:
    """Have *stop* called if the client of a request leaves during the block."""
    scope[_KEY] = stop
    try:
        yield
    finally:
        scope[_KEY] = _nothing
