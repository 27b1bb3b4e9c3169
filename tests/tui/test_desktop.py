"""Programs of the user: editors on our terminal, windows, browsers."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.tui.desktop import Desktop, browser
from tests.support.wait import wait_until


class Bench:
    """A desktop whose terminal notes when it is lent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.lent = 0
        self.desktop = Desktop(self._lend, environ)

    def _lend(self, run: Callable[[], object]) -> None:
        self.lent += 1
        run()


def script(path: Path, text: str) -> str:
    """Write a program and return its path."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_an_editor_has_the_terminal_while_it_runs(tmp_path: Path) -> None:
    said = tmp_path / "said"
    editor = script(tmp_path / "vim", f'printf "%s|" "$@" > {said}')
    bench = Bench({"EDITOR": editor})

    bench.desktop.edit("/srv/a b.py", 3, 7)

    assert said.read_text() == "+call cursor(3,7)|/srv/a b.py|"
    assert bench.lent == 1


def test_an_interrupt_is_the_editors_while_it_runs(tmp_path: Path) -> None:
    done = tmp_path / "done"
    editor = script(tmp_path / "ed", f"kill -INT {os.getpid()}; touch {done}")
    before = signal.getsignal(signal.SIGINT)

    Bench({"EDITOR": editor}).desktop.edit("/srv/a.py", 1, 1)

    assert done.exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_still_ends_an_editor_that_lets_it(tmp_path: Path) -> None:
    done = tmp_path / "done"
    editor = script(tmp_path / "ed", f"kill -INT $$; touch {done}")

    Bench({"EDITOR": editor}).desktop.edit("/srv/a.py", 1, 1)

    assert not done.exists()


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Numbers of the signals that we hear ourselves."""
    found: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: found.append(number))
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    yield found
    for number, answer in before.items():
        signal.signal(number, answer)


@pytest.mark.parametrize("name", ["TERM", "HUP"])
def test_who_wants_us_to_end_ends_the_editor(
    tmp_path: Path, heard: list[int], name: str
) -> None:
    told = tmp_path / "told"
    editor = script(
        tmp_path / "ed",
        f"trap 'touch {told}; exit' {name}\nkill -{name} {os.getpid()}\n"
        "while :; do sleep 0.01; done",
    )

    Bench({"EDITOR": editor}).desktop.edit("/srv/a.py", 1, 1)

    assert told.exists()
    assert heard == [getattr(signal, f"SIG{name}")]


def test_an_editor_that_does_not_end_is_killed_the_second_time(
    tmp_path: Path, heard: list[int]
) -> None:
    us = os.getpid()
    editor = script(
        tmp_path / "ed",
        f"trap 'kill -TERM {us}' TERM\nkill -TERM {us}\nwhile :; do sleep 0.01; done",
    )

    Bench({"EDITOR": editor}).desktop.edit("/srv/a.py", 1, 1)

    assert heard == [signal.SIGTERM, signal.SIGTERM]


def test_an_editor_that_is_not_there_says_so(tmp_path: Path) -> None:
    bench = Bench({"EDITOR": str(tmp_path / "vim")})

    with pytest.raises(BrummerError, match="vim cannot be run: no such file"):
        bench.desktop.edit("/srv/a.py", 1, 1)


def test_what_is_no_command_line_says_so() -> None:
    with pytest.raises(BrummerError, match="no command line"):
        Bench({"EDITOR": "'"}).desktop.edit("/srv/a.py", 1, 1)


def test_a_window_leaves_us_the_terminal(tmp_path: Path) -> None:
    said = tmp_path / "said"
    editor = script(tmp_path / "code", f'echo "$@" > {said}.new; mv {said}.new {said}')
    bench = Bench({"EDITOR": f"{editor} --wait"})

    bench.desktop.edit("/srv/a.py", 1, 2)
    wait_until(said.exists)

    assert said.read_text() == "-g /srv/a.py:1:2\n"
    assert bench.lent == 0
    bench.desktop.close()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "-x", "ws://localhost:1/", ""])
def test_only_pages_go_to_a_browser(url: str) -> None:
    with pytest.raises(BrummerError, match="no browser shows"):
        Bench({"DISPLAY": ":0"}).desktop.browse(url)


def test_without_a_display_one_is_told_what_else_to_do() -> None:
    if sys.platform == "darwin":
        pytest.skip("a browser is always there")

    with pytest.raises(BrummerError, match="y copies the address"):
        Bench({}).desktop.browse("http://localhost:3000/")


@pytest.mark.parametrize(
    ("environ", "platform", "words"),
    [
        ({}, "darwin", ("open",)),
        ({"DISPLAY": ":0"}, "linux", ("xdg-open",)),
        ({"WAYLAND_DISPLAY": "w"}, "linux", ("xdg-open",)),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", ("explorer.exe",)),
        ({}, "linux", ()),
    ],
)
def test_a_browser_is_what_the_platform_has(
    environ: Mapping[str, str], platform: str, words: tuple[str, ...]
) -> None:
    assert browser(environ, platform) == words


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({}, ""),
        (
            {"SSH_CONNECTION": "10.0.0.9 5000 10.0.0.2 22", "USER": "ann"},
            "ssh -N -L 5173:localhost:5173 ann@10.0.0.2",
        ),
        (
            {"SSH_CONNECTION": "fe80::1 5000 fe80::2 2222", "LOGNAME": "ann"},
            "ssh -N -p 2222 -L 5173:localhost:5173 ann@fe80::2",
        ),
        (
            {"SSH_TTY": "/dev/pts/3"},
            "ssh -N -L 5173:localhost:5173 HOST",
        ),
        (
            {"SSH_CONNECTION": "odd; rm -rf", "USER": "ann"},
            "ssh -N -L 5173:localhost:5173 ann@HOST",
        ),
    ],
)
def test_from_elsewhere_a_port_is_reached_through_ssh(
    environ: Mapping[str, str], line: str
) -> None:
    assert Bench(environ).desktop.tunnel(5173) == line
