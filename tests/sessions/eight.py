"""Eight processes that are hard to end, for sessions that end them."""

from contextlib import suppress

import psutil

from tests.support.site import Site
from tests.support.wait import wait_until

#: Four scripts, each with a grandchild in the background.  The odd numbers tell
#: the processes apart in a process list.
PLAIN = "sleep 3601 & exec sleep 3602"
STUBBORN = "trap '' TERM INT HUP; sleep 3603 & exec sleep 3604"
ESCAPED = "setsid sleep 3605 & exec sleep 3606"
ORPHANED = "(sleep 3607 &); exec sleep 3608"

NAMES = ("plain", "stubborn", "escaped", "orphaned")
EIGHT = 8


def write_scripts(site: Site, grace: float) -> None:
    """Give *site* the four scripts, and a grace period in seconds."""
    site.scripts(plain=PLAIN, stubborn=STUBBORN, escaped=ESCAPED, orphaned=ORPHANED)
    set_grace(site, grace)


def set_grace(site: Site, grace: float) -> None:
    """Set the grace period in seconds."""
    site.write(".brum.toml", f"[process_manager]\ngrace = {grace}\n")


def sleepers(site: Site) -> list[psutil.Process]:
    """Return what runs of the eight."""
    return [process for process in site.marked() if _sleeps(process)]


def _sleeps(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.name() == "sleep"
    return False


def wait_for_sleepers(site: Site, number: int) -> None:
    """Return when *number* of them run."""
    wait_until(lambda: len(sleepers(site)) == number, limit=30)
