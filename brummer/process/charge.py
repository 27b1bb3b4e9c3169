"""A child with its whole tree, from its start until nothing of it is left."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from brummer.process.ladder import Ladder, Listener
from brummer.process.loop import Loop, Timer
from brummer.process.system import Child, Relative
from brummer.process.wiring import safely

#: Seconds after its exit for which a child's output may stay undrained.
OVERDUE: Final = 5.0

#: Seconds until the first look at what an ended child left running; then twice
#: as long each time.  Most of it is only a moment slower than its parent.
LEFTOVER_LOOK: Final = 0.25

#: Longest time between two such looks, in seconds.
LEFTOVER_PAUSE: Final = 60.0


class End(NamedTuple):
    """That a child has ended by itself.

    *seconds* is for how long it ran, by a clock that nobody sets; *left* are
    those of its tree who live on.
    """

    code: int
    seconds: float
    left: tuple[Relative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Who hears what becomes of a child.

    *ended* is called once the child has ended by itself and its output is
    drained; never if it is being stopped.  *left* is called now and then while
    some of an ended child's tree lives on.  *blocked* tells whom a stop waits
    for, *overdue* that an end was decided without the end of the output.
    *gone* is called once and last, with those who could not be ended: as a rule
    nobody.
    """

    ended: Callable[[End], object]
    left: Callable[[tuple[Relative, ...]], object]
    blocked: Callable[[str], object]
    overdue: Callable[[], object]
    gone: Callable[[tuple[Relative, ...]], object]


class Charge:
    """Keeps the records of one child and ends it when asked to.

    A child has ended only when both its exit is known and its output drained,
    in whichever order the two are told.  Its tree may live on; it stays in our
    charge until it has gone by itself or was ended.

    Threads: the supervisor thread only.
    """

    def __init__(self, child: Child, loop: Loop, observer: Observer) -> None:
        self._child = child
        self._loop = loop
        self._observer = observer
        self._ladder: Ladder | None = None
        self._survivors: tuple[Relative, ...] | None = None
        self._born = loop.now()
        self._exit = self._born
        self._code: int | None = None
        self._drained = False
        self._timer: Timer | None = None
        self._ended = False
        self._gone = False

    @property
    def child(self) -> Child:
        """The child itself, to send it signals and input."""
        return self._child

    @property
    def code(self) -> int | None:
        """What it exited with, as far as is known."""
        return self._code

    @property
    def seconds(self) -> float:
        """For how long it ran until its exit, as far as that is known."""
        return self._exit - self._born

    @property
    def is_ending(self) -> bool:
        """Whether somebody asked for its end."""
        return self._ladder is not None

    @property
    def was_killed(self) -> bool:
        """Whether it came to SIGKILL."""
        return self._ladder is not None and self._ladder.killed

    @property
    def keeps_forking(self) -> bool:
        """Whether SIGKILL ended its processes, but others were born faster."""
        return self._ladder is not None and self._ladder.forking

    def exited(self) -> None:
        """Take note that the root of the tree has ended."""
        if self._code is not None or self._gone:
            return
        self._code = safely(lambda: self._child.exit_code, None)
        if self._code is None:
            return  # It has not after all; there will be another call.
        self._exit = self._loop.now()
        if not self._drained:
            self._timer = self._loop.later(OVERDUE, self._overdue)
        if self._ladder is not None:
            self._ladder.look()
        self._settle()

    def drained(self) -> None:
        """Take note that all its output has been stored."""
        if not self._drained:
            self._drained = True
            self._settle()

    def end(self, stop_signal: int, grace: float) -> None:
        """Begin to end the tree, with *grace* seconds for who is slow."""
        if self._ladder is None and not self._gone:
            self._ladder = self._raised()
            self._ladder.begin(stop_signal, grace)

    def kill(self) -> None:
        """End the tree now, whatever was begun before."""
        if self._gone:
            return
        if self._ladder is None:
            self._ladder = self._raised()
        self._ladder.kill()

    def _raised(self) -> Ladder:
        listener = Listener(show=self._observer.blocked, over=self._over)
        return Ladder(self._child, self._loop, listener)

    def _over(self, survivors: tuple[Relative, ...]) -> None:
        self._survivors = survivors
        # The ladder may know of the exit before its notice has come.
        self.exited()
        self._settle()

    def _overdue(self) -> None:
        if not self._drained:
            self._observer.overdue()
            self.drained()

    def _settle(self) -> None:
        """Draw the consequences of what is known by now."""
        complete = self._code is not None and self._drained
        if self._gone:
            return
        if self._ladder is not None:
            # Without a code it survived SIGKILL: no use waiting for its output.
            if self._survivors is not None and (complete or self._code is None):
                self._leave(self._survivors)
        elif self._code is not None and complete and not self._ended:
            self._ended = True
            left = safely(self._child.family, None)
            self._observer.ended(End(self._code, self.seconds, left or ()))
            self._await_leftovers(left, LEFTOVER_LOOK)

    def _await_leftovers(self, left: tuple[Relative, ...] | None, pause: float) -> None:
        """Let go if nobody is *left*, else look again later (``None``: unknown)."""
        if self._ladder is not None or self._gone:
            return
        if left == ():
            self._leave(())
            return
        self._timer = self._loop.later(pause, lambda: self._look_again(pause))

    def _look_again(self, pause: float) -> None:
        if self._ladder is not None or self._gone:
            return
        left = safely(self._child.family, None)
        if left:
            self._observer.left(left)
        self._await_leftovers(left, min(pause * 2, LEFTOVER_PAUSE))

    def _leave(self, survivors: tuple[Relative, ...]) -> None:
        self._gone = True
        if self._timer is not None:
            self._timer.cancel()
        safely(self._child.leave if survivors else self._child.close, None)
        self._observer.gone(survivors)
