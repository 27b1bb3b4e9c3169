"""What was read of a flood a second before the program was killed is in the files."""

import subprocess
import threading
from pathlib import Path
from typing import Final

import pytest

from brummer.logs.history import place
from brummer.logs.history.run import Run
from brummer.model.process import ProcessId
from tests.bench.emitter import new_emitter
from tests.sessions.test_memory import stored
from tests.support.site import BRUM, Site, end
from tests.support.wait import wait_until

#: Lines a second that are asked for, and seconds that a line may take to a file.
RATE: Final = 200_000
GUARANTEED: Final = 1.0

FLOOD: Final = ProcessId("p0-1")

#: Lines from the end that are looked at one by one.
LAST: Final = 20_000


@pytest.mark.timeout(90)
def test_the_files_of_a_flood_hold_what_was_read_before(
    site: Site, tmp_path: Path
) -> None:
    site.write("Procfile", f"p0: {new_emitter(tmp_path).rate('p0', RATE, 60)}\n")
    with subprocess.Popen(
        [*BRUM, "--no-tui", "p0"],
        cwd=site.folder,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            wait_until(lambda: stored(site) > RATE, limit=60)
            read = stored(site)
            # It is about time: this much of it passes, and the flood goes on.
            threading.Event().wait(GUARANTEED)
        finally:
            end(process)

    run = Run(*((site.home / "state").rglob(f"{place.HISTORY}/*-*")))
    _, stop = run.extent(FLOOD)
    entries = run.window(stop - LAST, LAST, FLOOD)
    again = site.ctl("logs", "--run", "last", "-n", "1", "p0").stdout

    assert stop >= read
    assert [int(entry.data.split()[2]) for entry in entries] == list(
        range(stop - LAST, stop)
    )
    assert f"{stop - 1:09}" in again
