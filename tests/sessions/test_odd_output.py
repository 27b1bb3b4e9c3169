"""Output that nobody expects costs nothing else, and is found again."""

import sys
from collections.abc import Iterator
from typing import Final

import pytest

from brummer.logs.history import place
from brummer.logs.history.run import Run
from tests.support.site import Site
from tests.support.wait import wait_until

LONG: Final = b"x" * 10_000_000 + b" needle"

#: A Windows tool in a pipe: each line feed is one byte of the two of its character.
WIDE: Final = "wide: gr\u00fc\u00dfe\r\nerror: wide\r\n".encode("utf-16")

OUTPUT: Final = b"".join(
    (b"first\n", LONG, b"\n", b"nul\0in\0a\0line\n\0\0\n", WIDE, b"\nlast\n")
)

#: Prints what is in a file, and stays.
PROGRAM: Final = """\
import shutil, sys, time
with open("output", "rb") as file:
    shutil.copyfileobj(file, sys.stdout.buffer)
sys.stdout.flush()
time.sleep(3680)
"""


@pytest.fixture(params=["true", "false"], ids=["terminal", "pipe"])
def printing(site: Site, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Yield where it has been printed, and is in the files."""
    (site.folder / "output").write_bytes(OUTPUT)
    site.write("odd.py", PROGRAM)
    site.scripts(odd=f"{sys.executable} odd.py")
    site.write(".brum.toml", f"[scripts.odd]\ntty = {request.param}\n")
    with site.brum("--no-tui", "odd") as process:
        rest = b""
        while b"odd: last" not in rest:
            assert process.stdout is not None
            rest = rest[-100:] + process.stdout.read(1 << 20)
        wait_until(lambda: kept(site).endswith(b"last\n"))
        yield site


def kept(site: Site) -> bytes:
    """Return what is in the files of the history."""
    runs = [
        Run(folder)
        for history in (site.home / "state").rglob(place.HISTORY)
        for folder in place.runs(history)
    ]
    return b"".join(
        segment.data
        for run in runs
        for process in run.processes()
        for _, segment in run.past(process).segments(0, 1000)
    )


@pytest.mark.timeout(90)
def test_long_lines_nul_bytes_and_wide_characters_are_kept_and_shown(
    printing: Site,
) -> None:
    shown = printing.ctl("logs", "odd").stdout.splitlines()
    found = printing.ctl("search", "needle").stdout.splitlines()
    health = printing.ask("health")

    assert kept(printing) == OUTPUT
    assert shown[-1].endswith("last")
    assert any(line.endswith("nulinaline") for line in shown)
    assert any(line.endswith("error: wide") for line in shown)
    assert any("wide: gr" in line for line in shown)
    assert len(found) == 1
    assert {row["level"] for row in health} == {"healthy"}

    printing.ctl("quit")
    again = printing.ctl("logs", "--run", "last", "odd").stdout.splitlines()

    assert any(len(line) >= len(LONG) for line in again)
    assert any(line.endswith("nulinaline") for line in again)
