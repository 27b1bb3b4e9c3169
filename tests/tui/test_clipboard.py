"""How text gets to the clipboard, as terminals differ."""

import queue
import re
import subprocess
from base64 import b64decode
from collections.abc import Mapping, Sequence

import pytest

from brummer.core.threads import Role, census, on
from brummer.errors import BrummerError
from brummer.tui.clipboard import MOST, Clipboard, programs, run_program, sequence
from tests.support.wait import LIMIT, wait_until

REQUEST = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\a")


class Terminal:
    """What a clipboard writes to a terminal, and the programs that it runs."""

    def __init__(self, environ: Mapping[str, str], *missing: str) -> None:
        self.written = ""
        self.missing = missing
        self.ran: queue.SimpleQueue[tuple[str, bytes, bool]] = queue.SimpleQueue()
        self.clipboard = Clipboard(self._write, environ, self._run)

    def _write(self, text: str) -> None:
        self.written += text

    def _run(self, words: Sequence[str], text: bytes) -> None:
        self.ran.put((" ".join(words), text, on(Role.CLIPBOARD)))
        if words[0] in self.missing:
            raise FileNotFoundError(words[0])

    def got(self) -> bytes:
        """Return what a terminal would put into its clipboard."""
        found = REQUEST.fullmatch(self.written)
        assert found is not None, self.written
        return b64decode(found[1])


def test_the_terminal_is_asked_to_take_it() -> None:
    terminal = Terminal({"TERM": "xterm"})

    terminal.clipboard.send("naïve\n\tcafé 日本")

    assert terminal.got().decode() == "naïve\n\tcafé 日本"
    assert terminal.ran.empty()


def test_nothing_that_a_shell_would_take_for_a_key_is_sent() -> None:
    terminal = Terminal({})

    terminal.clipboard.send("a\x1b[201~\x03b\r\x9bc\x7f\n")

    assert terminal.got() == b"a[201~bc\n"


@pytest.mark.parametrize("text", ["", "\x1b"])
def test_nothing_is_not_sent(text: str) -> None:
    terminal = Terminal({})

    with pytest.raises(BrummerError, match="nothing to copy"):
        terminal.clipboard.send(text)

    assert terminal.written == ""


def test_what_no_terminal_takes_is_refused() -> None:
    terminal = Terminal({})

    with pytest.raises(BrummerError, match="74,995 bytes are too much"):
        terminal.clipboard.send("x" * (MOST + 1))

    assert terminal.written == ""


def test_as_much_as_terminals_take_is_sent() -> None:
    terminal = Terminal({})

    terminal.clipboard.send("x" * MOST)

    assert terminal.got() == b"x" * MOST
    assert len(terminal.written) <= 100_000


def test_half_a_character_is_no_reason_to_fail() -> None:
    terminal = Terminal({})

    terminal.clipboard.send("a\udc80")

    assert terminal.got() == b"a?"


def test_screen_gets_small_pieces_that_are_one_request_together() -> None:
    data = bytes(range(32, 127)) * 50

    wrapped = sequence(data, {"STY": "4711.tty", "TERM": "screen"})

    pieces = re.findall(r"\x1bP([^\x1b]*(?:\x1b\][^\x1b]*)?)\x1b\\", wrapped)
    found = REQUEST.fullmatch("".join(pieces))
    assert found is not None
    assert b64decode(found[1]) == data
    assert max(len(piece) for piece in pieces) <= 700


def test_tmux_is_not_taken_for_screen() -> None:
    wrapped = sequence(b"text", {"STY": "1", "TMUX": "x", "TERM": "screen-256color"})

    assert REQUEST.fullmatch(wrapped)


def test_tmux_gets_it_into_its_buffer() -> None:
    terminal = Terminal({"TMUX": "/tmp/tmux-0/default,1,0", "SSH_TTY": "/dev/pts/1"})

    terminal.clipboard.send("text")

    assert terminal.ran.get(timeout=LIMIT) == ("tmux load-buffer -w -", b"text", True)
    assert terminal.got() == b"text"
    wait_until(lambda: Role.CLIPBOARD not in census())


def test_the_next_program_is_tried_where_one_is_missing() -> None:
    terminal = Terminal({"DISPLAY": ":0"}, "xclip")

    terminal.clipboard.send("text")
    ran = [terminal.ran.get(timeout=LIMIT)[0].split()[0] for _ in range(2)]

    assert ran == ["xclip", "xsel"]
    wait_until(lambda: Role.CLIPBOARD not in census())


def test_without_any_program_the_terminal_has_it_all_the_same() -> None:
    terminal = Terminal({"WAYLAND_DISPLAY": "wayland-0"}, "wl-copy")

    terminal.clipboard.send("text")
    terminal.ran.get(timeout=LIMIT)

    assert terminal.got() == b"text"
    wait_until(lambda: Role.CLIPBOARD not in census())


def test_after_the_end_no_program_is_run() -> None:
    terminal = Terminal({"DISPLAY": ":0"})
    terminal.clipboard.close()

    terminal.clipboard.send("text")

    assert terminal.ran.empty()


@pytest.mark.parametrize(
    ("environ", "platform", "first"),
    [
        ({}, "darwin", ["pbcopy"]),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", ["wl-copy"]),
        ({"DISPLAY": ":0"}, "linux", ["xclip"]),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", ["clip.exe"]),
        ({"TMUX": "x", "DISPLAY": ":0"}, "linux", ["tmux", "xclip"]),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a b"}, "linux", []),
        ({"SSH_TTY": "/dev/pts/0"}, "darwin", []),
        ({}, "linux", []),
    ],
)
def test_programs_are_those_of_the_display_that_one_sits_at(
    environ: Mapping[str, str], platform: str, first: list[str]
) -> None:
    assert [way[0][0] for way in programs(environ, platform)] == first


def test_a_program_gets_the_text_on_its_standard_input() -> None:
    run_program(("grep", "-qx", "text"), b"text\n")

    with pytest.raises(subprocess.CalledProcessError):
        run_program(("grep", "-qx", "text"), b"other\n")
