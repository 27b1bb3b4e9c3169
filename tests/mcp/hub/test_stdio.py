"""Tests of the hub as a program: what its client sees of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.site import BRUM, Site, new_site

#: Seconds that a program may take to start, or to end, on a busy machine.
LIMIT = 60

pytestmark = pytest.mark.timeout(3 * LIMIT)

OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}

#: A library that prints when it is imported, and when it ends.
CHATTY = """\
import atexit, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in {"mcp.server.stdio", "brummer.mcp.hub.server"}:
            print("importing", name)
        return None

sys.meta_path.insert(0, Finder())
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with new_site(tmp_path) as site:
        yield site


class Hub:
    """A hub process, and lines to and from it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def say(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def begin(self) -> Any:
        self.say(OPENING)
        return self.hear()["result"]


@contextmanager
def hub(site: Site, **extra: str) -> Iterator[Hub]:
    with subprocess.Popen(
        [*BRUM, "--mcp"],
        cwd=site.folder,
        env={**site.environment, **extra},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield Hub(process)
        finally:
            process.kill()


def test_it_says_who_it_is_and_what_lists_change(site: Site) -> None:
    with hub(site) as served:
        said = served.begin()

        assert said["serverInfo"]["name"] == "brummer"
        assert said["capabilities"]["tools"] == {"listChanged": True}
        assert said["capabilities"]["resources"] == {
            "listChanged": True,
            "subscribe": True,
        }
        assert "instances_list" in said["instructions"]
        assert "hub://LABEL/" in said["instructions"]


def test_nothing_but_the_protocol_is_on_standard_output(
    site: Site, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "sitecustomize.py").write_text(CHATTY)
    path = os.pathsep.join([str(library), site.environment.get("PYTHONPATH", "")])

    with hub(site, PYTHONPATH=path) as served:
        served.begin()
        out, complaints = served.process.communicate(timeout=LIMIT)

    assert out == b""
    assert b"importing mcp.server.stdio" in complaints
    assert served.process.returncode == 0


def test_the_end_of_its_input_is_its_own(site: Site) -> None:
    with hub(site) as served:
        served.begin()
        out, complaints = served.process.communicate(timeout=LIMIT)

        assert (served.process.returncode, out, complaints) == (0, b"", b"")


def test_an_input_that_is_empty_ends_it_too(site: Site) -> None:
    done = subprocess.run(
        [*BRUM, "--mcp"],
        env=site.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_end_it_while_its_input_is_open(
    site: Site, number: signal.Signals
) -> None:
    with hub(site) as served:
        served.begin()

        served.process.send_signal(number)

        assert served.process.wait(LIMIT) == 128 + number


def test_a_client_that_does_not_read_does_not_keep_it(site: Site) -> None:
    with hub(site) as served:
        served.begin()
        ping = json.dumps({"jsonrpc": "2.0", "id": "x" * 60_000, "method": "ping"})
        assert served.process.stdin is not None
        # More than a pipe holds; nobody reads the answers.
        for _ in range(4):
            served.process.stdin.write(ping.encode() + b"\n")
        served.process.stdin.close()

        assert served.process.wait(LIMIT) == 0


def test_a_client_that_stops_listening_does_no_harm(site: Site) -> None:
    with hub(site) as served:
        served.begin()
        assert served.process.stdout is not None
        served.process.stdout.close()

        served.say({"jsonrpc": "2.0", "id": 2, "method": "ping"})

        assert served.process.wait(LIMIT) == 0


def test_what_is_no_message_is_passed_over(site: Site) -> None:
    with hub(site) as served:
        served.begin()
        assert served.process.stdin is not None
        served.process.stdin.write(b"\xff\xfe nonsense\n{}\n[1]\n")
        served.say({"jsonrpc": "2.0", "id": 2, "method": "ping"})

        assert served.hear() == {"jsonrpc": "2.0", "id": 2, "result": {}}


def test_a_damaged_file_is_nobodys_instance(site: Site) -> None:
    folder = site.runtime / "brummer" / "instances"
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    (folder / "shop-1.json").write_text("{")

    with hub(site) as served:
        served.begin()
        served.say({"jsonrpc": "2.0", "method": "notifications/initialized"})
        served.say({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}})

        tools = served.hear()["result"]["tools"]
        assert [tool["name"] for tool in tools] == ["instances_list"]


#: Says what of the protocol was imported to tell the version.
ASKED = """\
import sys
from brummer.cli.main import main
main(["--version"])
print([name for name in sys.modules if name.startswith(("mcp", "brummer.mcp"))])
"""


def test_nothing_of_it_is_imported_by_a_program_that_serves_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"
