import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brummer.errors import BrummerError
from brummer.model.process import ProcessId
from brummer.model.script import Launch
from brummer.process import ledger
from brummer.process.system import Child
from tests.process.chain import LANGUAGES, Chain
from tests.process.rig import EIGHT, Rig, marked
from tests.support.descriptors import few_descriptors
from tests.support.wait import wait_until

#: Somebody else's server; says its port.
SERVER = (
    "import socket, time; s = socket.create_server(('127.0.0.1', 0));"
    "print(s.getsockname()[1], flush=True); time.sleep(1000)"
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as rig:
        yield rig


@pytest.fixture
def stranger() -> Iterator[int]:
    """Run a server that is none of ours; give its port."""
    popen = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
    assert popen.stdout is not None
    yield int(popen.stdout.readline())
    assert popen.poll() is None
    popen.kill()
    popen.communicate()


def names(rig: Rig, process: str) -> list[str]:
    return sorted(line.name for line in marked(f"{rig.instance}/{process}"))


def is_killed(child: Child) -> bool:
    """Kill, as often as it takes."""
    child.kill()
    return not child.family()


def test_a_child_leads_its_family(rig: Rig) -> None:
    child = rig.shell("web-1", "sleep 1000 & wait")

    wait_until(lambda: [member.name for member in child.family()] == ["sh", "sleep"])

    assert child.family()[0].pid == child.pid
    assert child.exit_code is None


def test_a_child_gets_the_launch_and_what_is_said_on_top_of_it(rig: Rig) -> None:
    launch = Launch(
        argv=("sh", "-c", "echo $BRUMMER_ID $A $B $TERM"),
        folder=rig.folder,
        environment={"A": "launch", "B": "launch"},
    )

    rig.start("web-1", launch, {"B": "extra"})

    rig.receipts.wait_for("ended", "web-1")
    expected = f"{rig.instance}/web-1 launch extra xterm-256color\n"
    assert rig.receipts.text("web-1").decode() == expected


def test_the_exit_code_outlives_the_child(rig: Rig) -> None:
    child = rig.shell("web-1", "exit 5")
    rig.receipts.wait_for("ended", "web-1")

    rig.close(child)

    wait_until(lambda: not Path(f"/proc/{child.pid}").exists())
    assert child.exit_code == 5


def test_a_child_that_has_ended_is_not_of_its_family_any_more(rig: Rig) -> None:
    child = rig.shell("web-1", "read x")
    # The look at the process table that this takes stays news for a moment.
    wait_until(lambda: [member.name for member in child.family()] == ["sh"])

    child.write(b"\n")
    wait_until(lambda: child.exit_code is not None)

    assert child.family() == ()


def test_a_key_that_is_typed_interrupts_the_child(rig: Rig) -> None:
    child = rig.shell("web-1", "trap 'echo interrupted; exit 9' INT; echo up; read x")
    rig.receipts.wait_for_text(b"up\n", "web-1")

    child.write(b"\x03")

    rig.receipts.wait_for("ended", "web-1")
    assert rig.receipts.text("web-1") == b"up\ninterrupted\n"
    assert child.exit_code == 9


def test_a_child_is_told_when_its_terminal_changes_its_size(rig: Rig) -> None:
    line = "trap 'stty size; exit' WINCH; stty size; while :; do read x; done"
    child = rig.shell("web-1", line)
    rig.receipts.wait_for_text(b"24 80\n", "web-1")

    child.resize(120, 40)

    rig.receipts.wait_for("ended", "web-1")
    assert rig.receipts.text("web-1") == b"24 80\n40 120\n"


def test_pipes_have_no_size(rig: Rig) -> None:
    child = rig.shell("web-1", "read x; echo $x", tty=False)

    child.resize(120, 40)
    child.write(b"still here\n")

    rig.receipts.wait_for("ended", "web-1")
    assert rig.receipts.text("web-1") == b"still here\n"
    assert rig.receipts.failures == []


def test_a_signal_reaches_shells_and_grandchildren(rig: Rig) -> None:
    child = rig.shell("web-1", "sleep 1000 & setsid sleep 1000 & wait; echo survived")
    wait_until(lambda: len(child.family()) == 3)

    child.signal(signal.SIGTERM)

    rig.receipts.wait_for("ended", "web-1")
    wait_until(lambda: child.family() == ())
    assert child.exit_code == 128 + signal.SIGTERM


def test_eight_processes_of_four_scripts_are_killed_and_nobody_else(
    rig: Rig, stranger: int
) -> None:
    children = [rig.shell(f"script-{n}", line) for n, line in enumerate(EIGHT)]
    wait_until(lambda: names(rig, "script-") == ["sleep"] * 8)
    assert [len(child.family()) for child in children] == [2, 2, 2, 2]

    for child in children:
        child.kill()

    assert marked(rig.instance + "/") == []
    assert [child.family() for child in children] == [()] * 4
    for number in range(4):
        rig.receipts.wait_for("ended", f"script-{number}")
    with socket.create_connection(("127.0.0.1", stranger)):
        pass


def test_killing_one_child_leaves_the_others(rig: Rig) -> None:
    first, second = (rig.shell(name, EIGHT[3]) for name in ("web-1", "web-10"))
    wait_until(lambda: names(rig, "web-1") == ["sleep"] * 4)

    first.kill()

    assert names(rig, "web-10") == ["sleep", "sleep"]
    assert second.exit_code is None


def test_a_daemon_outlives_its_child_and_is_still_its_family(rig: Rig) -> None:
    # One that were still on its way into its session would be hung up with ours.
    child = rig.shell("web-1", "(setsid sh -c 'sleep 1000 &' &); read x")
    wait_until(lambda: names(rig, "web-1") == ["sh", "sleep"])

    child.write(b"\n")
    rig.receipts.wait_for("ended", "web-1")
    assert [member.name for member in child.family()] == ["sleep"]

    child.kill()

    assert child.family() == ()


def test_what_cannot_be_started_leaves_no_record(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(BrummerError, match="command not found: nothing-like-it"):
        rig.start("web-1", Launch(argv=("nothing-like-it",), folder=tmp_path))

    account = ledger.read(tmp_path / "ledger")
    assert account is not None
    assert account.entries == ()


@pytest.mark.parametrize("name", ["a\0= 1 x", "\ud800"])
def test_a_name_that_no_marker_can_hold_is_refused(rig: Rig, name: str) -> None:
    with pytest.raises(BrummerError, match="impossible characters"):
        rig.shell(name, "true")

    assert rig.guardian.pid is None


@pytest.mark.parametrize("name", ["a b/c:d", "é\n"])
def test_a_name_may_hold_nearly_anything(rig: Rig, name: str) -> None:
    child = rig.shell(name, "exec sleep 1000")

    wait_until(lambda: names(rig, name) == ["sleep"])

    child.kill()
    rig.receipts.wait_for("ended", name)


def test_a_child_is_on_record_until_it_is_closed(rig: Rig, tmp_path: Path) -> None:
    child = rig.shell("web-1", "exec sleep 1000")

    account = ledger.read(tmp_path / "ledger")
    assert account is not None
    (entry,) = account.entries
    assert entry.process == ProcessId("web-1")
    assert entry.pid == child.pid
    assert entry.command == "/bin/sh -c exec sleep 1000"
    assert time.time() - entry.since < 60

    child.kill()
    rig.close(child)
    account = ledger.read(tmp_path / "ledger")
    assert account is not None
    assert account.entries == ()


@pytest.mark.skipif(sys.platform != "linux", reason="numbers are not told")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chain_of_sessions_is_ended_like_any_child(
    rig: Rig, tmp_path: Path, language: str
) -> None:
    with Chain(tmp_path, language) as chain:
        child = rig.shell("web-1", chain.line)
        chain.wait_for_start()
        wait_until(lambda: child.exit_code is not None)
        assert child.family()

        wait_until(lambda: is_killed(child))

        assert chain.was_ended()


@pytest.mark.parametrize("end", [lambda c: c.signal(signal.SIGHUP), lambda c: c.kill()])
def test_without_descriptors_the_group_is_reached_all_the_same(
    rig: Rig, end: Callable[[Child], object]
) -> None:
    child = rig.shell("web-1", "sleep 1000 & sleep 1000", tty=False)
    wait_until(lambda: names(rig, "web-1") == ["sh", "sleep", "sleep"])
    child.family()

    with few_descriptors(0), pytest.raises(OSError, match="Too many open files"):
        end(child)

    wait_until(lambda: not names(rig, "web-1"))


def test_who_could_not_be_ended_stays_on_record(rig: Rig, tmp_path: Path) -> None:
    child = rig.shell("web-1", "exec sleep 1000")

    child.leave()
    kept = ledger.read(tmp_path / "ledger")
    child.close()
    forgotten = ledger.read(tmp_path / "ledger")

    assert kept is not None
    assert [entry.process for entry in kept.entries] == ["web-1"]
    assert forgotten is not None
    assert forgotten.entries == ()


def test_many_children_at_once(rig: Rig) -> None:
    children = [rig.shell(f"web-{n}", f"echo {n}; read x; exit 3") for n in range(60)]
    for number in range(60):
        rig.receipts.wait_for_text(f"{number}\n".encode(), f"web-{number}")

    for child in children:
        child.write(b"\n")

    for number, child in enumerate(children):
        rig.receipts.wait_for("ended", f"web-{number}")
        assert child.exit_code == 3
        assert rig.receipts.text(f"web-{number}") == f"{number}\n".encode()
    assert rig.receipts.failures == []


def test_a_child_of_a_library_keeps_its_exit_status(rig: Rig) -> None:
    child = rig.shell("web-1", "exit 0")
    foreign = subprocess.Popen(["sh", "-c", "exit 6"], start_new_session=True)
    rig.receipts.wait_for("ended", "web-1")
    wait_until(lambda: os.waitid(os.P_PID, foreign.pid, _PEEK))

    rig.close(child)
    rig.orphans.sweep()

    assert foreign.wait() == 6


_PEEK = os.WEXITED | os.WNOWAIT | os.WNOHANG
