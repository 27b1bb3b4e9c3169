"""The terminal that the screen is on."""

import contextlib
import os
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import urwid
from typing_extensions import override

from brummer.core.precedence import Precedence
from brummer.errors import BrummerError
from brummer.tui.quiet import Aside
from brummer.tui.row import printable

#: Push the title of the window, set it, and bring the old one back: xterm's
#: window operations, which others ignore.
_TITLE_ON: Final = "\x1b[22;0t\x1b]2;{}\x1b\\"
_TITLE_OFF: Final = "\x1b[23;0t"

#: The characters by which a terminal makes signals, and stops its output.
_SIGNAL_KEYS: Final = (
    termios.VINTR,
    termios.VQUIT,
    termios.VSUSP,
    termios.VSTART,
    termios.VSTOP,
)


#: Where Linux keeps the variables as they were when the program was started.
_AT_START: Final = Path("/proc/self/environ")

#: What Python sets LC_CTYPE to in the C locale, PEP 538.
_COERCED: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def terminal_environment(
    environ: Mapping[str, str] = os.environ, at_start: Path = _AT_START
) -> Mapping[str, str]:
    """Return the variables that say what the terminal can do.

    In the C locale Python makes LC_CTYPE a UTF-8 one, in its environment too.
    That says nothing about the terminal, so it is taken back; where *at_start*
    cannot be read, on macOS, terminals do speak UTF-8.
    """
    if environ.get("LC_CTYPE") not in _COERCED:
        return environ
    try:
        before = at_start.read_bytes().split(b"\0")
    except OSError:
        return environ
    value = next((v for v in before if v.startswith(b"LC_CTYPE=")), b"=")
    return {**environ, "LC_CTYPE": value.partition(b"=")[2].decode("utf-8", "replace")}


def check_terminal(environ: Mapping[str, str]) -> None:
    """Make sure that there is a terminal one can draw on.

    :raises BrummerError: if there is none, saying how to run without.
    """
    problem = ""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        problem = "standard input and output are not both a terminal"
    elif environ.get("TERM", "") in {"", "dumb", "unknown"}:
        problem = f"TERM={environ.get('TERM', '')} cannot move the cursor"
    if problem:
        raise BrummerError(f"no screen: {problem}; brum --no-tui runs without one")


def own_output() -> TextIO:
    """Return standard output as a file of our own.

    What a hang-up leaves unwritten in it is nobody else's trouble, and what
    others still have in theirs is not written into our frames.
    """
    return os.fdopen(
        os.dup(sys.stdout.fileno()),
        "w",
        encoding="utf-8",
        errors="replace",
        newline="",
    )


def is_gone(descriptor: int) -> bool:
    """Whether the terminal behind *descriptor* was hung up."""
    try:
        termios.tcgetattr(descriptor)
    except termios.error:
        return True
    return False


class TerminalScreen(urwid.display.raw.Screen):
    """urwid's raw screen, in a window with a title, with every key for us.

    Ctrl-C, Ctrl-Z and their like arrive as keys: an interrupt in the middle of
    a frame would leave half of it.

    Threads: the main thread only.
    """

    def __init__(
        self, title: str, output: TextIO, aside: Aside, precedence: Precedence
    ) -> None:
        # Queries for these two are not answered by every tmux, and terminals
        # that do not know them ignore them.
        super().__init__(
            sys.stdin, output, bracketed_paste_mode=True, focus_reporting=False
        )
        self._title = printable(title)
        self._output = output
        self._aside = aside
        self._precedence = precedence

    @override
    def start(self, *args: Any, **kwargs: Any) -> Any:
        """Take the terminal over."""
        was_started = self.started
        context = super().start(*args, **kwargs)
        if not was_started:
            self._take_keys()
            self.write(_TITLE_ON.format(self._title))
            self.flush()
        return context

    def _take_keys(self) -> None:
        """Have the terminal make no signals.

        urwid saved the settings when it started and puts them back at the end.
        """
        descriptor = sys.stdin.fileno()
        settings = termios.tcgetattr(descriptor)
        nothing = bytes([os.fpathconf(descriptor, "PC_VDISABLE")])
        for key in _SIGNAL_KEYS:
            settings[6][key] = nothing
        termios.tcsetattr(descriptor, termios.TCSADRAIN, settings)

    @override
    def stop(self) -> None:
        """Give the terminal back, as far as it is still there."""
        try:
            if self.started:
                self.write(_TITLE_OFF)
            super().stop()
        except (OSError, termios.error):
            # Gone half way through; what is ours must not stay behind.
            self.signal_restore()

    @override
    def draw_screen(self, size: tuple[int, int], canvas: urwid.Canvas) -> None:
        """Paint a frame; what is held back meanwhile stays within its bounds."""
        self._aside.trim()
        self._precedence.claim()
        super().draw_screen(size, canvas)
        # The last thing that is done before it waits for something to happen.
        self._precedence.release()

    @override
    def get_available_raw_input(self) -> list[int]:
        """Return what was typed; the frame that shows what comes of it goes first."""
        self._precedence.claim()
        return super().get_available_raw_input()

    def tell(self, text: str) -> None:
        """Send the terminal something that is not part of a frame."""
        self.write(text)
        self.flush()

    def close(self) -> None:
        """Let go of the output."""
        with contextlib.suppress(OSError):
            self._output.close()
