"""What of the agents' server is on the disk, and who may read it."""

import asyncio
import stat
from pathlib import Path

import pytest

from tests.support.agent import new_agent
from tests.support.site import Site
from tests.support.wait import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_user_can_read_tokens_and_what_agents_did(site: Site) -> None:
    site.write("Procfile", "web: sleep 60\n")

    async def call() -> None:
        async with new_agent(site.server(), "auto") as agent:
            await agent.call("scripts_list")

    with site.brum("--no-tui", "-p", "0", "-o", "mcp.shared_token=true"):
        site.wait_for_instance()
        asyncio.run(call())
        _, token = site.server()
        # It is written a few times a second.
        wait_until(lambda: any((site.home / "state").rglob("mcp-audit.jsonl")))
        everything = [
            path
            for root in (site.runtime / "brummer", site.home / "state" / "brummer")
            for path in (root, *root.rglob("*"))
        ]
        folders = {mode(path) for path in everything if path.is_dir()}
        files = {mode(path) for path in everything if path.is_file()}
        kept = [
            p for p in everything if p.is_file() and token in p.read_text("latin-1")
        ]

    assert (folders, files) == ({0o700}, {0o600})
    assert {path.name for path in kept if path.suffix != ".json"} == {"mcp-token"}
    assert "mcp-audit.jsonl" in {path.name for path in everything}


def test_a_token_that_others_can_read_is_not_used(site: Site) -> None:
    site.write("Procfile", "web: sleep 60\n")
    path = site.home / "state" / "brummer" / "mcp-token"
    path.parent.mkdir(parents=True)
    path.write_text("x" * 43)
    path.chmod(0o644)

    with site.brum("--no-tui", "-p", "0", "-o", "mcp.shared_token=true") as program:
        site.wait_for_instance()
        port, _ = site.server()
        program.terminate()
        _, said = program.communicate(timeout=30)

    assert port == 0
    assert b"can be read by others" in said
