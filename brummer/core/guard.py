"""Failures that stay where they are.

Whatever another part, a plugin or a subscriber raises ends here: it is counted in
the health table, published with its stack as :class:`ComponentFailed`, and the
program goes on.  Only KeyboardInterrupt passes; it is the user speaking.
"""

import threading
import traceback
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from brummer.core.health import HealthTable
from brummer.core.threads import Role, spawn
from brummer.errors import BrummerError
from brummer.model.event import ComponentFailed, Event
from brummer.model.health import HealthLevel

_T = TypeVar("_T")
_P = ParamSpec("_P")

#: Characters of a stack that are kept: its end, where the cause is.
MAX_STACK: Final = 8_000


def attempt(
    function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
) -> tuple[_T, None] | tuple[None, BaseException]:
    """Call *function*; return what it returned, and what it raised instead.

    SystemExit and a foreign toolkit's cancellation are exceptions like any
    other: no part ends the program by raising.  KeyboardInterrupt does.
    """
    try:
        return function(*args, **kwargs), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 -- the one place that must stop all
        return None, error


def cause(error: BaseException) -> str:
    """Return *error* in one line; one that cannot be told is named by its class.

    Ours are sentences for the user already.
    """
    if isinstance(error, BrummerError):
        return " ".join(str(error).split())
    lines, _ = attempt(traceback.format_exception_only, error)
    text = lines[-1].strip() if lines else ""
    return text or type(error).__name__


class Guard:
    """Runs parts of the program so that a failure stays where it is.

    Threads: every method is safe from any thread.  Nothing is kept here;
    *health* and *publish* look after themselves.
    """

    def __init__(self, health: HealthTable, publish: Callable[[Event], object]) -> None:
        self._health = health
        self._publish = publish

    def call(
        self,
        component: str,
        function: Callable[_P, _T],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> _T | None:
        """Call *function* on behalf of *component*; return ``None`` if it raises."""
        value, error = attempt(function, *args, **kwargs)
        if error is not None:
            self.report(component, error)
        return value

    def report(
        self, component: str, error: BaseException, *, is_gone: bool = False
    ) -> None:
        """Count and publish that *component* raised *error*; never raises.

        Of a component that is FAILED already, further failures are only
        counted: one that fails on every event must not fill the bus with
        its stacks.
        """
        known = self._health.get(component).level is HealthLevel.FAILED
        self.note(component, error, is_gone=is_gone)
        if not known:
            event = ComponentFailed(
                component=component, cause=cause(error), stack=_stack(error)
            )
            attempt(self._publish, event)

    def note(
        self, component: str, error: BaseException, *, is_gone: bool = False
    ) -> None:
        """Count that *component* raised *error*, and publish only if it got worse.

        For those who were being told of a failure when they failed: there are
        three levels to fall, so the telling ends.
        """
        change = self._health.fail(component, cause(error), is_gone=is_gone)
        if change is not None:
            attempt(self._publish, change)

    def recovered(self, component: str) -> None:
        """Say that *component* works again."""
        change = self._health.recover(component)
        if change is not None:
            attempt(self._publish, change)

    def settle(self) -> None:
        """Let components that were quiet get better; see :meth:`HealthTable.settle`."""
        for change in self._health.settle():
            attempt(self._publish, change)

    def spawn(
        self, role: Role, component: str, target: Callable[[], object]
    ) -> threading.Thread:
        """Start a thread whose death by an exception is reported as FAILED."""
        self._health.add(component)
        return spawn(role, self.body(component, target))

    def body(self, component: str, target: Callable[[], object]) -> Callable[[], None]:
        """Return *target* as the body of a thread, for one that is made elsewhere."""

        def run() -> None:
            _, error = attempt(target)
            if error is not None:
                self.report(component, error, is_gone=True)

        return run


def _stack(error: BaseException) -> str:
    lines, _ = attempt(traceback.format_exception, error)
    return "".join(lines or [])[-MAX_STACK:]
