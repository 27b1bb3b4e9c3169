"""The threads of the running program are those of the table."""

import subprocess
import sys

from tests.support.site import Site
from tests.support.wait import wait_until

TABLE = {
    "supervisor": 1,
    "pump": 1,
    "log": 1,
    "history": 1,
    "monitor": 1,
    "watch": 1,
    "control": 1,
    "mcp": 1,
}


def threads(site: Site) -> dict[str, int]:
    """Return how many threads of each role run, without the pool."""
    counted = {}
    for line in site.ctl("metrics").stdout.splitlines():
        name, _, rest = line.partition("{")
        if name == "brummer_threads":
            role, _, number = rest.removeprefix('role="').partition('"} ')
            counted[role] = int(float(number))
    assert counted.pop("bus", 0) <= 32
    return counted


def test_a_running_program_has_the_threads_of_the_table(site: Site) -> None:
    names = [f"web{number}" for number in range(6)]
    site.scripts(**dict.fromkeys(names, "exec sleep 1000"))
    with site.brum("--no-tui", *names):
        site.wait_for_instance()
        wait_until(lambda: len(site.marked()) == len(names), limit=20)

        wait_until(lambda: threads(site) == TABLE, limit=20)


def test_printing_needs_no_screen() -> None:
    program = (
        "import sys, brummer.app.start, brummer.cli.main\n"
        f"print([name for name in {('urwid', 'mcp')!r} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert done.stdout == "[]\n"
