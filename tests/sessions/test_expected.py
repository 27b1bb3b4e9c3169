"""Programs make their servers by themselves where agents come."""

import psutil
import pytest

from brummer.mcp.door import TRACE
from tests.support.site import Site
from tests.support.wait import wait_until

#: A module that nothing imports but the server for agents.
SERVER = "pydantic_core"


def has_server(pid: int) -> bool:
    """Whether a process has the server for agents, as its libraries tell."""
    maps = psutil.Process(pid).memory_maps(grouped=True)
    return any(SERVER in each.path for each in maps)


@pytest.mark.skipif(
    not hasattr(psutil.Process, "memory_maps"),
    reason="this system does not tell which libraries a process has",
)
def test_a_hub_that_was_started_has_programs_expect_agents(site: Site) -> None:
    site.write("Procfile", "web: sleep 60\n")
    trace = site.home / "state" / "brummer" / TRACE
    before = trace.exists()

    # Without anybody on its standard input it ends at once.
    done = site.run("--mcp")
    with site.brum("--no-tui") as process:
        wait_until(lambda: has_server(process.pid), limit=60)

    assert not before
    assert done.returncode == 0
    assert trace.stat().st_mode & 0o777 == 0o600
