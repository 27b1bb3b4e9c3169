"""Programs of the user that are started from the screen: editors, browsers."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeAlias

from brummer.errors import BrummerError
from brummer.tui.editor import editing

#: Signals that the keyboard makes while another program has it: they are its own.
_KEYBOARD: Final = (signal.SIGINT, signal.SIGQUIT)

#: Signals that end us, and those that wait for us.
_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)

#: Programs with windows of their own that are looked after; of more, the oldest are
#: left to themselves.
_MOST: Final = 100

#: What :func:`signal.signal` takes and returns.
_Answer: TypeAlias = Callable[[int, FrameType | None], Any] | int | None

#: Lends the terminal to a function, and takes it back afterwards.
Lend = Callable[[Callable[[], object]], None]


class Desktop:
    """Opens files and addresses with the programs that the user has for them.

    *lend* is how a program gets the terminal; *environ* says what there is.

    Threads: the main thread only.  While an editor has the terminal the screen
    stands still, and nothing else does.
    """

    def __init__(self, lend: Lend, environ: Mapping[str, str]) -> None:
        self._lend = lend
        self._environ = environ
        #: Those with windows, until they have ended and somebody looks.
        self._windows: list[subprocess.Popen[bytes]] = []

    def edit(self, file: str, line: int, column: int) -> None:
        """Show a place in a file in the user's editor; come back when it is closed.

        :raises BrummerError: if there is no editor.
        """
        found = editing(self._environ, file, line, column)
        if found is None:
            raise BrummerError("$VISUAL or $EDITOR is no command line")
        if found.window:
            self._start(found.words)
        else:
            self._lend(lambda: _attend(found.words))

    def browse(self, url: str) -> None:
        """Show *url* in the user's browser.

        :raises BrummerError: if there is none here, saying what to do instead.
        """
        words = browser(self._environ, sys.platform)
        if not url.startswith(("http://", "https://")):
            raise BrummerError(f"no browser shows {url}; y copies it")
        if not words:
            raise BrummerError("there is no browser here; y copies the address")
        self._start((*words, url))

    def tunnel(self, port: int) -> str:
        """Return what to type where one sits to reach *port* here; empty if here."""
        connection = self._environ.get("SSH_CONNECTION", "")
        if not connection and "SSH_TTY" not in self._environ:
            return ""
        # Whence, from which port, to where, and to which port.
        found = re.fullmatch(r"\S+ \d+ (?P<host>\S+) (?P<port>\d+)", connection)
        host, door = (found["host"], found["port"]) if found else ("HOST", "22")
        option = "" if door == "22" else f"-p {door} "
        user = self._environ.get("USER") or self._environ.get("LOGNAME", "")
        whom = f"{user}@{host}" if user else host
        return f"ssh -N {option}-L {port}:localhost:{port} {whom}"

    def close(self) -> None:
        """Leave the programs with windows to themselves."""
        for program in self._windows:
            # It goes on without us; nobody asks for its end any more.
            program.returncode = program.poll() or 0
        self._windows = []

    def _start(self, words: Sequence[str]) -> None:
        """Start a program that has a window of its own."""
        self._windows = [p for p in self._windows if p.poll() is None][-_MOST:]
        try:
            started = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise _missing(words[0], error) from None
        self._windows.append(started)


def browser(environ: Mapping[str, str], platform: str) -> tuple[str, ...]:
    """Return what opens an address; empty if nothing would be seen of it."""
    if platform == "darwin":
        return ("open",)
    if "WSL_DISTRO_NAME" in environ:
        return ("explorer.exe",)
    if "DISPLAY" in environ or "WAYLAND_DISPLAY" in environ:
        return ("xdg-open",)
    return ()


def _attend(words: Sequence[str]) -> None:
    """Run a program on our terminal, until it ends.

    :raises BrummerError: if it cannot be run.
    """
    attendance = _Attendance()
    with attendance.signals():
        try:
            # What is put aside while the screen is shown must not hide its errors.
            program = subprocess.Popen(words, stderr=subprocess.STDOUT)
        except OSError as error:
            raise _missing(words[0], error) from None
        attendance.wait(program)


class _Attendance:
    """Waits for a program that has our terminal.

    The keyboard's signals are its own.  Whoever wants us to end wants it to end as
    well: until it has, nothing that waits for the terminal can.  Who says so again
    has it killed.

    Threads: the main thread only, signals included.
    """

    def __init__(self) -> None:
        #: Signals that came; the first is handed on.
        self._told: list[int] = []
        self._earlier: dict[signal.Signals, _Answer] = {}
        self._program: subprocess.Popen[bytes] | None = None

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Answer signals in this way in the block.

        By functions: what is ignored stays so in a program that is run, and what has
        a function does not.
        """
        answers = {
            **dict.fromkeys(_KEYBOARD, _nothing),
            **dict.fromkeys(_ENDING, self._note),
        }
        for number, answer in answers.items():
            self._earlier[number] = signal.signal(number, answer)
        try:
            yield
        finally:
            for number, before in self._earlier.items():
                signal.signal(number, signal.SIG_DFL if before is None else before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._told.append(number)
        self._hand_on()
        before = self._earlier.get(signal.Signals(number))
        if callable(before):
            before(number, frame)

    def _hand_on(self) -> None:
        """Tell the program, if there is one yet, what we were told."""
        if self._program is not None and self._told:
            is_first = len(self._told) == 1
            self._program.send_signal(self._told[0] if is_first else signal.SIGKILL)

    def wait(self, program: "subprocess.Popen[bytes]") -> None:
        """Return when *program* has ended."""
        self._program = program
        # One that came while it was started found none.
        self._hand_on()
        program.wait()


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Let the program that has the terminal have the signal."""


def _missing(program: str, error: OSError) -> BrummerError:
    reason = error.strerror or os.strerror(error.errno or 0)
    return BrummerError(f"{program} cannot be run: {reason.lower()}")
