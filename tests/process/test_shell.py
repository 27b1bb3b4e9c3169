"""Tests of ending what a shell runs: in good order, and the shell after it."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from brummer.process.system import Child
from brummer.process.table import heeds
from tests.process.rig import Rig
from tests.support.wait import wait_until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="what a process does on a signal is not told"
)

#: Takes its time when it is told to end, and hangs when the terminal does.
SERVER = (
    "import signal, sys, time;"
    "end = lambda *_: (print('cleaning', flush=True), time.sleep(0.4),"
    " print('clean', flush=True), sys.exit(0));"
    "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(1000)"
)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as rig:
        yield rig


def line(rest: str = "exit 0") -> str:
    """Return a line for the shell that it cannot leave to the server."""
    return f'{sys.executable} -c "{SERVER}"; {rest}'


def has_ended(child: Child) -> bool:
    return not child.family() and child.exit_code is not None


def test_a_server_below_a_shell_ends_in_good_order(rig: Rig) -> None:
    child = rig.shell("web-1", line("echo next"))
    rig.receipts.wait_for_text(b"up\n", "web-1")

    child.stop(signal.SIGTERM)
    wait_until(lambda: has_ended(child))

    rig.receipts.wait_for("ended", "web-1")
    assert child.exit_code == 128 + signal.SIGTERM
    assert rig.receipts.text("web-1") == b"up\ncleaning\nclean\n"


def test_a_shell_that_ignores_the_signal_blocks_as_well(rig: Rig) -> None:
    child = rig.shell("web-1", "trap '' TERM HUP; sleep 1000; exit 0")
    wait_until(lambda: [m.name for m in child.family()] == ["sh", "sleep"])

    child.stop(signal.SIGTERM)

    assert [member.name for member in child.family()] == ["sh", "sleep"]
    child.kill()
    wait_until(lambda: has_ended(child))


def test_only_who_is_waited_for_blocks(rig: Rig) -> None:
    child = rig.shell("web-1", "(trap '' TERM; exec sleep 1000); exit 0")
    wait_until(lambda: [m.name for m in child.family()] == ["sh", "sleep"])

    child.stop(signal.SIGTERM)

    assert [member.name for member in child.family()] == ["sleep"]
    child.kill()
    wait_until(lambda: has_ended(child))


def test_a_shell_that_catches_the_signal_hears_it_at_once(rig: Rig) -> None:
    child = rig.shell(
        "web-1", "trap 'echo bye; kill $!; exit 3' TERM; sleep 1000 & wait"
    )
    wait_until(lambda: len(child.family()) == 2)

    child.stop(signal.SIGTERM)

    wait_until(lambda: has_ended(child))
    rig.receipts.wait_for("ended", "web-1")
    assert child.exit_code == 3
    assert rig.receipts.text("web-1") == b"bye\n"


def test_a_shell_alone_ends_at_once(rig: Rig) -> None:
    child = rig.shell("web-1", "read line; exit 0")
    wait_until(lambda: len(child.family()) == 1)

    child.stop(signal.SIGTERM)

    rig.receipts.wait_for("exited", "web-1")
    assert child.exit_code == 128 + signal.SIGTERM


def test_another_signal_pauses_nobody(rig: Rig) -> None:
    child = rig.shell("web-1", line())
    rig.receipts.wait_for_text(b"up\n", "web-1")

    child.stop(signal.SIGUSR1)

    wait_until(lambda: has_ended(child))


@pytest.mark.parametrize(
    ("trap", "does"), [("", False), ("trap '' TERM; ", True), ("trap : TERM; ", True)]
)
def test_what_a_process_does_on_a_signal_can_be_seen(
    rig: Rig, trap: str, *, does: bool
) -> None:
    child = rig.shell("web-1", f"{trap}echo up; read line")
    rig.receipts.wait_for_text(b"up\n", "web-1")

    assert heeds(child.pid, signal.SIGTERM) is does
    child.kill()


def test_of_nobody_nothing_is_known() -> None:
    assert heeds(2**22 + 1, signal.SIGTERM)
