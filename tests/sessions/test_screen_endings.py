"""However the screen ends, nothing is left and the terminal is as it was."""

import re
import signal
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.sessions.eight import (
    EIGHT,
    NAMES,
    set_grace,
    sleepers,
    wait_for_sleepers,
    write_scripts,
)
from tests.support.site import BRUM, Site
from tests.support.terminal import Terminal
from tests.support.wait import wait_until

#: Seconds for a busy machine.
LIMIT: Final = 30.0

#: The private modes that the screen sets: its own buffer, paste.
ALTERNATE: Final = 1049
PASTE: Final = 2004

Ending = Callable[[Terminal], object]


@pytest.fixture
def shop(site: Site) -> Iterator[Site]:
    write_scripts(site, grace=1)
    yield site
    site.sweep()


def screen(site: Site, *words: str, columns: int = 80, rows: int = 24) -> Terminal:
    """Run ``brum`` with its screen."""
    return Terminal(
        [*BRUM, *words],
        columns=columns,
        rows=rows,
        env=site.environment,
        cwd=site.folder,
    )


def quit_by_key(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.wait_for("stop all and quit")
    terminal.press("y")


def quit_by_interrupt(terminal: Terminal) -> None:
    terminal.press("ctrl c")
    terminal.wait_for("stop all and quit")
    terminal.press("ctrl c")


ENDINGS: Final[dict[str, tuple[Ending, int]]] = {
    "q": (quit_by_key, 0),
    "Ctrl-C": (quit_by_interrupt, 0),
    "SIGINT": (lambda terminal: terminal.signal(signal.SIGINT), 130),
    "SIGTERM": (lambda terminal: terminal.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda terminal: terminal.signal(signal.SIGHUP), 129),
    "closed terminal": (Terminal.hang_up, 129),
    "kill -9": (lambda terminal: terminal.signal(signal.SIGKILL), -9),
}

#: Those that leave somebody at a terminal who wants to go on using it.
ORDERLY: Final = ("q", "Ctrl-C", "SIGINT", "SIGTERM", "SIGHUP")


@pytest.mark.parametrize("name", ENDINGS)
def test_nothing_is_left_of_eight_processes(shop: Site, name: str) -> None:
    end, code = ENDINGS[name]
    with screen(shop, *NAMES) as terminal:
        terminal.wait_for("4 up", limit=LIMIT)
        wait_for_sleepers(shop, EIGHT)

        end(terminal)

        assert terminal.wait_exit(limit=LIMIT) == code
        wait_until(lambda: not sleepers(shop), limit=15)
    if name != "kill -9":
        assert [path for path in shop.runtime.rglob("*") if not path.is_dir()] == []


@pytest.mark.parametrize("name", ORDERLY)
def test_the_terminal_is_as_it_was(shop: Site, name: str) -> None:
    end, _ = ENDINGS[name]
    with screen(shop, "plain") as terminal:
        before = terminal.settings()
        terminal.wait_for("1 up", limit=LIMIT)
        during = terminal.settings()

        end(terminal)

        terminal.wait_exit(limit=LIMIT)
        assert during != before
        assert terminal.settings() == before
        assert not terminal.mode(ALTERNATE)
        assert not terminal.mode(PASTE)


def test_the_question_names_what_runs(shop: Site) -> None:
    with screen(shop, "plain", "stubborn") as terminal:
        terminal.wait_for("2 up", limit=LIMIT)

        terminal.press("q")

        terminal.wait_for("2 processes are running:")
        box = "\n".join(terminal.text())
        assert re.search(r"│   plain +│", box)
        assert re.search(r"│   stubborn +│", box)


def test_no_is_a_way_back(shop: Site) -> None:
    with screen(shop, "plain") as terminal:
        terminal.wait_for("1 up", limit=LIMIT)
        wait_for_sleepers(shop, 2)
        terminal.press("q")
        terminal.wait_for("stop all and quit")

        terminal.press("n")

        terminal.wait_gone("stop all and quit")
        assert len(sleepers(shop)) == 2


def test_who_blocks_is_named_and_can_be_killed(shop: Site) -> None:
    set_grace(shop, 600)
    with screen(shop, "stubborn", columns=120, rows=40) as terminal:
        wait_for_sleepers(shop, 2)
        terminal.wait_for("1 up", limit=LIMIT)

        quit_by_key(terminal)

        terminal.wait_for(re.compile(r"stopping (9|10)m +ignores SIGTERM: sleep"))
        terminal.press("K")
        assert terminal.wait_exit(limit=LIMIT) == 0
        assert sleepers(shop) == []


def test_without_anything_running_there_is_no_question(shop: Site) -> None:
    with screen(shop) as terminal:
        terminal.wait_for("4 scripts", limit=LIMIT)

        terminal.press("q")

        assert terminal.wait_exit(limit=LIMIT) == 0
