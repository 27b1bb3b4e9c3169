"""One showing of the screen: the loop, and what is wired to it."""

import os
import signal
from collections.abc import Callable
from typing import Final

import urwid

from brummer.config.settings import ScreenSettings
from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.tui.board import Board, Terminal
from brummer.tui.clipboard import Clipboard
from brummer.tui.desk import Desk
from brummer.tui.desktop import Desktop
from brummer.tui.frame import Frame
from brummer.tui.screen import TerminalScreen
from brummer.tui.theme import Theme
from brummer.tui.wakeup import Wakeup

#: How far behind a clock on the screen may be, in seconds.
_TICK: Final = 1.0

#: Notes for the main thread: leave the loop, or stop everything first.
LEAVE: Final = b"l"
STOP: Final = b"s"


class Showing:
    """Shows an instance on a screen until somebody leaves.

    Nothing here runs unless something happened: a key, a wake-up of the
    instance, a signal, or a second having passed while a clock is on the screen.

    Threads: the main thread, except for :meth:`note`.
    """

    def __init__(
        self,
        instance: Instance,
        screen: TerminalScreen,
        settings: ScreenSettings,
        theme: Theme,
        clock: Clock,
    ) -> None:
        self._screen = screen
        # A widget is needed to make the loop, and the loop to make the widget.
        self._loop = urwid.MainLoop(
            urwid.SolidFill(),
            theme.entries,
            screen,
            handle_mouse=settings.mouse,
            unhandled_input=lambda _: True,
        )
        self._alarm: object = None
        self._wakeup = Wakeup(
            self._loop,
            rate=settings.frame_rate,
            refresh=self._refresh,
            noted=self._noted,
        )
        self._desktop = Desktop(self._lend, os.environ)
        self._clipboard = Clipboard(screen.tell, os.environ)
        desk = Desk(
            instance, clock, theme, self._wakeup.wake, send=self._clipboard.send
        )
        self._board = Board(desk, self._terminal(), mouse=settings.mouse)
        self._frame = Frame(self._board)
        self._loop.widget = self._frame
        self._unwatch = instance.watch(self._wakeup.wake)
        self._loop.event_loop.enter_idle(self._keep_time)

    def _terminal(self) -> Terminal:
        return Terminal(
            redraw=self._screen.clear,
            # urwid gives the terminal back before it stops, and takes it again.
            suspend=lambda: os.kill(os.getpid(), signal.SIGTSTP),
            set_mouse=self._screen.set_mouse_tracking,
            leave=lambda: self.note(LEAVE),
            edit=self._desktop.edit,
            browse=self._desktop.browse,
            tunnel=self._desktop.tunnel,
        )

    def _lend(self, run: Callable[[], object]) -> None:
        """Let *run* have the terminal; nothing is drawn until it comes back."""
        self._screen.stop()
        try:
            run()
        finally:
            self._screen.start()
            self._screen.clear()

    def note(self, byte: bytes) -> None:
        """Leave a note for the main thread; safe from any thread and from signals."""
        self._wakeup.note(byte)

    def remark(self, text: str) -> None:
        """Show *text* until a key is pressed."""
        self._board.desk.fail(text)

    def run(self) -> None:
        """Show the screen until it is left."""
        self._frame.refresh()
        self._loop.run()

    def close(self) -> None:
        """Stop watching the instance."""
        self._clipboard.close()
        self._desktop.close()
        self._unwatch()
        self._wakeup.close()

    def _noted(self, byte: bytes) -> None:
        if byte == LEAVE:
            raise urwid.ExitMainLoop
        self._board.quit()
        self._frame.refresh()

    def _refresh(self) -> None:
        self._frame.refresh()

    def _keep_time(self) -> None:
        """Draw again in a second if anything on the screen changes with time."""
        if self._alarm is None and self._board.is_ticking:
            # Not set_alarm_in(): it swallows what its callbacks raise.
            self._alarm = self._loop.event_loop.alarm(_TICK, self._tick)

    def _tick(self) -> None:
        self._alarm = None
        self._frame.refresh()
