"""A working day of an agent that is written with the official client in TypeScript."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.day import ERROR, FAILED, PLACE, Day, new_day
from tests.support.npm import node, packages
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def lived(day: Day, mode: object, folder: Path) -> Any:
    """Return what an agent saw in a day, of a client that is in *folder*."""
    (folder / "node_modules").symlink_to(packages() / "node_modules")
    shutil.copy(Path(__file__).parent / "day.mjs", folder)
    port, token = day.site.server()
    told = {
        "url": f"http://127.0.0.1:{port}/mcp",
        "token": token,
        "mode": mode,
        "source": str(day.source),
        "whole": day.whole,
        "broken": day.broken,
    }
    done = subprocess.run(
        [node(), folder / "day.mjs", json.dumps(told)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("mode", "era"), [("legacy", "legacy"), ({"pin": "2026-07-28"}, "modern")]
)
def test_a_working_day(site: Site, tmp_path: Path, mode: object, era: str) -> None:
    packages()
    day = new_day(site)
    (tmp_path / "agent").mkdir()

    with site.brum("--no-tui", "-p", "0"):
        site.wait_for_instance()
        seen = lived(day, mode, tmp_path / "agent")

    assert seen["era"] == era
    assert {"ensure_running", "wait_for", "errors_get"} <= set(seen["tools"])
    assert "ensure_running" in seen["instructions"]
    assert seen["scripts"] == ["web", "test"]
    assert seen["started"] == [["web-1", True], ["web-1", False]]
    assert seen["page"] == seen["mended"] == "2 rye for 6"
    assert (seen["error"]["type"], seen["error"]["line"]) == (ERROR, PLACE[1])
    assert seen["error"]["file"].endswith(PLACE[0])
    assert "PRICE" in seen["error"]["text"]
    assert seen["left"] == []
    assert seen["tests"]["exit"] == 1
    assert FAILED in seen["tests"]["lines"]
    assert "assert 30 == 27" in seen["tests"]["text"]
