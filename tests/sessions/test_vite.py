"""A real project: Vite, installed by npm, run by brum.

It needs node, npm and a registry, and takes a while; so it runs where somebody
asks for it with ``TEST_VITE=1``.  (One that begins with ``BRUM_`` would be a
setting of the program.)
"""

import http.client
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.support.site import Site, new_site
from tests.support.wait import wait_until

pytestmark = [
    pytest.mark.skipif(not os.environ.get("TEST_VITE"), reason="TEST_VITE is not set"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed"),
    pytest.mark.timeout(300),
]

PAGE: Final = """<!doctype html>
<html><head><title>Shop</title></head>
<body><h1>Fresh bread</h1><script type="module" src="/main.ts"></script></body></html>
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with Vite in its ``node_modules``."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "vite"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=240,
    )
    return folder


@pytest.fixture
def bakery(packages: Path, tmp_path: Path) -> Iterator[Site]:
    """Return a project that Vite serves."""
    with new_site(tmp_path) as site:
        site.scripts(dev="vite --port 0", build="vite build")
        site.write("index.html", PAGE)
        site.write("main.ts", "const loaf: string = 'rye';\nconsole.log(loaf);\n")
        (site.folder / "node_modules").symlink_to(packages / "node_modules")
        yield site


def fetched(url: str, path: str) -> tuple[int, str]:
    """Return status and body of a page."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_dev_server_from_start_to_end(bakery: Site) -> None:
    with bakery.brum("--no-tui", "dev") as brum:
        bakery.wait_for_instance()

        ready = bakery.ctl("wait", "dev", "--timeout", "60")
        url = ready.stdout.strip()
        page = fetched(url, "/")
        script = fetched(url, "/main.ts")
        told = [row["details"]["url"] for row in bakery.ask("urls")]
        running = bakery.marked()
        brum.send_signal(signal.SIGINT)

        assert ready.returncode == 0
        assert url in told
        assert page[0] == 200
        assert "Fresh bread" in page[1]
        assert script[0] == 200
        assert ": string" not in script[1]
        assert brum.wait(30) == 128 + signal.SIGINT
        assert running
        assert bakery.marked() == []


def test_a_build_has_an_end(bakery: Site) -> None:
    done = bakery.run("--no-tui", "--exit-on", "done", "build")

    assert done.returncode == 0, done.stderr
    assert "built in" in done.stdout
    assert (bakery.folder / "dist" / "index.html").exists()


def test_a_save_is_seen_by_the_running_server(bakery: Site) -> None:
    with bakery.brum("--no-tui", "dev"):
        bakery.wait_for_instance()
        url = bakery.ctl("wait", "dev", "--timeout", "60").stdout.strip()

        bakery.write("index.html", PAGE.replace("Fresh bread", "Warm rolls"))

        wait_until(lambda: "Warm rolls" in fetched(url, "/")[1], limit=20)
