"""A future that has its answer from the beginning."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures._base import FINISHED
from threading import Condition
from types import MappingProxyType
from typing import Final

from typing_extensions import override

#: What a future is made of that only those need who wait for several at once, add
#: a callback or print it.  To make all this takes longer than most commands.
_PARTS: Final[Mapping[str, Callable[[], object]]] = MappingProxyType(
    {
        # Made as the base class makes it: its messages need one that can be
        # taken again by whoever has it.
        "_condition": Condition,
        "_waiters": list,
        "_done_callbacks": list,
    }
)


class Settled(Future[object]):
    """A future that is done: with *result*, or with *error* if there is one.

    It is a future in every respect, also for :func:`concurrent.futures.wait` and
    :func:`asyncio.wrap_future`, and costs a third of one that is made and settled
    afterwards.  The attributes are those of the base class, the same in every
    Python since 3.2; those that are missing are made when somebody asks for them.

    Threads: any.  Answer and state never change.  A part that two threads miss at
    once is put there by one atomic step, so both get the same.
    """

    _state = FINISHED

    def __init__(self, result: object, error: BaseException | None = None) -> None:
        # Not by super().__init__(), which would make all the parts.
        self._result = result
        self._exception = error

    def __getattr__(self, name: str) -> object:
        """Make a part that the base class asks for."""
        if name not in _PARTS:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return self.__dict__.setdefault(name, _PARTS[name]())

    @override
    def done(self) -> bool:
        return True

    @override
    def result(self, timeout: float | None = None) -> object:
        return super().result(timeout) if self._exception else self._result

    @override
    def exception(self, timeout: float | None = None) -> BaseException | None:
        return self._exception
