"""What brumctl mcp install enters is started as clients do, and has the tools."""

import asyncio
import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import ToolListChangedNotification

from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

#: Of clients: their file, who reads it, where the entry is, and what it calls the
#: command, its arguments and its variables.
CLIENTS: Mapping[str, tuple[str, Callable[[str], Any], tuple[str, str, str, str]]] = {
    "cursor": (
        ".cursor/mcp.json",
        json.loads,
        ("mcpServers", "command", "args", "env"),
    ),
    "codex": (
        ".codex/config.toml",
        tomllib.loads,
        ("mcp_servers", "command", "args", "env"),
    ),
    "goose": (
        "config/goose/config.yaml",
        yaml.safe_load,
        ("extensions", "cmd", "args", "envs"),
    ),
}


def parameters(site: Site, name: str) -> StdioServerParameters:
    """Enter us in a client's file, and read there what it would start."""
    file, read, (holder, command, arguments, variables) = CLIENTS[name]
    done = site.ctl("mcp", "install", name, "--create")
    assert done.returncode == 0, done.stderr
    entry = read(Path(site.home, file).read_text())[holder]["brummer"]
    return StdioServerParameters(
        command=entry[command], args=entry[arguments], env=entry[variables]
    )


async def tools(server: StdioServerParameters) -> tuple[set[str], str]:
    """Return what tools *server* has once it knows the instance, and what one says."""
    changed = asyncio.Event()

    async def hear(message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            changed.set()

    async with Client(server, mode="legacy", message_handler=hear) as client:
        while "scripts_list" not in (names := await named(client)):
            await asyncio.wait_for(changed.wait(), 60)
            changed.clear()
        told = await client.call_tool("scripts_list", {})
        return names, "".join(getattr(part, "text", "") for part in told.content)


async def named(client: Client) -> set[str]:
    """Return what tools there are now."""
    return {tool.name for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_that_starts_what_was_entered_reaches_the_instance(
    site: Site, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of ours, a client hands on little more than this.
    monkeypatch.setenv("HOME", str(site.home))
    site.scripts(lantern="sleep 60")
    server = parameters(site, name)

    with site.brum("--no-tui", "-p", "0"):
        site.wait_for_instance()
        found, told = asyncio.run(tools(server))

    assert {"scripts_list", "ensure_running"} <= found
    assert "lantern" in told
