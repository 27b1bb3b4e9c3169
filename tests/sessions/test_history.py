"""What was printed is in the files, whatever happens to the program."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.logs.history import place
from brummer.logs.history.run import Run
from tests.support.site import Site, end
from tests.support.wait import wait_until

#: Prints numbered lines for as long as it may, some thousands a second.
PROGRAM = """\
import itertools, sys, time
for number in itertools.count():
    sys.stdout.write(f"line {number} {'x' * (number % 61)}.\\n")
    if number % 100 == 0:
        sys.stdout.flush()
        time.sleep(0.01)
"""

#: Waits after some lines until somebody writes a file.
PAUSE = """\
        while number == 200 and not os.path.exists("go"):
            time.sleep(0.01)
"""

#: Runs ``brum`` where no file may become larger than 64 KiB.
NARROW = """\
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
sys.argv[0] = "brum"
runpy.run_module("brummer", run_name="__main__")
"""

LINE = re.compile(r"(?:\[.{8}\] flood: )?line (\d+) (x*)\.")

#: Lines that were read so long ago are in the files (seconds).
GUARANTEED = 1.0


@pytest.fixture
def flooding(site: Site) -> Site:
    site.write("flood.py", PROGRAM)
    site.scripts(flood=f"{sys.executable} flood.py")
    return site


def numbers(lines: Iterator[str] | list[str]) -> list[int]:
    """Return the numbers of lines; one that is torn fails."""
    found = []
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, line
        assert len(match[2]) == int(match[1]) % 61, line
        found.append(int(match[1]))
    return found


def printed(process: "subprocess.Popen[bytes]") -> Iterator[str]:
    """Yield the lines that ``brum`` prints, until it ends."""
    rest = b""
    assert process.stdout is not None
    while data := process.stdout.read(1 << 16):
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode() for line in lines)


def runs(site: Site) -> list[Path]:
    """Return the folders of the runs that are kept."""
    return sorted(
        run
        for history in (site.home / "state").rglob(place.HISTORY)
        for run in place.runs(history)
    )


def test_what_was_read_a_second_before_a_kill_can_be_read_after_it(
    flooding: Site,
) -> None:
    seen = 0
    with flooding.brum("--no-tui", "flood") as process:
        deadline = time.monotonic() + 3.0
        for line in printed(process):
            if LINE.fullmatch(line):
                seen = numbers([line])[0]
            if time.monotonic() > deadline:
                break
        began = time.monotonic()
        # It goes on to print, and to be read, for so long.
        for _ in printed(process):
            if time.monotonic() - began > GUARANTEED:
                break
        process.kill()
        process.wait(10)

    kept = flooding.ctl("logs", "--run", "last", "flood")

    assert seen > 1000
    found = numbers([line for line in kept.stdout.splitlines() if "line" in line])
    assert found == list(range(len(found)))
    assert found[-1] >= seen
    assert flooding.ask("runs")[-1]["ended"] is None


def test_a_folder_that_is_removed_in_the_middle_comes_back(flooding: Site) -> None:
    with flooding.brum("--no-tui", "flood") as process:
        wait_until(lambda: runs(flooding) and Run(runs(flooding)[0]).extent()[1] > 500)
        shutil.rmtree(runs(flooding)[0].parent)
        # Somebody has to read on, or everything stands still.
        for _ in printed(process):
            if runs(flooding) and Run(runs(flooding)[0]).extent()[1] > 1000:
                break

        entries = Run(runs(flooding)[0]).window(0, 100)
        health = {row["component"]: row["level"] for row in flooding.ask("health")}

    # What was in the folder is gone, but nobody has failed.
    assert entries[0].number > 0
    assert health["history"] == "healthy"
    assert numbers([entry.text for entry in entries if "line" in entry.text])


def history_problem(site: Site) -> str:
    """Return what went wrong with the history, if only once."""
    rows = {row["component"]: row for row in site.ask("health")}
    return str(rows["history"]["error"])


def kept_of(site: Site) -> list[int]:
    """Return the numbers of the lines that are in the file of the only run."""
    kept = [entry.text for entry in Run(runs(site)[0]).window(0, 5000)]
    return numbers([line for line in kept if "line" in line])


def test_a_disk_that_takes_no_more_costs_no_line_in_memory(flooding: Site) -> None:
    program = PROGRAM.replace("itertools.count()", "range(5000)")
    flooding.write("flood.py", f"import os\n{program}{PAUSE}")
    with subprocess.Popen(
        [sys.executable, "-c", NARROW, "--no-tui", "flood"],
        cwd=flooding.folder,
        env=flooding.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    ) as process:
        try:
            wait_until(lambda: runs(flooding) and kept_of(flooding))
            # What comes in one go is written in one go, or not at all.
            flooding.write("go", "")
            assert any("line 4999 " in line for line in printed(process))
            told = flooding.ctl("logs", "flood").stdout.splitlines()
            # What was printed last is written a moment later.
            wait_until(lambda: "File too large" in history_problem(flooding))
        finally:
            end(process)

    assert numbers([line for line in told if "line" in line]) == list(range(5000))
    assert 100 < len(kept_of(flooding)) < 4000
