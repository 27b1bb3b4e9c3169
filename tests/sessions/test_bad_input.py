"""Everything that can be wrong around the program, and what it says then."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.support.site import BRUM, Site

DONE: Final = ("--no-tui", "--exit-on", "done")


def said(site: Site, *words: str, **extra: str) -> tuple[int, str]:
    """Return the exit code and what stands on standard error."""
    done = site.run(*words, **extra)
    assert "Traceback" not in done.stderr
    assert "this is a bug" not in done.stderr
    return done.returncode, done.stderr.replace(str(site.folder), "FOLDER")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("-d", "nowhere"), 2, "--dir nowhere: no such folder"),
        (("-p", "70000"), 2, "mcp_port is 70000, but takes a whole number from 0"),
        (("-p", "http"), 2, "invalid int value"),
        (("--proxy-mode", "ful"), 2, "'ful', but takes reverse or full"),
        (("--exit-on", "done", "web"), 2, "add --no-tui"),
        (("--no-such-option",), 2, "--no-such-option"),
        (("-o", "log_store.max_entriez=3"), 2, "did you mean max_entries?"),
        (("--no-tui", "a", "b", "--", "x"), 2, "go to one script"),
        (("--no-tui", ""), 1, "no script named ''"),
        (("web",), 1, "brum --no-tui runs without one"),
    ],
)
def test_a_wrong_command_line(
    site: Site, words: tuple[str, ...], code: int, text: str
) -> None:
    site.scripts(web="true")

    got, error = said(site, *words)

    assert got == code
    assert text in error
    assert error.count("\n") == 1


def test_a_terminal_that_cannot_show_a_screen(site: Site) -> None:
    line = f"{sys.executable} -m brummer"
    shown = subprocess.run(
        ["script", "-qec", line, "/dev/null"],
        cwd=site.folder,
        env={**site.environment, "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert shown.returncode == 1
    assert "--no-tui" in shown.stdout


@pytest.mark.parametrize(
    ("name", "text", "code", "complaint"),
    [
        ("package.json", '{\n  "scripts": {"a": "b",}\n}', 0, "package.json:2:"),
        ("Procfile", "web: true\nnonsense\n", 0, "Procfile:2: 'nonsense'"),
        (".brum.toml", "[log_store]\nmax_entries = [\n", 2, ".brum.toml:3:1: "),
        (".brum.toml", "[log_store]\nmax_entries = 'x'\n", 2, ".brum.toml:2: "),
        (".brum.toml", "[log_stor]\n", 2, "did you mean log_store?"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    site: Site, name: str, text: str, code: int, complaint: str
) -> None:
    site.write(name, text)

    got, error = said(site, *DONE, "echo still here")

    assert got == code
    assert f"FOLDER/{complaint}" in error or complaint in error


def put_folder(path: Path) -> None:
    path.mkdir()


def put_bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


def put_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("put", [put_folder, put_bytes, put_loop])
@pytest.mark.parametrize("name", ["package.json", "Procfile", ".env"])
def test_a_file_that_cannot_be_read_stops_nothing_else(
    site: Site, name: str, put: Callable[[Path], object]
) -> None:
    put(site.folder / name)

    done = site.run(*DONE, "echo still here")

    assert done.returncode == 0
    assert "still here" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("variable", ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "HOME"])
def test_without_a_folder_of_its_own_it_works_and_says_so(
    site: Site, variable: str
) -> None:
    file = site.home / "file"
    file.write_text("")
    extra = {variable: str(file)}
    if variable == "HOME":
        extra["XDG_STATE_HOME"] = ""

    done = site.run(*DONE, "echo works", **extra)

    assert done.returncode == 0
    assert done.stdout.endswith("echo: works\n")
    assert f"{file}" in done.stderr
    assert "is not used" in done.stderr


@pytest.mark.parametrize("files", [24, 40])
def test_too_few_descriptors_are_said_to_be_the_trouble(site: Site, files: int) -> None:
    commands = [f"echo {number}; sleep 0.2" for number in range(12)]
    limited = subprocess.run(
        ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *BRUM, *DONE, *commands],
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert limited.returncode == 1
    assert "ulimit -n" in limited.stderr
    assert "this is a bug" not in limited.stderr
    assert site.marked() == []


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /dev/full")
def test_a_full_disk_is_said_once(site: Site) -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        done = subprocess.run(
            [*BRUM, *DONE, "echo one", "echo two"],
            cwd=site.folder,
            env=site.environment,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.PIPE,
            text=True,
            timeout=50,
            check=False,
        )
    finally:
        os.close(descriptor)

    assert done.stderr == "brum: cannot print any more: No space left on device\n"
