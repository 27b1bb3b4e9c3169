"""The screen in a real terminal: how it starts, and above all how it ends."""

import os
import re
import shlex
import signal
import subprocess
import sys
import termios
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.terminal import Terminal

ROOT = Path(__file__).parents[2]
SHOW = (sys.executable, "-m", "tests.support.show")

Show = Callable[..., Terminal]


@pytest.fixture
def show() -> Iterator[Show]:
    """Start the screen in a terminal; it is closed at the end of the test."""
    opened: list[Terminal] = []

    def start(*, columns: int = 80, rows: int = 24, **env: str) -> Terminal:
        terminal = Terminal(SHOW, columns=columns, rows=rows, env=env, cwd=ROOT)
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        terminal.close()


def assert_restored(terminal: Terminal) -> None:
    """Check that the terminal is as it was before."""
    assert not terminal.mode(1049), "still in the alternate screen"
    assert not terminal.mode(1000), "the mouse is still reported"
    assert not terminal.mode(2004), "pastes are still bracketed"
    assert terminal.mode(25), "the cursor is hidden"
    assert b"\x1b[23;0t" in terminal.raw, "the title was not brought back"


def test_the_screen_comes_up_and_q_ends_it(show: Show) -> None:
    terminal = show(SHOW_PROCESSES="3")
    terminal.wait_for("[2Processes]")
    assert terminal.mode(1049)

    terminal.press("q")
    terminal.wait_for("3 processes are running")
    terminal.press("y")

    assert terminal.wait_exit() == 0
    terminal.wait_for("ended: quit None")
    assert_restored(terminal)


def test_what_there_is_to_say_is_said_first(show: Show) -> None:
    terminal = show(SHOW_REMARKS="shop-1 runs here already\nno folder for state")

    terminal.wait_for("shop-1 runs here already")


def test_nothing_is_asked_when_nothing_runs(show: Show) -> None:
    terminal = show(SHOW_PROCESSES="0")
    terminal.wait_for("[1Scripts]")

    terminal.press("q")

    assert terminal.wait_exit() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_a_second_one_hurries(
    show: Show, number: signal.Signals
) -> None:
    terminal = show(SHOW="stubborn")
    terminal.wait_for("[2Processes]")

    terminal.signal(number)
    terminal.wait_for("Stopping 4 processes")
    terminal.wait_for("ignores SIGTERM: node (pid 4001)")
    terminal.signal(number)

    assert terminal.wait_exit() == 0
    terminal.wait_for(f"ended: {number.name} {int(number)} ")
    terminal.wait_for("app.hurry")
    assert_restored(terminal)


def test_the_countdown_runs_and_k_ends_it(show: Show) -> None:
    terminal = show(SHOW="stubborn")
    terminal.wait_for("[2Processes]")

    terminal.press("q", "y")
    terminal.wait_for(re.compile(r"stopping [78]s"))
    terminal.wait_for(re.compile(r"stopping [56]s"))
    terminal.press("K")

    assert terminal.wait_exit() == 0


def test_a_hang_up_ends_it_at_once(show: Show) -> None:
    terminal = show(SHOW="stubborn")
    terminal.wait_for("[2Processes]")
    process = psutil.Process(terminal.pid)

    terminal.hang_up()

    assert process.wait(10) == 0


def test_sighup_in_a_living_terminal_gives_it_back(show: Show) -> None:
    terminal = show(SHOW="stubborn")
    terminal.wait_for("[2Processes]")

    terminal.signal(signal.SIGHUP)

    assert terminal.wait_exit() == 0
    terminal.wait_for(f"ended: SIGHUP {int(signal.SIGHUP)}")
    assert_restored(terminal)


def test_a_crash_gives_the_terminal_back_before_the_traceback(show: Show) -> None:
    terminal = show(SHOW="crashing")
    terminal.wait_for("[2Processes]")

    terminal.press("x", "enter")

    assert terminal.wait_exit() == 1
    terminal.wait_for("TypeError: 'NoneType' object is not callable")
    assert_restored(terminal)


def test_suspending_gives_the_terminal_to_the_shell_and_takes_it_back() -> None:
    # Without a shell that could wake it again, the kernel suspends nothing.
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with Terminal(shell, columns=100, env={"PS1": "ready> "}, cwd=ROOT) as terminal:
        terminal.wait_for("ready>")
        terminal.press(f"{shlex.join(SHOW)}\r")
        terminal.wait_for("[2Processes]")

        terminal.press("ctrl z")
        terminal.wait_for("Stopped")
        assert not terminal.mode(1049)
        terminal.press("fg\r")
        terminal.wait_for("[2Processes]")

        assert terminal.mode(1049)
        terminal.press("ctrl c")
        terminal.wait_for("4 processes are running")
        terminal.press("ctrl c")
        terminal.wait_for("ended: quit None")
        terminal.press("exit\r")
        assert terminal.wait_exit() == 0


def test_complaints_on_standard_error_wait_until_the_screen_is_gone(
    show: Show,
) -> None:
    terminal = show(SHOW="noisy")
    terminal.wait_for("[2Processes]")

    terminal.press("x", "enter", "3")
    terminal.wait_for("[3Logs]")
    assert "complaint" not in "\n".join(terminal.text())
    terminal.press("q", "y")

    assert terminal.wait_exit() == 0
    terminal.wait_for("a complaint")
    terminal.wait_for("a raw complaint")


def test_the_settings_of_the_terminal_are_as_before(show: Show) -> None:
    terminal = show()
    terminal.wait_for("[2Processes]")
    during = terminal.settings()

    terminal.press("q", "y")
    terminal.wait_exit()
    after = terminal.settings()

    nothing = bytes([os.fpathconf(0, "PC_VDISABLE")]) if os.isatty(0) else b"\0"
    assert during[6][termios.VINTR] in {nothing, b"\0"}
    assert after[6][termios.VINTR] == b"\x03"
    assert after[3] & termios.ICANON
    assert after[3] & termios.ECHO


def test_a_resized_window_is_drawn_anew(show: Show) -> None:
    terminal = show()
    terminal.wait_for("[2Processes]")

    terminal.resize(120, 40)
    terminal.wait_for("run test:watch")
    terminal.resize(20, 5)

    terminal.wait_for("[2P]")


def test_a_terminal_without_utf8_gets_ascii_only(show: Show) -> None:
    terminal = show(LANG="C")

    terminal.wait_for(">* web")
    terminal.press("?")
    terminal.wait_for("Keys: processes")

    assert bytes(terminal.raw).isascii()


def test_without_colour_none_is_sent(show: Show) -> None:
    terminal = show(NO_COLOR="1")

    terminal.wait_for("[2Processes]")
    terminal.wait_for("slow query")

    sent = re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.raw))
    numbers = {int(n) for group in sent for n in group.split(b";") if n}
    assert not numbers & {*range(30, 39), *range(40, 49), *range(90, 108)}


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_cannot_move_its_cursor_is_refused(
    show: Show, term: str
) -> None:
    terminal = show(TERM=term, columns=120)

    assert terminal.wait_exit() == 1
    terminal.wait_for("brum --no-tui")


def test_typing_stays_possible_while_a_process_floods(show: Show) -> None:
    terminal = show(SHOW_RATE="10000")
    terminal.wait_for("[2Processes]")

    # Each of these answers although thousands of lines come in between.
    for place in ("3Logs", "1Scripts", "2Processes"):
        terminal.press(place[0])
        terminal.wait_for(f"[{place}]")

    terminal.press("q", "y")
    assert terminal.wait_exit() == 0


def test_what_is_copied_goes_to_the_terminal(show: Show) -> None:
    terminal = show(SHOW="failing")
    terminal.wait_for("1 new")

    terminal.press("C")
    terminal.wait_for("sent to the clipboard: TypeError: no id")

    copied = re.search(rb"\x1b\]52;c;([^\x07]*)\x07", terminal.raw)
    assert copied is not None
    assert b64decode(copied[1]) == b"report of TypeError: no id in web-1\n"


def test_an_editor_has_the_terminal_while_it_runs(show: Show, tmp_path: Path) -> None:
    editor = tmp_path / "vim"
    editor.write_text('#!/bin/sh\necho "editing $2"; read line; echo "$line" >&2\n')
    editor.chmod(0o755)
    terminal = show(SHOW="failing", EDITOR=str(editor), VISUAL="")
    terminal.wait_for("1 new")

    terminal.press("4", "o")
    terminal.wait_for("editing /srv/shop/src/db/user.js")
    assert not terminal.mode(1049)
    terminal.press("x\r")
    terminal.wait_for("[4Errors]")

    assert terminal.mode(1049)
    terminal.press("q", "y")
    assert terminal.wait_exit() == 0
    assert_restored(terminal)


def test_an_interrupt_in_an_editor_is_none_for_us(show: Show, tmp_path: Path) -> None:
    editor = tmp_path / "vim"
    editor.write_text("#!/bin/sh\necho editing; exec sleep 100\n")
    editor.chmod(0o755)
    terminal = show(SHOW="failing", EDITOR=str(editor), VISUAL="")
    terminal.wait_for("1 new")

    terminal.press("4", "o")
    terminal.wait_for("editing")
    terminal.press("ctrl c")
    terminal.wait_for("[4Errors]")

    assert terminal.mode(1049)
    terminal.press("2")
    terminal.wait_for("[2Processes]")


def test_what_is_for_errors_is_imported_when_they_are_shown() -> None:
    program = (
        "import sys, brummer.tui.frontend;"
        "print([m for m in sys.modules if m.endswith(('views.errors', 'views.urls'))])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT
    )

    assert done.stdout == b"[]\n"
