"""What can be set of the screen makes a difference on it."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.site import BRUM, Site
from tests.support.terminal import Terminal

#: Sets one of the sixteen colours, of 256, or any.
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")


@contextmanager
def screen(site: Site, option: str, *scripts: str) -> Iterator[Terminal]:
    """Show the screen with this option of ``-o``, and leave it in the end."""
    words = ["-o", option, *scripts]
    environment = {**site.environment, "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
    terminal = Terminal([*BRUM, *words], env=environment, cwd=site.folder)
    with terminal:
        terminal.wait_for("Scripts")
        terminal.wait_for("clock")
        yield terminal
        terminal.signal(signal.SIGTERM)
        terminal.wait_exit()


@pytest.fixture
def clock(site: Site) -> Site:
    """Return a project with a script that prints the time of a clock, in place."""
    each = "printf '\\r%s' $n; sleep 0.03"
    site.scripts(clock=f"for n in $(seq 100); do {each}; done; echo ' rung'")
    return site


@pytest.mark.parametrize("choice", ["true", "false"])
def test_the_mouse_is_reported_as_was_set(clock: Site, choice: str) -> None:
    with screen(clock, f"tui.mouse={choice}") as terminal:
        is_reported = terminal.mode(1000)

    assert is_reported is (choice == "true")


@pytest.mark.parametrize("choice", ["on", "off"])
def test_no_more_than_ascii_is_drawn_if_that_was_set(clock: Site, choice: str) -> None:
    with screen(clock, f"tui.unicode={choice}") as terminal:
        text = "\n".join(terminal.text())

    assert text.isascii() is (choice == "off")


@pytest.mark.parametrize("theme", ["dark", "light", "mono"])
def test_colours_are_those_that_were_set(clock: Site, theme: str) -> None:
    with screen(clock, f"tui.theme={theme}") as terminal:
        colours = set(COLOUR.findall(terminal.raw))

    assert bool(colours) is (theme != "mono")


def test_dark_is_not_light(clock: Site) -> None:
    def colours(theme: str) -> set[bytes]:
        with screen(clock, f"tui.theme={theme}", "clock", "true") as terminal:
            # One of them is not the selected row, which has colours of its own.
            terminal.wait_for(re.compile("clock +running"))
            terminal.wait_for(re.compile("true +success"))
            return set(re.findall(rb"\x1b\[[0-9;]*m", terminal.raw))

    assert colours("dark") != colours("light")


def test_so_many_frames_are_drawn_as_were_set(clock: Site) -> None:
    def drawn(rate: int) -> int:
        """Return how much is written while the clock runs."""
        with screen(clock, f"tui.frame_rate={rate}") as terminal:
            before = len(terminal.raw)
            terminal.press("enter")
            terminal.wait_for("100 rung")
            return len(terminal.raw) - before

    assert drawn(1) < drawn(60) / 2
