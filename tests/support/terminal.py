"""Programs in a real terminal: a pty with an emulator as what people look at.

::

    with Terminal([sys.executable, "-m", "brummer"], columns=80, rows=24) as terminal:
        terminal.wait_for("Processes")
        terminal.press("down", "enter")
        terminal.resize(120, 40)
        assert terminal.text()[0].startswith(" brum")

The emulator answers the queries of the program, so that it starts as it does in
a terminal of flesh and blood.  Every wait has a condition and a limit, and
shows the screen when the limit is reached.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import pyghostty  # type: ignore[import-untyped]  # it has no type hints

from tests.support.wait import LIMIT

#: What the keys send, by the names that the screen has for them.
KEYS: Final[Mapping[str, str]] = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page up": "\x1b[5~",
    "page down": "\x1b[6~",
    **{f"ctrl {c}": chr(ord(c) - 96) for c in "abcdefghijklmnopqrstuvwxyz"},
}

#: How long a program waits whether an Escape is a key or begins a sequence.
_LONE_ESCAPE: Final = 0.2

#: Variables that say something about the terminal of whoever runs the tests.
_FOREIGN: Final = frozenset(
    {"COLORTERM", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM_PROGRAM", "TMUX"}
)


class Terminal:
    """A program in a terminal of its own.

    The program leads a session whose terminal this is, so that closing it hangs
    the program up.  *raw* keeps all that it wrote.

    Threads: used by the thread that made it; it starts none.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self.raw = bytearray()
        self._emulator = pyghostty.Terminal(cols=columns, rows=rows)
        self._emulator.on_reply(self._send)
        self._descriptor, child = pty.openpty()
        os.set_blocking(self._descriptor, False)
        self._set_size(columns, rows)
        try:
            self._program = subprocess.Popen(
                [*_LEADING, *argv],
                stdin=child,
                stdout=child,
                stderr=child,
                env=_environment(env or {}),
                cwd=cwd,
                start_new_session=True,
            )
        finally:
            os.close(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The pid of the program."""
        return self._program.pid

    # What it shows.

    def text(self) -> list[str]:
        """Return the rows of the screen as they are now, without trailing blanks."""
        self._pump(0)
        _, rows = self._emulator.size
        lines = [line.rstrip() for line in self._emulator.text().split("\n")]
        return [*lines, *[""] * (rows - len(lines))][:rows]

    def mode(self, number: int) -> bool:
        """Whether the program has set a private mode: 1049, 1000, 2004, ..."""
        self._pump(0)
        return bool(self._emulator.mode(number))

    def settings(self) -> list[Any]:
        """Return the settings of the terminal, as :mod:`termios` has them."""
        return termios.tcgetattr(self._descriptor)

    def wait_for(self, wanted: str | re.Pattern[str], *, limit: float = LIMIT) -> None:
        """Return as soon as *wanted* is on the screen."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        self.wait_until(
            lambda: pattern.search("\n".join(self.text())) is not None,
            f"{pattern.pattern!r} is not on the screen",
            limit=limit,
        )

    def wait_gone(self, unwanted: str, *, limit: float = LIMIT) -> None:
        """Return as soon as *unwanted* is not on the screen any more."""
        self.wait_until(
            lambda: unwanted not in "\n".join(self.text()),
            f"{unwanted!r} is still on the screen",
            limit=limit,
        )

    def wait_until(
        self, condition: Callable[[], bool], complaint: str, *, limit: float = LIMIT
    ) -> None:
        """Return as soon as *condition* holds, looking again after all output.

        :raises AssertionError: if it does not within *limit* seconds; with the screen.
        """
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("\n".join([complaint, *self.text()]))
            self._pump(0.05)

    def wait_exit(self, *, limit: float = LIMIT) -> int:
        """Return the exit code, negative for a signal, as soon as there is one."""
        self.wait_until(
            lambda: self._program.poll() is not None, "it still runs", limit=limit
        )
        self._pump(0)
        code = self._program.returncode
        assert code is not None
        return code

    # What is done to it.

    def press(self, *keys: str) -> None:
        """Type keys: names as in :data:`KEYS`, or text as it is."""
        for key in keys:
            self._send(KEYS.get(key, key).encode())
            if key == "esc":
                self._pump_for(_LONE_ESCAPE)

    def paste(self, text: str) -> None:
        """Paste, bracketed if the program wants to know what is pasted."""
        if self.mode(2004):
            text = f"\x1b[200~{text}\x1b[201~"
        self._send(text.encode())

    def click(self, column: int, row: int, *, button: int = 0) -> None:
        """Press and release a button of the mouse; 64 and 65 are the wheel."""
        for final in "Mm" if button < 64 else "M":
            self._send(f"\x1b[<{button};{column + 1};{row + 1}{final}".encode())

    def settle(self, seconds: float) -> None:
        """Show what the program writes for a while; for measuring, not for waiting."""
        self._pump_for(seconds)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the kernel tells the program."""
        self._emulator.resize(columns, rows)
        self._set_size(columns, rows)

    def signal(self, number: int) -> None:
        """Send a signal to the program itself."""
        self._program.send_signal(number)

    def hang_up(self) -> None:
        """Close the window, as a dropped connection does."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def close(self) -> None:
        """End the program if it has not ended, and close the window."""
        with contextlib.suppress(ProcessLookupError):
            if self._program.poll() is None:
                os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait(LIMIT)
        self.hang_up()
        self._emulator.close()

    # Between the two.

    def _set_size(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, size)

    def _send(self, data: bytes) -> None:
        while data and self._descriptor >= 0:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                self._pump(0.05)

    def _pump_for(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._pump(left)

    def _pump(self, seconds: float) -> None:
        """Show what the program wrote; wait up to *seconds* for the first of it."""
        while self._descriptor >= 0:
            ready, _, _ = select.select([self._descriptor], [], [], seconds)
            if not ready:
                return
            try:
                data = os.read(self._descriptor, 65536)
            except OSError:
                # Linux says EIO once nobody has the other side open any more.
                threading.Event().wait(seconds)
                return
            if not data:
                return
            self.raw += data
            self._emulator.feed(data)
            seconds = 0


_TAKE_TERMINAL: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.environ.pop('LC_CTYPE', '');"  # which Python sets itself where LANG=C
    "os.execvp(sys.argv[1], sys.argv[1:])"
)

#: Makes the terminal the controlling one of the new session: only with that
#: does closing it hang the program up.  Done by a program of its own, because
#: nothing but exec is safe between fork and exec of a process with threads.
_LEADING: Final = (sys.executable, "-ISc", _TAKE_TERMINAL)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a program in an ordinary terminal."""
    kept = {k: v for k, v in os.environ.items() if k not in _FOREIGN}
    return {
        **{k: v for k, v in kept.items() if not k.startswith("LC_")},
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        **extra,
    }
