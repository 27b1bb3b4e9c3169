"""The clipboard of whoever sits at the terminal, be it here or far away.

The terminal itself puts text there if it is asked to by the sequence OSC 52,
which works through SSH.  tmux takes no such request with its usual settings,
but hands on what is loaded into its own buffer; GNU screen lets through what is
wrapped, in small pieces.  Terminals that do not know the sequence ignore it, so
on a display of this machine the program that the display has for it is run too.
Nobody answers: text is *sent*, and whether it arrived cannot be told.
"""

import logging
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final

from brummer.core.aside import Tasks
from brummer.core.threads import Role, on, spawn
from brummer.errors import BrummerError

logger: Final = logging.getLogger(__name__)

#: Bytes that terminals take, as xterm and its kin do: 100,000 with the sequence
#: around them, which makes four characters of three bytes.
MOST: Final = 74_994

#: What screen lets through in one piece is 768 bytes in its older versions.
_PIECE: Final = 512

#: Seconds that a program may take; they put the text aside and come back.
_PATIENCE: Final = 2.0

#: Control characters that belong to text.  Of the others none is sent: pasted into
#: a shell, they would be typed.
_KEPT: Final = "\n\t"
_CONTROLS: Final = dict.fromkeys(
    n for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in _KEPT
)

#: Runs a program with something on its standard input.
Run = Callable[[Sequence[str], bytes], object]


def run_program(words: Sequence[str], text: bytes) -> None:
    """Run a program of the clipboard.

    It is a session of its own: some stay, to hold the text for who pastes it, and
    must outlive this terminal.

    :raises OSError: if it cannot be run.
    :raises subprocess.SubprocessError: if it fails, or takes too long.
    """
    subprocess.run(
        words,
        input=text,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE,
        start_new_session=True,
        check=True,
    )


class Clipboard:
    """Sends text to the clipboard.

    *terminal* writes to the terminal; *environ* tells what it is.

    Threads: :meth:`send` belongs to the main thread, which alone writes to the
    terminal.  Programs are run on a thread that is lent for that, one at a time.
    """

    def __init__(
        self,
        terminal: Callable[[str], object],
        environ: Mapping[str, str],
        run: Run = run_program,
    ) -> None:
        self._terminal = terminal
        self._environ = environ
        self._run = run
        self._tasks = Tasks(1)

    def send(self, text: str) -> None:
        """Send *text*, without its control characters.

        :raises BrummerError: if that is nothing, or more than terminals take.
        """
        data = text.translate(_CONTROLS).encode("utf-8", "replace")
        if not data:
            raise BrummerError("there is nothing to copy")
        if len(data) > MOST:
            raise BrummerError(
                f"{len(data):,} bytes are too much: a clipboard takes {MOST:,}"
            )
        self._terminal(sequence(data, self._environ))
        ways = tuple(programs(self._environ, sys.platform))
        if ways:
            self._aside(partial(self._try, ways, data))

    def close(self) -> None:
        """Run no more programs."""
        self._tasks.close()

    def _aside(self, work: Callable[[], None]) -> None:
        future, needs_thread = self._tasks.add(work)
        future.add_done_callback(_log)
        if needs_thread:
            try:
                spawn(Role.CLIPBOARD, self._tasks.work)
            except RuntimeError as error:
                self._tasks.forgo(str(error))

    def _try(self, ways: Sequence[Sequence[Sequence[str]]], data: bytes) -> None:
        """Hand *data* to the first program of each way that takes it."""
        assert on(Role.CLIPBOARD)
        for way in ways:
            for words in way:
                try:
                    self._run(words, data)
                except (OSError, subprocess.SubprocessError) as error:
                    logger.info("%s took nothing: %s", words[0], error)
                else:
                    break


def _log(done: Future[None]) -> None:
    if error := done.exception():
        logger.info("nothing was handed to a program: %s", error)


def sequence(data: bytes, environ: Mapping[str, str]) -> str:
    """Return what asks the terminal to put *data* into its clipboard."""
    request = f"\x1b]52;c;{b64encode(data).decode('ascii')}\a"
    if "STY" not in environ or "TMUX" in environ:
        return request
    starts = range(0, len(request), _PIECE)
    return "".join(f"\x1bP{request[at : at + _PIECE]}\x1b\\" for at in starts)


def programs(
    environ: Mapping[str, str], platform: str
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield the ways to a clipboard by programs, each with those that may be there.

    Where one is logged in from elsewhere, a display of this machine is not the one
    that one sits at.
    """
    if "TMUX" in environ:
        yield (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"))
    if "SSH_TTY" in environ or "SSH_CONNECTION" in environ:
        return
    if platform == "darwin":
        yield (("pbcopy",),)
    elif "WAYLAND_DISPLAY" in environ:
        yield (("wl-copy",),)
    elif "DISPLAY" in environ:
        yield (
            ("xclip", "-selection", "clipboard", "-in"),
            ("xsel", "--clipboard", "--input"),
        )
    elif "WSL_DISTRO_NAME" in environ:
        yield (("clip.exe",),)
