"""An instance on another machine, through the hub and the real OpenSSH."""

import asyncio
import json
import os
import tempfile
from pathlib import Path

import psutil
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import TextContent

from tests.support.openssh import IS_HERE, far_machine
from tests.support.site import BRUM, Site
from tests.support.wait import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not IS_HERE, reason="there is no OpenSSH with its server"),
]


def bring_file(site: Site, here: Path, target: str) -> None:
    """Copy the file of the site's instance to *here*, and say how it is reached."""
    (found,) = site.runtime.glob("brummer/instances/[!.]*.json")
    record = {**json.loads(found.read_text()), "ssh": target}
    folder = here / "brummer" / "instances"
    for place in (folder.parent, folder):
        place.mkdir(mode=0o700)
    (folder / found.name).write_text(json.dumps(record))


def parameters(site: Site, here: Path, ssh: Path) -> StdioServerParameters:
    """Return how a client on this machine starts the hub."""
    path = f"{ssh.parent}:{os.environ['PATH']}"
    return StdioServerParameters(
        command=BRUM[0],
        args=[*BRUM[1:], "--mcp"],
        env={**site.environment, "XDG_RUNTIME_DIR": str(here), "PATH": path},
    )


async def said(client: Client, tool: str) -> str:
    """Call *tool* and return its text."""
    answer = await client.call_tool(tool, {})
    return "".join(c.text for c in answer.content if isinstance(c, TextContent))


async def until(client: Client, state: str) -> str:
    """Return what the hub says of its instances when one is in *state*."""
    for _ in range(600):
        text = await said(client, "instances_list")
        if state in text:
            return text
        # Nobody tells a client how an instance stands.
        await asyncio.sleep(0.1)
    raise AssertionError(text)


def connections() -> list[str]:
    """Return the ssh processes that we started, and what they started."""
    found = psutil.Process().children(recursive=True)
    return [child.name() for child in found if child.name() == "ssh"]


def test_it_is_driven_like_one_on_this_machine(site: Site, tmp_path: Path) -> None:
    site.scripts(web="sleep 1000")

    async def live(hub: StdioServerParameters) -> tuple[str, str]:
        async with Client(stdio_client(hub)) as client:
            listed = await until(client, "active")
            running = await said(client, "scripts_status")
            assert connections()
            return listed, running

    (tmp_path / "far").mkdir()
    with (
        far_machine(tmp_path / "far") as ssh,
        tempfile.TemporaryDirectory(prefix="br") as folder,
        site.brum("--no-tui", "-p", "0", "web"),
    ):
        here = Path(folder)
        site.wait_for_instance()
        wait_until(lambda: site.server()[0])
        bring_file(site, here, "far")
        listed, running = asyncio.run(live(parameters(site, here, ssh)))

    assert "shop" in listed
    assert "web-1" in running
    wait_until(lambda: not connections())


def test_why_it_cannot_be_reached_is_what_ssh_says(site: Site, tmp_path: Path) -> None:
    async def live(hub: StdioServerParameters) -> str:
        async with Client(stdio_client(hub)) as client:
            return await until(client, "retrying")

    (tmp_path / "far").mkdir()
    with (
        far_machine(tmp_path / "far") as ssh,
        tempfile.TemporaryDirectory(prefix="br") as folder,
        site.brum("--no-tui", "-p", "0"),
    ):
        here = Path(folder)
        site.wait_for_instance()
        wait_until(lambda: site.server()[0])
        bring_file(site, here, "stranger")
        listed = asyncio.run(live(parameters(site, here, ssh)))

    assert "Permission denied" in listed
