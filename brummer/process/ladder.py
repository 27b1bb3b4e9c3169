"""Ending a tree of processes, politely first.

::

    stop signal ──▶ look, name who stays ──▶ deadline: SIGKILL ──▶ look ──▶ over
                       │    ▲   │                               │   ▲  │
                       │    └───┘                               │   └──┘
                       └── nobody left: over                    └── patience ends: over

The tree is what counts, not its root: a shell that obeys at once while the
server that it started does not has not been stopped.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from brummer.process.loop import Loop, Timer
from brummer.process.system import Child, Relative
from brummer.process.wiring import safely
from brummer.process.wording import members, signal_name

#: Seconds after the stop signal in which nobody is blamed for being still there.
#: Most programs obey within a tenth of it.
FIRST_LOOK: Final = 0.3

#: Seconds between the first two looks where the end is expected any moment;
#: then twice as long each time, up to the longest pause.
QUICK_LOOK: Final = 0.05

#: Seconds that make no difference.
_BLINK: Final = 0.001

#: Longest pause between two looks, in seconds; a look reads the process table.
LONGEST_PAUSE: Final = 1.0

#: Seconds after SIGKILL at which we stop waiting.  Only a process that hangs
#: in the kernel, or that is not ours to signal, lives that long, or a crowd that
#: forks faster than it can be killed.
PATIENCE: Final = 5.0

#: What is said of who is there after SIGKILL.
_SURVIVES: Final = "survives SIGKILL: "
_FORKS: Final = "forks as fast as it is killed: "

#: What a tree is called that nobody could look at.
_UNSEEN: Final = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who hears how the ladder goes.

    *show* is told what the wait is for, in plain words.  *over* is called once,
    with those who could not be ended: as a rule nobody.
    """

    show: Callable[[str], object]
    over: Callable[[tuple[Relative, ...]], object]


class Ladder:
    """Ends one child with its whole tree.

    Threads: the supervisor thread only.
    """

    def __init__(self, child: Child, loop: Loop, listener: Listener) -> None:
        self._child = child
        self._loop = loop
        self._listener = listener
        self._complaint = ""
        self._pause = QUICK_LOOK
        #: Until then nobody is blamed for being there still.
        self._quiet_until = 0.0
        self._looking: Timer | None = None
        self._deadline: Timer | None = None
        self._killed = False
        self._over = False
        #: The pids of who was there at the last look since SIGKILL was sent.
        self._survivors = frozenset[int]()
        self._forking = False

    @property
    def killed(self) -> bool:
        """Whether it came to SIGKILL."""
        return self._killed

    @property
    def forking(self) -> bool:
        """Whether there were others at each look since SIGKILL was sent."""
        return self._forking

    def begin(self, stop_signal: int, grace: float) -> None:
        """Send *stop_signal*, and SIGKILL in *grace* seconds to who ignores it."""
        self._complaint = f"ignores {signal_name(stop_signal)}: "
        self._quiet_until = self._loop.now() + FIRST_LOOK
        safely(lambda: self._child.stop(stop_signal), None)
        self._deadline = self._loop.later(grace, self.kill)
        # A shell that waits for the others goes on when a look finds them gone.
        self._pause = QUICK_LOOK
        self._look_in(QUICK_LOOK)

    def kill(self) -> None:
        """Send SIGKILL now; the looks repeat it as long as there is need."""
        if self._killed or self._over:
            return
        self._killed = True
        self._complaint = _SURVIVES
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._loop.later(PATIENCE, self._give_up)
        safely(self._child.kill, None)
        self._pause = QUICK_LOOK
        self._look_in(QUICK_LOOK)

    def look(self) -> None:
        """Look at once who is left, then again and again.

        Called when there is news, such as the root's exit.
        """
        self._pause = QUICK_LOOK
        self._look()

    def _look(self) -> None:
        if self._over:
            return
        family = safely(self._child.family, None)
        # The root's exit may be known a moment later than that it is gone, and
        # a look that failed (None) says nothing about who is there.
        if family == () and safely(lambda: self._child.exit_code, None) is not None:
            self._finish(())
            return
        if family and (self._killed or self._quiet() <= _BLINK):
            self._show(family)
        if family != () and self._killed:
            # Somebody may have been born between the last look and its kill.
            # No second kill(): that one waits, and this thread has others.
            safely(lambda: self._child.signal(signal.SIGKILL), None)
        self._look_in(self._pause)

    def _show(self, family: tuple[Relative, ...]) -> None:
        """Say who is still there; of the killed, whether they are still the same."""
        if self._killed:
            before, now = self._survivors, frozenset(member.pid for member in family)
            self._survivors = now
            self._forking = bool(before) and not now <= before
            self._complaint = _FORKS if self._forking else _SURVIVES
        self._listener.show(self._complaint + members(family))

    def _look_in(self, pause: float) -> None:
        if self._looking is not None:
            self._looking.cancel()
        if not self._killed and _BLINK < (quiet := self._quiet()) < pause:
            pause = quiet
        self._looking = self._loop.later(pause, self._look)
        self._pause = min(pause * 2, LONGEST_PAUSE)

    def _quiet(self) -> float:
        """Return for how many seconds nobody is to be blamed yet."""
        return self._quiet_until - self._loop.now()

    def _give_up(self) -> None:
        unseen = (Relative(self._child.pid, _UNSEEN),)
        # Better on record in vain than left behind by a look that failed.
        self._finish(safely(self._child.family, unseen))

    def _finish(self, survivors: tuple[Relative, ...]) -> None:
        self._over = True
        for timer in (self._looking, self._deadline):
            if timer is not None:
                timer.cancel()
        self._listener.over(survivors)
