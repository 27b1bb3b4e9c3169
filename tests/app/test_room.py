"""Real processes that want the same port, and a person who decides."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from brummer.app.application import Application
from brummer.errors import BrummerError
from brummer.mcp.tools.choice import Choices
from brummer.model.finding import PORT
from brummer.model.process import ProcessId
from tests.app.conftest import Bench
from tests.support.call import REFUSED, FakeCall, filled
from tests.support.wait import wait_until

SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
port = int(sys.argv[1])
try:
    server = HTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
except OSError:
    sys.exit(f"Error: listen EADDRINUSE: address already in use 127.0.0.1:{port}")
print(f"serving on http://localhost:{port}/", flush=True)
server.serve_forever()
"""


@pytest.fixture
def application(bench: Bench, tmp_path: Path) -> Application:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = tmp_path / "server.py"
    program.write_text(SERVER)
    command = f"{sys.executable} {program} {port}"
    (bench.folder / "Procfile").write_text(f"api: {command}\nweb: {command}\n")
    return bench.application()


def started(application: Application, script: str) -> ProcessId:
    done = application.instance.run("script.start", script=script).result(20)
    assert isinstance(done, dict)
    return ProcessId(str(done["process"]))


def serves(application: Application, process: ProcessId) -> bool:
    findings = application.instance.findings()
    return any(f.process == process and f.details.get("url") for f in findings)


def crowded(application: Application) -> tuple[ProcessId, ProcessId]:
    """Start both; return who holds the port, and who could not have it."""
    instance = application.instance
    api = started(application, "api")
    wait_until(lambda: serves(application, api), limit=20)
    web = started(application, "web")
    wait_until(lambda: instance.processes()[web].is_finished, limit=20)
    assert any(f.process == web and PORT in f.details for f in instance.findings())
    return api, web


def test_a_server_is_stopped_for_another_if_a_person_says_so(
    application: Application,
) -> None:
    api, web = crowded(application)
    call = FakeCall({f"stop {api}": filled(stop=True)})

    has_room = asyncio.run(Choices(application.instance).room(call, web))

    assert has_room
    again = started(application, "web")
    wait_until(lambda: serves(application, again), limit=20)
    assert application.instance.processes()[api].is_finished


def test_a_server_is_left_alone_if_nobody_says_so(application: Application) -> None:
    api, web = crowded(application)
    choices = Choices(application.instance)

    with pytest.raises(BrummerError, match=f"is held by {api}"):
        asyncio.run(choices.room(FakeCall({f"stop {api}": REFUSED}), web))

    held = asyncio.run(choices.held(web))
    assert held is not None
    assert held.advice.endswith(f"scripts_stop process={api}, then call again")
    assert not application.instance.processes()[api].is_finished
