"""However much is printed, all of it arrives, whole and in order."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.site import BRUM, Site
from tests.support.wait import LIMIT, wait_until

#: Lines of each of the four.
LINES = 100_000
NAMES = ("ada", "bob", "cyd", "dan")

#: Prints numbered lines of different lengths, to both streams by turns if asked.
PROGRAM = """\
import sys
name, count, turns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
streams = (sys.stdout, sys.stderr)[:turns]
for number in range(count):
    streams[number % turns].write(f"{name} {number} {'x' * (number % 61)}.\\n")
    if turns > 1:
        streams[number % turns].flush()
"""


def flooding(site: Site, *, tty: str, lines: int = LINES, turns: int = 1) -> None:
    """Give *site* four scripts that print *lines* each."""
    site.write("flood.py", PROGRAM)
    program = f"{sys.executable} flood.py"
    site.scripts(**{name: f"{program} {name} {lines} {turns}" for name in NAMES})
    settings = "".join(f"[scripts.{name}]\ntty = {tty}\n" for name in NAMES)
    site.write(".brum.toml", settings)


def numbers(lines: Iterable[str], name: str) -> list[int]:
    """Return the numbers that *name* printed; a line that is torn fails."""
    found = []
    for line in lines:
        _, _, rest = line.partition(f"] {name}: {name} ")
        if rest:
            number, _, tail = rest.partition(" ")
            assert tail.rstrip("\n") == "x" * (int(number) % 61) + ".", line
            found.append(int(number))
    return found


def run_into(site: Site, *words: str) -> tuple[Path, Path]:
    """Run ``brum`` to its end with its output in files; return them."""
    out, err = site.home / "out", site.home / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        finished = subprocess.run(
            [*BRUM, "--no-tui", "--exit-on", "done", *words],
            cwd=site.folder,
            env=site.environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            timeout=90,
            check=False,
        )
    assert finished.returncode == 0, err.read_text()
    return out, err


@pytest.mark.timeout(120)
@pytest.mark.parametrize("tty", ["true", "false"])
def test_nothing_is_lost_split_or_reordered(site: Site, tty: str) -> None:
    flooding(site, tty=tty)

    out, err = run_into(site, *NAMES)

    lines = out.read_text().splitlines()
    assert len(lines) == LINES * len(NAMES)
    for name in NAMES:
        assert numbers(lines, name) == list(range(LINES))
    assert err.read_text() == ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("tty", ["true", "false"])
def test_each_stream_keeps_its_order(site: Site, tty: str) -> None:
    flooding(site, tty=tty, lines=10_000, turns=2)

    out, err = run_into(site, *NAMES)

    for path, first in ((out, 0), (err, 1)):
        lines = path.read_text().splitlines()
        for name in NAMES:
            assert numbers(lines, name) == list(range(first, 10_000, 2))


@pytest.mark.parametrize("tty", ["true", "false"])
def test_last_words_without_a_newline_are_printed(site: Site, tty: str) -> None:
    site.scripts(short="printf 'first\\nlast words'")
    site.write(".brum.toml", f"[scripts.short]\ntty = {tty}\n")

    for _ in range(2):
        out, _ = run_into(site, "short")

        assert re.sub(r"\[.*?\]", "[]", out.read_text()) == (
            "[] short: first\n[] short: last words\n"
        )


def test_bytes_that_are_no_text_cost_nothing_else(site: Site) -> None:
    site.scripts(odd=r"printf 'a\377\376b\n\303\n\000c\n'")

    out, _ = run_into(site, "odd")

    lines = [line.partition("odd: ")[2] for line in out.read_text().splitlines()]
    assert lines[0] == "a\ufffd\ufffdb"
    assert lines[1] == "\ufffd"
    assert lines[2].endswith("c")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("tty", ["true", "false"])
def test_a_line_of_ten_megabytes_stays_one_line(site: Site, tty: str) -> None:
    size = 10_000_000
    program = f"import sys; sys.stdout.write('x' * {size} + '\\nend\\n')"
    site.write("long.py", program)
    site.scripts(long=f"{sys.executable} long.py")
    site.write(".brum.toml", f"[scripts.long]\ntty = {tty}\n")

    out, _ = run_into(site, "long")

    first, second = out.read_bytes().splitlines()
    assert first.partition(b"long: ")[2] == b"x" * size
    assert second.endswith(b"long: end")


def test_a_reader_that_leaves_ends_it(site: Site) -> None:
    site.scripts(web="while :; do echo tick; sleep 0.1; done")
    with site.brum("--no-tui", "web") as brum:
        assert brum.stdout is not None
        assert brum.stdout.readline().endswith(b"web: tick\n")

        brum.stdout.close()

        assert brum.wait(30) == 128 + signal.SIGPIPE
        assert site.marked() == []


def test_a_slow_reader_gets_everything(site: Site) -> None:
    flooding(site, tty="true", lines=20_000)
    with site.brum("--no-tui", "--exit-on", "done", *NAMES) as brum:
        assert brum.stdout is not None
        # Nothing is read until everything between the children and us is full.
        first = brum.stdout.readline()
        wait_until(lambda: len(site.marked()) <= len(NAMES), limit=20)

        out, _ = brum.communicate(timeout=60)

        lines = [first.decode(), *out.decode().splitlines()]
        for name in NAMES:
            assert numbers(lines, name) == list(range(20_000))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_while_nobody_reads(
    site: Site, number: signal.Signals
) -> None:
    site.scripts(yes="yes")
    reading, writing = os.pipe()
    brum = subprocess.Popen(
        [*BRUM, "--no-tui", "yes"],
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        os.close(writing)
        assert os.read(reading, 1)
        wait_until(site.marked, limit=LIMIT)

        brum.send_signal(number)
        wait_until(lambda: not site.marked(), limit=30)
        brum.send_signal(number)

        assert brum.wait(30) == 128 + number
    finally:
        os.close(reading)
        brum.kill()
        brum.wait(LIMIT)
        site.sweep()
