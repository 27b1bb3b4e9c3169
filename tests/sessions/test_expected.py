"""Programs make their servers by themselves where agents come."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from brummer.mcp.trace import TRACE
from tests.support.site import Site, new_site
from tests.support.wait import wait_until

#: A module that nothing imports but the server for agents.
SERVER = "pydantic_core"


def has_server(pid: int) -> bool:
    """Whether a process has the server for agents, as its libraries tell."""
    maps = psutil.Process(pid).memory_maps(grouped=True)
    return any(SERVER in each.path for each in maps)


@contextmanager
def started(site: Site) -> Iterator[int]:
    """Run a program that is ready, and yield its process id."""
    site.write("Procfile", "web: sleep 60\n")
    with site.brum("--no-tui") as process:
        wait_until(lambda: [*site.records()], limit=20)
        yield process.pid


pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(
        not hasattr(psutil.Process, "memory_maps"),
        reason="this system does not tell which libraries a process has",
    ),
]


def test_where_a_hub_was_started_programs_expect_agents(
    site: Site, tmp_path: Path
) -> None:
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    trace = site.home / "state" / "brummer" / TRACE
    before = trace.exists()

    # Without anybody on its standard input it ends at once.
    done = site.run("--mcp")
    with (
        new_site(lonely) as other,
        started(other) as unexpected,
        started(site) as expected,
    ):
        wait_until(lambda: has_server(expected), limit=60)
        # It runs for longer.
        told = has_server(unexpected)

    assert not before
    assert done.returncode == 0
    assert trace.stat().st_mode & 0o777 == 0o600
    assert not told


def test_who_sets_a_client_up_is_expected_by_what_runs_already(site: Site) -> None:
    with started(site) as running:
        before = has_server(running)

        done = site.ctl("mcp", "install", "cursor", "--create")

        assert done.returncode == 0, done.stderr
        wait_until(lambda: has_server(running), limit=60)
    assert not before
