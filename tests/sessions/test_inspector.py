"""The official Inspector, a client that looks hard, against a real program."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from tests.support.npm import program
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

#: With sessions, and without.
ERAS = {"legacy": "2025-11-25", "modern": "2026-07-28"}

#: How the Inspector says that a tool failed.
FAILED = 5

#: A plugin whose tool has a schema that some clients do not understand.
ODD = """
import brummer


@brummer.hookimpl
def brummer_mcp_tools():
    when = {"type": ["string", "null"]}
    return [
        brummer.Tool(
            name="lantern_light",
            title="Light",
            description="Light the lantern.",
            run=print,
            parameters={"type": "object", "properties": {"when": when}},
        )
    ]
"""


class Told(NamedTuple):
    """What the Inspector says."""

    code: int
    result: Any
    problems: str


Inspect = Callable[..., Told]


@contextmanager
def inspector(site: Site, *words: str) -> Iterator[Inspect]:
    """Run ``brum`` with *words*, and yield what inspects it."""
    begun = program("mcp-inspector")
    store = site.home / "inspector"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(store),
        "MCP_STORAGE_DIR": str(store),
        "MCP_CATALOG_PATH": str(store / "catalogue.json"),
    }
    with site.brum("--no-tui", "-p", "0", *words):
        site.wait_for_instance()
        port, token = site.server()
        target = [f"http://127.0.0.1:{port}/mcp", "--transport", "http"]
        header = ["--header", f"Authorization: Bearer {token}"]

        def inspect(era: str, method: str, *more: str) -> Told:
            # Without stored credentials alone it might open a browser.
            how = ["--stored-auth-only", "--format", "json", "--protocol-era", era]
            done = subprocess.run(
                [*begun, "--cli", *target, *header, *how, "--method", method, *more],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            result = json.loads(done.stdout)["result"] if done.stdout else None
            return Told(done.returncode, result, done.stderr)

        yield inspect


@pytest.mark.parametrize("era", ERAS)
def test_it_has_nothing_to_object_to(site: Site, era: str) -> None:
    with inspector(site) as inspect:
        told = inspect(era, "tools/list", "--strict")

    assert (told.code, told.problems) == (0, "")
    assert "ensure_running" in [tool["name"] for tool in told.result["tools"]]


def test_it_would_object_to_a_schema_that_not_all_clients_know(site: Site) -> None:
    site.write("odd.py", ODD)
    with inspector(site, "-P", "./odd.py") as inspect:
        told = inspect("modern", "tools/list", "--strict")

    assert "lantern_light" in told.problems
    assert "inputSchema.properties.when" in told.problems


@pytest.mark.parametrize("era", ERAS)
def test_it_reads_all_that_is_offered(site: Site, era: str) -> None:
    site.scripts(web="sleep 1000")
    with inspector(site) as inspect:
        met = inspect(era, "initialize")
        scripts = inspect(era, "tools/call", "--tool-name", "scripts_list")
        refused = inspect(
            era, "tools/call", "--tool-name", "scripts_run", "--tool-arg", "name=wep"
        )
        lists = {
            kind: inspect(era, f"{kind}/list")
            for kind in ("resources", "resources/templates", "prompts")
        }

    assert met.result["serverInfo"]["name"] == "brummer"
    assert met.result["protocolVersion"] == ERAS[era]
    (script,) = scripts.result["structuredContent"]["scripts"]
    assert script["name"] == "web"
    assert "sleep 1000" in scripts.result["content"][0]["text"]
    assert refused.code == FAILED
    assert "web" in refused.result["content"][0]["text"]
    assert {kind: (told.code, told.problems) for kind, told in lists.items()} == (
        dict.fromkeys(lists, (0, ""))
    )
