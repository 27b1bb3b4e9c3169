"""The screen, from before the first frame to after the last."""

import contextlib
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import Final

import urwid

from brummer.config.settings import ScreenSettings
from brummer.core.clock import SystemClock
from brummer.core.instance import Instance
from brummer.core.precedence import Precedence
from brummer.core.threads import Role, on
from brummer.tui.quiet import stderr_aside
from brummer.tui.screen import (
    TerminalScreen,
    check_terminal,
    is_gone,
    own_output,
    terminal_environment,
)
from brummer.tui.showing import LEAVE, STOP, Showing
from brummer.tui.theme import choose_theme

#: What each signal has the screen do.
_NOTES: Final[Mapping[int, bytes]] = {
    signal.SIGINT: STOP,
    signal.SIGTERM: STOP,
    signal.SIGHUP: LEAVE,
}


class Frontend:
    """Shows an instance on the terminal until its user has had enough.

    SIGTERM and SIGINT stop everything and show how that goes; a second one
    kills what is left.  SIGHUP, or a terminal that is gone, ends :meth:`run` at
    once: there is nobody left to show anything to.

    Threads: :meth:`run` belongs to the main thread.  :meth:`end` is safe from
    any thread and from a signal handler.
    """

    def __init__(
        self,
        instance: Instance,
        settings: ScreenSettings,
        *,
        precedence: Precedence,
        remarks: Iterable[str] = (),
    ) -> None:
        """Show nothing yet; *remarks* are sentences to show first, each till a key."""
        self._instance = instance
        self._remarks = remarks
        self._settings = settings
        self._clock = SystemClock()
        self._precedence = precedence
        self._environ = terminal_environment()
        #: Rebound by the main thread only; any thread may read it.
        self._showing: Showing | None = None
        #: Written by whoever ends it first, before the note that says so.
        self._reason = ""
        #: Written by the signal handler, which runs on the main thread.
        self._signal: int | None = None

    @property
    def reason(self) -> str:
        """Why :meth:`run` came back.

        What :meth:`end` was told, else the name of a signal, else ``quit``.
        """
        if self._reason or self._signal is None:
            return self._reason or "quit"
        return signal.Signals(self._signal).name

    @property
    def signal(self) -> int | None:
        """The signal that ended it; ``None`` if none did."""
        return self._signal

    def end(self, reason: str) -> None:
        """Have :meth:`run` come back soon; nothing is stopped by that."""
        self._reason = self._reason or reason
        # Read after the reason was written: run() looks at the reason after it
        # published the showing, so one of the two sees the other.
        showing = self._showing
        if showing is not None:
            showing.note(LEAVE)

    def run(self) -> None:
        """Show the screen until the user has quit and everything has ended.

        Comes back as well when :meth:`end` was called and when the terminal is
        gone.  The terminal is then as it was before, whatever happened.

        :raises BrummerError: if there is no terminal to draw on.
        """
        assert on(Role.MAIN)
        check_terminal(self._environ)
        with contextlib.ExitStack() as stack:
            showing = self._prepared(stack)
            stack.enter_context(self._signals())
            self._showing = showing
            if not self._reason:
                self._watch(showing)

    def _prepared(self, stack: contextlib.ExitStack) -> Showing:
        """Return the showing; *stack* undoes what it needs."""
        aside = stack.enter_context(stderr_aside())
        screen = TerminalScreen(
            f"brum {self._instance.name}", own_output(), aside, self._precedence
        )
        stack.callback(screen.close)
        stack.callback(self._precedence.resign)
        theme = choose_theme(self._settings, self._environ, screen.colors)
        urwid.set_encoding("utf-8" if theme.unicode else "ascii")
        showing = Showing(self._instance, screen, self._settings, theme, self._clock)
        stack.callback(showing.close)
        for remark in self._remarks:
            showing.remark(remark)
        stack.callback(self._forget)
        return showing

    def _forget(self) -> None:
        self._showing = None

    def _watch(self, showing: Showing) -> None:
        try:
            showing.run()
        except Exception:
            # A terminal that is gone fails in many ways; none of them is ours.
            if not is_gone(sys.stdin.fileno()):
                raise
            self._reason = self._reason or "the terminal is gone"
            self._signal = self._signal or signal.SIGHUP

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Answer signals with a note, for the time of the block."""
        before = {number: signal.signal(number, self._on_signal) for number in _NOTES}
        try:
            yield
        finally:
            for number, answer in before.items():
                # None: somebody outside Python had set it, and we cannot.
                signal.signal(number, signal.SIG_DFL if answer is None else answer)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        # This runs between two instructions of the main thread, whatever it is
        # at: one byte into the pipe is all that may happen here.
        self._signal = number
        if self._showing is not None:
            self._showing.note(_NOTES[number])
