import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Begins every program below: a sub-reaper with one child of each kind.
BEGIN = """
import os, subprocess, sys
from pathlib import Path
from brummer.process.orphan import Orphans, become_reaper
from brummer.process.root import Root
from brummer.process.row import MARKER
from brummer.process.table import row, table
from tests.support.wait import wait_until

assert become_reaper()
orphans = Orphans("me")

def zombies():
    own = os.getpid()
    return {r.pid for r in table().values() if r.parent == own and r.zombie}

def start(line, **variables):
    environment = {**os.environ, **variables}
    return subprocess.Popen(
        ["sh", "-c", line], start_new_session=True, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

def root(line):
    with orphans.starting():
        popen = start(line, **{MARKER: "me/web-1"})
        orphans.hold(popen.pid)
    return popen
"""


def run(program: str) -> None:
    """Run a program of its own: a sub-reaper stays one."""
    subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + program],
        cwd=ROOT,
        check=True,
        timeout=20,
    )


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sub-reapers")


def test_an_orphan_in_the_session_of_a_root_is_buried() -> None:
    run("""
popen = root("(exec sh -c 'echo $$' &); exec cat")
orphan = int(popen.stdout.readline())
wait_until(lambda: orphan in zombies())
orphans.bury()
assert row(orphan) is None
assert popen.poll() is None
popen.communicate()
""")


def test_a_daemon_that_was_seen_alive_is_buried() -> None:
    run("""
popen = root("(setsid sh -c 'echo $$; exec sleep 1000' &); exec cat")
daemon = int(popen.stdout.readline())
wait_until(lambda: row(daemon).parent == os.getpid())
orphans.bury()
os.kill(daemon, 9)
wait_until(lambda: daemon in zombies())
orphans.bury()
assert row(daemon) is None
popen.communicate()
""")


def test_a_root_keeps_its_status_until_it_is_released() -> None:
    run("""
popen = root("exit 4")
wait_until(lambda: popen.pid in zombies())
orphans.bury()
assert popen.pid in zombies()
held = Root(popen)
orphans.release(held)
assert popen.pid in zombies()
orphans.bury()
assert held.exit_code == 4
assert row(popen.pid) is None
popen.communicate()
""")


def test_a_root_that_is_released_alive_is_buried_later() -> None:
    run("""
popen = root("exec cat")
held = Root(popen)
orphans.release(held)
orphans.bury()
assert held.exit_code is None
popen.stdin.close()
wait_until(lambda: popen.pid in zombies())
orphans.bury()
assert row(popen.pid) is None
assert held.exit_code == 0
popen.stdout.close()
""")


def test_the_status_of_a_librarys_child_is_never_taken() -> None:
    run("""
plain = start("exit 5")
grouped = subprocess.Popen(["sh", "-c", "exit 6"])
alive = start("read x; exit 7")
orphans.bury()
alive.stdin.close()
wait_until(lambda: {plain.pid, grouped.pid, alive.pid} <= zombies())
orphans.bury()
orphans.bury()
assert [plain.wait(), grouped.wait(), alive.wait()] == [5, 6, 7]
plain.communicate()
alive.stdout.close()
""")


def test_nothing_is_buried_while_a_child_is_being_started() -> None:
    run("""
with orphans.starting():
    popen = start("read x; exit 8", **{MARKER: "me/web-1"})
    orphans.bury()
    popen.stdin.close()
    wait_until(lambda: popen.pid in zombies())
    orphans.bury()
    orphans.hold(popen.pid)
orphans.bury()
assert popen.wait() == 8
popen.stdout.close()
""")


def test_a_crowd_of_unknown_dead_is_buried_before_it_fills_the_table() -> None:
    run("""
library = subprocess.Popen(["sh", "-c", "exit 6"])
chain = (
    "import os\\n"
    "for _ in range(400):\\n if os.fork(): os._exit(0)\\n os.setsid()\\n"
    "os.write(1, b'over')"
)
popen = subprocess.Popen(
    [sys.executable, "-I", "-S", "-c", chain],
    stdout=subprocess.PIPE, start_new_session=True)
orphans.hold(popen.pid)
assert popen.stdout.read() == b"over"
popen.stdout.close()
wait_until(lambda: len(zombies()) > 400)
orphans.bury()
late = subprocess.Popen(["sh", "-c", "exit 7"], start_new_session=True)
wait_until(lambda: late.pid in zombies())
orphans.bury()
assert zombies() == {popen.pid, library.pid, late.pid}
assert [popen.wait(), library.wait(), late.wait()] == [0, 6, 7]
""")
