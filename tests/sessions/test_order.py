"""A real project comes up in its order, and goes down in the reverse one."""

import signal
import socket
from contextlib import suppress

import psutil
import pytest

from tests.support.site import Site
from tests.support.wait import wait_until

#: A database that takes its time, and says when it is told to end.
DB = """
import signal, socket, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("db ends", flush=True), sys.exit()))
time.sleep(1.5)
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", PORT))
server.listen()
print("db listens", flush=True)
while True:
    server.accept()[0].close()
"""

#: Fails unless the database is there, and takes a moment to end.
API = """
import signal, socket, sys, time
socket.create_connection(("127.0.0.1", PORT), 5).close()

def end(*_):
    time.sleep(0.5)
    print("api ends", flush=True)
    sys.exit()

signal.signal(signal.SIGTERM, end)
print("api is up", flush=True)
while True:
    time.sleep(1)
"""

SETTINGS = """
[scripts.db]
command = "exec python3 db.py"
ready = {{ tcp = {port}, interval = 0.2 }}

[scripts.migrate]
command = "sleep 0.5; echo migrated"
depends_on = ["db"]

[scripts.api]
command = "exec python3 api.py"
depends_on = ["db"]

[scripts.worker]
command = "echo worker is up; exec sleep 1000"
depends_on = {{ migrate = "completed", api = "started" }}
"""


@pytest.fixture
def port(site: Site) -> int:
    """Write the project, and return the port of its database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    site.write("db.py", DB.replace("PORT", str(port)))
    site.write("api.py", API.replace("PORT", str(port)))
    site.write(".brum.toml", SETTINGS.format(port=port))
    return port


def statuses(site: Site) -> dict[str, str]:
    """Return the status of each script, with its reason."""
    return {
        row["name"]: f"{row['status']} {row['reason']}".strip()
        for row in site.ask("ps")
    }


def test_a_project_comes_up_in_order_and_goes_down_in_reverse(
    site: Site, port: int
) -> None:
    with site.brum("--no-tui", "worker") as brum:
        site.wait_for_instance()
        wait_until(
            lambda: (
                statuses(site).get("api")
                == f"waiting waiting for db: tcp {port} refused"
            ),
            limit=20,
        )
        waited = site.ctl("wait", "db", "--timeout", "20")
        wait_until(lambda: statuses(site).get("worker") == "running", limit=20)
        brum.send_signal(signal.SIGTERM)
        out, notes = brum.communicate(timeout=30)

    assert waited.returncode == 0
    said = [line.partition("] ")[2] for line in out.decode().splitlines()]
    wanted = [
        "db: db listens",
        "api: api is up",
        "worker: worker is up",
        "api: api ends",
        "db: db ends",
    ]
    assert [line for line in said if line in wanted] == wanted
    assert b"worker: waiting for migrate, api\n" in notes
    assert said.index("migrate: migrated") < said.index("worker: worker is up")


def test_a_database_that_fails_fails_all_who_wait_for_it(site: Site, port: int) -> None:
    assert port
    site.write("db.py", "import sys; sys.exit('no disk')")

    done = site.run("--no-tui", "--exit-on", "done", "worker")

    assert done.returncode == 1
    assert "worker: not started: migrate failed: not started: db failed" in done.stderr
    assert "api: not started: db failed: exited with 1" in done.stderr


def test_a_circle_is_told_before_anything_runs(site: Site) -> None:
    site.write(
        ".brum.toml",
        '[scripts.a]\ncommand = "true"\ndepends_on = ["b"]\n'
        '[scripts.b]\ncommand = "true"\ndepends_on = ["a"]\n',
    )

    done = site.run("--no-tui", "a")

    assert done.returncode == 2
    assert "these scripts need each other in a circle: a -> b -> a" in done.stderr
    assert ".brum.toml:3" in done.stderr


def test_a_command_that_looks_is_ended_though_we_are_killed(site: Site) -> None:
    site.write(
        ".brum.toml",
        '[scripts.db]\ncommand = "exec sleep 1000"\n'
        "ready = { exec = \"trap '' TERM HUP INT; sleep 3671\", timeout = 600 }\n",
    )

    def looks() -> bool:
        found = False
        for process in site.marked():
            with suppress(psutil.Error):
                found = found or "3671" in process.cmdline()
        return found

    with site.brum("--no-tui", "db") as brum:
        wait_until(looks, limit=20)
        brum.send_signal(signal.SIGKILL)
        brum.communicate(timeout=20)

        wait_until(lambda: not site.marked(), limit=20)
