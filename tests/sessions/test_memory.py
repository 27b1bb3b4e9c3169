"""What the program keeps does not grow, however long somebody prints.

Some seconds in every run; with ``SOAK=600``, ``-o faulthandler_timeout=0`` and ``-s``
ten minutes of it, and its size at every twentieth of them.
"""

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Final

import psutil
import pytest

from brummer.config.settings import LogStoreSettings
from tests.bench.emitter import new_emitter
from tests.support.site import BRUM, Site, end
from tests.support.wait import wait_until

#: Seconds of the first half, in which everything gets as large as it will be.
HALF: Final = float(os.environ.get("SOAK", "6")) / 2

#: Lines a second: so many that a short run fills the log as well.
RATE: Final = 50_000 if HALF > 60 else 300_000

#: Lines that the log keeps.
FULL: Final = LogStoreSettings().max_entries

#: What is looked at in each half.
LOOKS: Final = 10

#: Resident bytes at the default bounds, and what they may grow by in the second
#: half: caches, and chance.
MOST: Final = 120_000_000
GROWTH: Final = 30_000_000


@pytest.mark.slow
@pytest.mark.timeout(2 * HALF + 120)
def test_a_flood_without_end_needs_no_more_and_no_more_memory(
    site: Site, tmp_path: Path
) -> None:
    site.write(
        "Procfile", f"p0: {new_emitter(tmp_path).rate('p0', RATE, 3 * HALF + 60)}\n"
    )
    with subprocess.Popen(
        [*BRUM, "--no-tui", "p0"],
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            # The log has been full for a while.
            wait_until(lambda: stored(site) > 2 * FULL, limit=60)
            first, second = sizes(process.pid), sizes(process.pid)
            lines = stored(site)
        finally:
            end(process)

    print(f"MB: {[round(size / 1e6) for size in (*first, *second)]}")
    assert lines > 2 * FULL
    assert max(second) < MOST
    assert max(second) - max(first) < GROWTH


def stored(site: Site) -> int:
    """Return how many lines were stored; none before there is anybody to ask."""
    answer = site.ctl("metrics", "--json").stdout
    return int(json.loads(answer)["brummer_log_lines_total"]) if answer else 0


def sizes(pid: int) -> list[int]:
    """Return how large a program is at some times of one half."""
    program, found = psutil.Process(pid), []
    for _ in range(LOOKS):
        threading.Event().wait(HALF / LOOKS)
        found.append(program.memory_info().rss)
    return found
